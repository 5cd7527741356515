using Seal.Core.Randomness;

namespace Seal.Models.Decoding;

/// <summary>A drawn token.</summary>
/// <param name="Token">Its id.</param>
/// <param name="LogProbability">Among the allowed tokens, at the temperature.</param>
/// <param name="UnmaskedLogProbability">Among all tokens, at the temperature.</param>
internal readonly record struct TokenChoice(int Token, double LogProbability, double UnmaskedLogProbability)
{
    /// <summary>
    /// Draws by inverse CDF in double precision over ascending ids, so that the choice is a function of logits and one random number.
    /// </summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="allowed">Ascending ids, or null for all.</param>
    /// <param name="temperature">Greater than 0.</param>
    public static TokenChoice Draw(ReadOnlySpan<float> logits, IReadOnlyList<int>? allowed, double temperature, CounterRandom random)
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
        return new TokenChoice(token, masked, allowed is null ? masked : scaled - LogSumExp(logits, temperature));
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
