using Seal.Core.Randomness;

namespace Seal.Models.Llama;

/// <summary>
/// Initial values of one tensor, in order: linear weights and embedding normal with deviation 0.02 (those that write to the residual stream divided
/// by √(2 · layers), as GPT-2), norms 1, biases 0. A function of seed and name alone.
/// </summary>
internal sealed class InitialWeights
{
    private readonly CounterRandom? _random;
    private readonly double _deviation;
    private readonly float _constant;

    private InitialWeights(CounterRandom? random, double deviation, float constant) =>
        (_random, _deviation, _constant) = (random, deviation, constant);

    public static InitialWeights Of(LlamaConfig config, Seed seed, string name, long[] shape)
    {
        if (shape.Length == 1)
        {
            return new InitialWeights(null, 0, name.EndsWith(".bias", StringComparison.Ordinal) ? 0 : 1);
        }

        var writesResidual = name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
        return new InitialWeights(
            new CounterRandom(seed.Derive("initial weight", name)),
            writesResidual ? 0.02 / Math.Sqrt(2.0 * config.Layers) : 0.02,
            0
        );
    }

    /// <summary>The next values.</summary>
    public void Fill(Span<float> values)
    {
        if (_random is null)
        {
            values.Fill(_constant);
            return;
        }

        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)(_deviation * _random.NextGaussian());
        }
    }
}
