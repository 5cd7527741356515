using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Gates;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Sweeps;

/// <summary>A sweep whose versions must pass a gate before they are used.</summary>
public sealed class GatedSweepTests
{
    [Fact]
    public async Task Run_WithAGate_UsesWhatPassedAndNothingElse()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        var sweep = await TestGrid.Gated(store, await TestGrid.Submission(store, candidates: 6, rounds: 8));
        Assert.Equal(SweepState.Completed, (await TestGrid.RunToEnd(host, sweep)).State);

        var results = SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes);
        Assert.Equal(40, results.Retention!.Count);
        var run = results.Runs[0];
        Assert.All(results.Runs.Skip(1), other => Assert.DoesNotContain(other.Phases, phase => phase.Phase.IsGate));

        var (stands, before, refused, passed) = (run.Policies[0], run.Policies[0], 0, 0);
        foreach (var phase in run.Phases)
        {
            if (phase.Phase.IsRound)
            {
                // What is trained is the version that stood.
                (before, stands) = (stands, phase.Update?.AdapterSha256 ?? stands);
            }
            else if (phase.Gate is { } look)
            {
                stands = look.Outcome == GateOutcome.Promoted ? stands : before;
                (refused, passed) = look.Outcome == GateOutcome.Promoted ? (refused, passed + 1) : (refused + 1, passed);
                // Anybody can come to the same verdict: it follows from what is in the results.
                var reference = run.Phases.Single(other => other.Phase == phase.Phase with { Number = 0 });
                var gate = run.Gate!;
                var again =
                    phase.Phase.Kind == PhaseKind.GateEdits
                        ? GateRules.OfEdits(gate, gate.OfEdits(grammar: false), reference.Tasks, phase.Tasks)
                        : GateRules.OfAnswers(gate, reference.Tasks, phase.Tasks, _ => []);
                Assert.Equal(SealJson.ToText(again), SealJson.ToText(look));
            }

            Assert.Equal(stands, phase.PolicySha256);
        }

        Assert.Equal(stands, run.Policies[^1]);
        // What clients are told has ended is what was run, and not what was planned.
        var told = (await host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep).Events(0, TimeSpan.Zero))!;
        Assert.Equal(
            run.Phases.Select(phase => phase.Phase.ToString()),
            told.Where(one => one is { Kind: "phase-ended" } && one.Run == run.Run).Select(one => one.Text)
        );
        Assert.True(refused > 0 && passed > 1, $"{refused} refused, {passed} passed");
        Assert.Equal(refused, PolicyVersion.Of(run).Count(version => version.Gate is GateOutcome.Quarantined or GateOutcome.Undecided));
    }

    /// <summary>What a gate looks at is not tried: no self-edit of it is trained on, and it has no reward.</summary>
    [Fact]
    public async Task Run_WithAGate_TriesNothingForIt()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        await TestGrid.RunToEnd(host, await TestGrid.Gated(store, await TestGrid.Submission(store, rounds: 1)));
        var results = SealJson.Parse<SweepResults>((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes);
        var looks = results.Runs[0].Phases.Where(phase => phase.Phase.IsGate).SelectMany(phase => phase.Tasks).SelectMany(task => task.Candidates);
        Assert.All(looks, candidate => Assert.Equal((0, null), (candidate.Trial?.Steps ?? 0, candidate.Reward)));
        Assert.Contains(looks, candidate => candidate.State == CandidateState.Proposed);
    }

    /// <summary>Without a gate, the documents are those of before there was one.</summary>
    [Fact]
    public async Task Run_WithoutAGate_SaysNothingOfIt()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        await TestGrid.RunToEnd(host, await TestGrid.SmallSubmission(store));
        var text = System.Text.Encoding.UTF8.GetString((await store.ReadAsync(SweepDocuments.ResultsKey(TestGrid.Sweep)))!.Bytes);
        Assert.DoesNotContain("gate", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("retention", text, StringComparison.OrdinalIgnoreCase);
    }
}
