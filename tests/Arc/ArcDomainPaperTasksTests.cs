using System.Diagnostics;
using System.Text.Json;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Arc.Tests.Support;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Xunit.Abstractions;

namespace Seal.Arc.Tests;

public sealed class ArcDomainPaperTasksTests(ITestOutputHelper output)
{
    private static readonly ModelInfo Model = new(new TestVocabulary(), 2048, UsesGridPositions: true);

    [SkippableFact]
    public void PlanInnerLoop_ThePapersTasksInASmallContext_TrainsOrSaysWhyNot()
    {
        using var ids = JsonDocument.Parse(File.ReadAllText(Shared.Path("data/arc/seal_filtered_ids.json")));
        string[] wanted =
        [
            .. new[] { "seal_training_12", "seal_evaluation_10" }
                .SelectMany(list => ids.RootElement.GetProperty(list).EnumerateArray())
                .Select(id => id.GetString()!),
        ];
        var tasks = ArcReader.Read([Shared.Path("data/arc/arc-agi-1_training.json"), Shared.Path("data/arc/arc-agi-1_evaluation.json")], wanted);
        var session = new ArcDomain().Open(new RunSettings("arc", new(), new(), new(), new(), new(), new()), Model);
        var edit = PaperSchema.Instance.Write(new PaperEdit(true, true, true, true, TrainingStrategy.OutputTokens, 1e-4, 2));
        var trained = 0;
        foreach (var task in tasks.Select(ArcTaskJson.ToDocument))
        {
            Assert.InRange(session.Prompt(task).Tokens.Length, 2, 2048 - 128);
            var watch = Stopwatch.StartNew();
            var plan = session.PlanInnerLoop(task, edit, new Seed(1));
            output.WriteLine(
                $"{task.Id}: {plan.Refusal ?? $"{plan.Training!.Sequences.Count} texts, {plan.Steps} steps, longest {plan.Training.Sequences.Max(text => text.Length)}"} ({watch.ElapsedMilliseconds} ms)"
            );
            Assert.True(plan.Refusal is null != plan.Training is null);
            trained += plan.Training is null ? 0 : 1;
            Assert.InRange(plan.Steps, plan.Training is null ? 0 : 1, 375);
            Assert.All(plan.Training?.Sequences ?? [], text => Assert.InRange(text.Length, 1, 2048));
        }

        Assert.Equal(22, tasks.Count);
        Assert.True(trained >= 18, $"{trained} of 22 tasks have texts that fit 2048 tokens");
    }
}
