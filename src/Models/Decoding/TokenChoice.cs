using Seal.Core.Randomness;

namespace Seal.Models.Decoding;

/// <summary>A drawn token.</summary>
/// <param name="Token">Its id.</param>
/// <param name="LogProbability">Among the tokens that could be drawn, at the temperature.</param>
/// <param name="UnmaskedLogProbability">Among all tokens, at the temperature.</param>
internal readonly record struct TokenChoice(int Token, double LogProbability, double UnmaskedLogProbability)
{
    /// <summary>
    /// Draws by inverse CDF in double precision over ascending ids, so that the choice is a function of logits and one random number.
    /// </summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="allowed">Ascending ids, or null for all.</param>
    /// <param name="temperature">Greater than 0.</param>
    /// <param name="topP">Draws from the nucleus alone, in (0, 1); null for all that are allowed.</param>
    /// <param name="random">Gives one number.</param>
    public static TokenChoice Draw(ReadOnlySpan<float> logits, IReadOnlyList<int>? allowed, double temperature, double? topP, CounterRandom random)
    {
        var count = allowed?.Count ?? logits.Length;
        var largest = double.NegativeInfinity;
        for (var i = 0; i < count; i++)
        {
            largest = Math.Max(largest, logits[allowed?[i] ?? i] / temperature);
        }

        var weights = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            weights[i] = Math.Exp(logits[allowed?[i] ?? i] / temperature - largest);
            sum += weights[i];
        }

        if (topP is { } share)
        {
            sum = KeepNucleus(weights, sum, share);
        }

        var target = random.NextDouble() * sum;
        var chosen = -1;
        for (var i = 0; i < count && target >= 0; i++)
        {
            if (weights[i] > 0)
            {
                chosen = i;
                target -= weights[i];
            }
        }

        if (chosen < 0)
        {
            throw new InvalidOperationException("No token can be drawn: the model's logits are not finite.");
        }

        var token = allowed?[chosen] ?? chosen;
        var scaled = logits[token] / temperature;
        var masked = scaled - largest - Math.Log(sum);
        return new TokenChoice(token, masked, allowed is null && topP is null ? masked : scaled - LogSumExp(logits, temperature));
    }

    /// <summary>
    /// Leaves the fewest likeliest tokens whose weights reach a share of the sum, as Hugging Face's TopPLogitsWarper does, and at least one; of equal
    /// weights the smaller id stays.
    /// </summary>
    /// <returns>The sum of what is left.</returns>
    private static double KeepNucleus(double[] weights, double sum, double share)
    {
        // Those below together weigh no more than what may be left out: of a large vocabulary few are left to be sorted.
        var least = (1 - share) * sum / weights.Length;
        int[] likely = [.. Enumerable.Range(0, weights.Length).Where(i => weights[i] >= least)];
        Array.Sort(likely, (one, other) => weights[one] == weights[other] ? one.CompareTo(other) : weights[other].CompareTo(weights[one]));
        var (count, reached) = (0, 0.0);
        while (count < likely.Length && reached < share * sum)
        {
            reached += weights[likely[count++]];
        }

        var kept = likely.AsSpan(0, count);
        kept.Sort();
        var (next, left) = (0, 0.0);
        for (var i = 0; i < weights.Length; i++)
        {
            if (next < count && kept[next] == i)
            {
                left += weights[i];
                next++;
            }
            else
            {
                weights[i] = 0;
            }
        }

        return left;
    }

    private static double LogSumExp(ReadOnlySpan<float> logits, double temperature)
    {
        var largest = double.NegativeInfinity;
        foreach (var logit in logits)
        {
            largest = Math.Max(largest, logit / temperature);
        }

        var sum = 0.0;
        foreach (var logit in logits)
        {
            sum += Math.Exp(logit / temperature - largest);
        }

        return largest + Math.Log(sum);
    }
}
