using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;

namespace Seal.Models.Tests.Decoding;

/// <summary>Texts that are read together have, bit for bit, the numbers that each has alone: how they are batched is nobody's business.</summary>
public sealed class ScorerTests
{
    private const int Vocabulary = 411;

    [Theory]
    [InlineData(32, 2, 16, ModelDtype.Fp32)]
    [InlineData(128, 4, 32, ModelDtype.Fp32)]
    [InlineData(48, 2, 24, ModelDtype.Fp32)] // a width that libtorch computes
    [InlineData(128, 4, 32, ModelDtype.Bf16)]
    public void Score_OfManyTexts_IsThatOfEach(int hidden, int heads, int headDim, ModelDtype dtype)
    {
        var config = TinyModel.Config(Vocabulary) with
        {
            HiddenSize = hidden,
            IntermediateSize = 3 * hidden,
            Heads = heads,
            KeyValueHeads = heads / 2,
            HeadDim = headDim,
            Grid = null,
        };
        var folder = Directory.CreateTempSubdirectory("seal-scorer-").FullName;
        try
        {
            using (var made = LlamaModel.Random(config, new Seed(3)))
            {
                made.Save(folder);
            }

            using var model = LlamaModel.Load(folder, dtype);
            // Lengths on both sides of every tile's, one that is more than a batch, and texts without a token.
            int[] lengths = [.. Enumerable.Range(0, 70), 1, 0, 300, 1, 1500, 12, 12, 12, 0];
            var random = new CounterRandom(new Seed(5));
            TokenSequence[] texts =
            [
                .. lengths.Select(length => new TokenSequence(
                    [.. Enumerable.Range(0, length).Select(_ => random.NextInt(Vocabulary))],
                    new float[length]
                )),
            ];

            var together = Scorer.Score(model, texts, CancellationToken.None);

            Assert.Equal(lengths, together.Select(score => score.Argmax.Length));
            foreach (var (text, score) in texts.Zip(together))
            {
                var alone = Scorer.Score(model, text);
                Assert.Equal(
                    alone.LogProbabilities.Select(BitConverter.SingleToInt32Bits),
                    score.LogProbabilities.Select(BitConverter.SingleToInt32Bits)
                );
                Assert.Equal(alone.Argmax, score.Argmax);
                Assert.True(score.LogProbabilities.Skip(1).All(likely => likely < 0) && score.Argmax.Take(1).All(first => first == -1));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
