using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Running;
using TorchSharp;

namespace Seal.Models.Tests.Llama;

/// <summary>Shapes that no reference data covers, against the equations in loops.</summary>
public sealed class PlainDecoderTests
{
    public static TheoryData<string> Shapes => [.. Configs.Keys];

    private static readonly Dictionary<string, LlamaConfig> Configs = new()
    {
        ["llama, tied"] = Config(),
        ["llama, untied, wide heads"] = Config() with { HeadDim = 32, TiedHead = false },
        ["llama 3.1 frequencies"] = Config() with { RopeTheta = 500000, RopeScaling = new Llama3RopeScaling(8, 1, 4, 16), HeadDim = 64 },
        ["qwen2"] = Config() with { Bias = ProjectionBias.QueryKeyValue, NormEpsilon = 1e-6, RopeTheta = 1e6 },
        ["qwen3"] = Config() with { QueryKeyNorm = true, NormEpsilon = 1e-6, RopeTheta = 1e6 },
        ["qwen3, untied, wide heads"] = Config() with { QueryKeyNorm = true, HeadDim = 32, TiedHead = false },
        ["every bias"] = Config() with { Bias = ProjectionBias.QueryKeyValue | ProjectionBias.Output | ProjectionBias.FeedForward, TiedHead = false },
        ["one head, odd widths"] = Config() with
        {
            HiddenSize = 24,
            IntermediateSize = 40,
            Heads = 1,
            KeyValueHeads = 1,
            HeadDim = 10,
            VocabularySize = 37,
        },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Logits_OfAnyShape_AreTheEquations(string shape)
    {
        using var model = Shaken(Configs[shape]);
        int[] tokens = [.. Enumerable.Range(0, 19).Select(t => (t * 7 + 3) % Configs[shape].VocabularySize)];

        var actual = TokenRuns.Logits(model, tokens);

        var expected = PlainDecoder.Logits(model, tokens).SelectMany(row => row).Select(value => (float)value).ToArray();
        var difference = Golden.LargestDifference(actual, expected);
        Assert.True(difference < 2e-5, $"differs by {difference}");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Greedy_WithACache_IsTheArgmaxOfWholeTexts(string shape)
    {
        using var model = Shaken(Configs[shape]);
        int[][] rows =
        [
            [3, 1, 4, 1, 5],
            [9, 2, 6, 5, 3],
        ];

        var continued = TokenRuns.Greedy(model, rows, 6, -1, CancellationToken.None);

        for (var r = 0; r < rows.Length; r++)
        {
            int[] text = [.. rows[r], .. continued[r]];
            var logits = TokenRuns.Logits(model, text).Chunk(Configs[shape].VocabularySize).ToArray();
            Assert.Equal(text[5..], logits[4..^1].Select(row => Array.IndexOf(row, row.Max())));
        }
    }

    private static LlamaConfig Config() =>
        new(
            HiddenSize: 48,
            IntermediateSize: 80,
            Layers: 2,
            Heads: 4,
            KeyValueHeads: 2,
            HeadDim: 12,
            VocabularySize: 61,
            ContextLength: 128,
            NormEpsilon: 1e-5,
            RopeTheta: 10000,
            TiedHead: true
        );

    /// <summary>Random weights, large enough that every part matters, norms and biases too.</summary>
    internal static LlamaModel Shaken(LlamaConfig config)
    {
        var random = new CounterRandom(new Seed(5));
        using var blank = LlamaModel.Random(config, new Seed(4));
        return blank.With(
            config
                .Tensors()
                .ToDictionary(
                    tensor => tensor.Name,
                    tensor =>
                    {
                        var values = new float[tensor.Shape.Aggregate(1L, (product, size) => product * size)];
                        for (var i = 0; i < values.Length; i++)
                        {
                            values[i] = (float)(
                                tensor.Shape.Length == 2 ? random.NextGaussian() / Math.Sqrt(tensor.Shape[1]) : 0.5 + 0.3 * random.NextGaussian()
                            );
                        }

                        return torch.tensor(values, tensor.Shape);
                    },
                    StringComparer.Ordinal
                )
        );
    }
}
