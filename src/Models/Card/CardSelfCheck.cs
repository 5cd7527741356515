using System.Globalization;
using System.Security.Cryptography;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Engine;
using Seal.Models.Llama;
using Seal.Models.Training;

namespace Seal.Models.Card;

/// <summary>What one part of the self-check found.</summary>
/// <param name="Name">The part, e.g. <c>train bf16 lora</c>.</param>
/// <param name="Passed">As promised.</param>
/// <param name="Found">Figures, for people.</param>
public sealed record CardFinding(string Name, bool Passed, string Found);

/// <summary>
/// Trains, samples and scores with a tiny random model on a device and on the processor, and twice on the device: losses have to agree within
/// rounding, and what the device makes twice has to be the same bytes. Takes seconds; needs no files.
/// </summary>
public static class CardSelfCheck
{
    private const int Steps = 8;
    private const int TextLength = 300; // several blocks of attention's keys, whose gradients add up in one order or in any
    private const int Vocabulary = 512;
    private static readonly string[] Targets = ["q_proj", "v_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>Loads nothing but a tiny model; each finding comes when it is there.</summary>
    /// <param name="placement">The device.</param>
    public static IEnumerable<CardFinding> Run(Placement placement, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("seal-card-").FullName;
        try
        {
            var config = new LlamaConfig(
                HiddenSize: 128,
                IntermediateSize: 256,
                Layers: 4,
                Heads: 8,
                KeyValueHeads: 2,
                HeadDim: 16,
                VocabularySize: Vocabulary,
                ContextLength: 1024,
                NormEpsilon: 1e-5,
                RopeTheta: 10000,
                TiedHead: true
            );
            using (var random = LlamaModel.Random(config, new Seed(1)))
            {
                random.Save(folder);
            }

            foreach (var dtype in new[] { ModelDtype.Fp32, ModelDtype.Bf16 })
            {
                using var processor = LlamaModel.Load(folder, dtype);
                using var card = LlamaModel.Load(folder, dtype, placement);
                yield return Score(processor, card);
                yield return Train(processor, card, new DeltaSpec(DeltaKind.Lora, 8, 16, Targets), "lora", cancellation);
                if (dtype == ModelDtype.Fp32)
                {
                    yield return Train(processor, card, new DeltaSpec(DeltaKind.Full, 0, 0, []), "full", cancellation);
                }

                yield return Sample(card, cancellation);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CardFinding Score(LlamaModel processor, LlamaModel card)
    {
        var text = Text(1);
        var difference = Scorer
            .Score(processor, text)
            .LogProbabilities.Zip(Scorer.Score(card, text).LogProbabilities, (a, b) => Math.Abs(a - b))
            .Max();
        return new CardFinding(
            $"score {card.Dtype.Name()}",
            difference <= (card.Dtype == ModelDtype.Fp32 ? 1e-3 : 0.15),
            Invariant($"log-probabilities of {TextLength} tokens at most {difference:G2} from the processor's")
        );
    }

    private static CardFinding Train(LlamaModel processor, LlamaModel card, DeltaSpec delta, string kind, CancellationToken cancellation)
    {
        var request = new TrainRequest(
            delta,
            new Seed(2),
            [.. Enumerable.Range(1, 4).Select(n => Text((ulong)n))],
            [.. Enumerable.Range(0, Steps).Select(step => new[] { step % 4, (step + 1) % 4 })],
            new OptimizerSpec(1e-3, 2, Steps)
        );
        var expected = Once(processor);
        var actual = Once(card);
        var again = Once(card);
        var difference = expected.Losses.Zip(actual.Losses, (a, b) => Math.Abs(a - b)).DefaultIfEmpty(double.NaN).Max();
        var same = actual.Bytes == again.Bytes;
        return new CardFinding(
            $"train {card.Dtype.Name()} {kind}",
            same && difference <= (card.Dtype == ModelDtype.Fp32 ? 1e-3 : 0.05),
            Invariant($"{Steps} steps, losses at most {difference:G2} from the processor's; twice: {(same ? "the same bytes" : "OTHER BYTES")}")
        );

        (double[] Losses, string Bytes) Once(LlamaModel model)
        {
            var outcome = PackTrainer.Train(model, [request], null, cancellation)[0];
            using var trained = outcome.Delta;
            return ([.. outcome.Losses], trained is null ? outcome.Failure! : Convert.ToHexStringLower(SHA256.HashData(trained.ToSafetensors())));
        }
    }

    private static CardFinding Sample(LlamaModel card, CancellationToken cancellation)
    {
        var request = new SampleRequest(
            Text(1).Tokens,
            SequentialPositions.Instance,
            null,
            [.. Enumerable.Range(1, 15).Select(n => new Seed((ulong)n))],
            1,
            16
        );
        string Once() => string.Join(' ', Sampler.Sample(card, request, -1, cancellation).SelectMany(record => record.Tokens));
        var same = Once() == Once();
        return new CardFinding($"sample {card.Dtype.Name()}", same, $"15 texts of one prompt; twice: {(same ? "the same" : "OTHER TEXTS")}");
    }

    private static TokenSequence Text(ulong number)
    {
        var random = new CounterRandom(new Seed(3).Derive("text", number.ToString(CultureInfo.InvariantCulture)));
        int[] tokens = [.. Enumerable.Range(0, TextLength).Select(_ => random.NextInt(Vocabulary))];
        return new TokenSequence(tokens, [.. tokens.Select((_, at) => at < TextLength / 2 ? 0f : 1f)]);
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
