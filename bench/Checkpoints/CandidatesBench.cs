using System.Globalization;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Training;

namespace Seal.Bench.Checkpoints;

/// <summary>Inner loops one after the other in one process, each with its own adapter, which answers a prompt: what memory they leave
/// behind.</summary>
internal static class CandidatesBench
{
    private const int Settled = 50;
    private const long Allowed = 50 << 20;

    public static int Run(CheckpointOptions options)
    {
        using var model = CheckpointBench.Load(options);
        long settled = 0,
            most = 0;
        for (var candidate = 1; candidate <= options.Count; candidate++)
        {
            Candidate(model, options, candidate);
            var resident = ProcessMemory.Read("VmRSS");
            if (candidate == Settled)
            {
                settled = resident;
            }

            most = candidate > Settled ? Math.Max(most, resident) : 0;
            if (candidate % 100 == 0)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{candidate} candidates: {resident / 1048576.0:F1} MiB resident"));
            }
        }

        var growth = most - settled;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"after {Settled}: {settled / 1048576.0:F1} MiB; most after that: {growth / 1048576.0:F1} MiB more "
                    + $"({(growth <= Allowed ? "within" : "over")} 50)"
            )
        );
        return growth <= Allowed ? 0 : 1;
    }

    private static void Candidate(Models.Llama.LlamaModel model, CheckpointOptions options, int candidate)
    {
        // Lengths and number of texts vary, as those of real candidates do.
        var length = Math.Max(8, options.Length - (candidate % 7));
        var texts = Enumerable.Range(0, 2 + (candidate % 3)).Select(i => CheckpointBench.Text(model, length, (10 * candidate) + i)).ToArray();
        int[][] batches = [.. Enumerable.Range(0, 4).Select(step => new[] { step % texts.Length, (step + 1) % texts.Length })];
        var request = new TrainRequest(
            new DeltaSpec(DeltaKind.Lora, options.Rank, 16, DeltaSpec.PaperInner.Targets),
            new Seed((ulong)candidate),
            texts,
            batches,
            new OptimizerSpec(1e-3, 0, batches.Length)
        );
        var outcome = PackTrainer.Train(model, [request], null, CancellationToken.None)[0];
        using var delta = outcome.Delta as TrainedDelta ?? throw new InvalidOperationException(outcome.Failure);
        Scorer.Score(delta.Applied, texts[0]);
        GreedyDecoder.Generate(delta.Applied, [new GenerateRequest(texts[0].Tokens, SequentialPositions.Instance, -1, 8)], CancellationToken.None);
        delta.ToSafetensors();
    }
}
