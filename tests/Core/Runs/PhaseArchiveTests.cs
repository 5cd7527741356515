using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Runs;

/// <summary>The record of a run, read back from its phases.</summary>
public sealed class PhaseArchiveTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seal-archive-");
    private readonly DocumentCache _documents = new();

    private DirectoryArtifactStore Store => new(_folder.FullName);

    [Fact]
    public async Task Run_OfSealWithItsDefaults_LeavesOutWhatIsUsual()
    {
        var record = await Record(SmallRecords.Run());
        Assert.Equal(["base", "adapter"], record.Policies);
        Assert.Equal(["evaluate-0", "train-1"], record.Phases.Select(phase => phase.Phase.ToString()));
        Assert.Equal((true, null, null, null), (record.Complete, record.Threshold, record.Rule, record.Method));
    }

    [Fact]
    public async Task Run_WithAThresholdAndARuleOfItsOwn_SaysSo()
    {
        var record = await Record(SmallRecords.Run(reward: new RewardSettings { Threshold = 0.5 }, update: new UpdateSettings("reward-weighted")));
        Assert.Equal((0.5, "reward-weighted", null), (record.Threshold, record.Rule, record.Method));
    }

    [Theory]
    [InlineData("random", "search", true, "search")]
    [InlineData("random", null, true, "fixed")]
    [InlineData("random", "search", false, null)]
    public async Task Run_WhoseRoundsTrainNothing_NamesItsMethod(string proposer, string? method, bool rounds, string? expected)
    {
        var run = SmallRecords.Run() with { Arm = new ArmSpec("a", proposer, Method: method) };
        Assert.Equal(expected, (await Record(run, rounds)).Method);
    }

    [Fact]
    public async Task Read_FromAPlaceOn_IsWhatFollows()
    {
        var phases = await Phases(rounds: true);
        Assert.Equal(["train-1"], (await new PhaseArchive(_documents, Store).Read(phases, 1)).Select(phase => phase.Phase.ToString()));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<RunRecord> Record(RunContext run, bool rounds = true)
    {
        var adapters = await new BlobLists(_documents, Store).Append(ListRef.Empty, "adapter");
        return await new PhaseArchive(_documents, Store).Run(run, "base", "base", await Phases(rounds), adapters, complete: true);
    }

    private async Task<ListRef> Phases(bool rounds)
    {
        var (lists, phases) = (new BlobLists(_documents, Store), ListRef.Empty);
        foreach (var phase in rounds ? new[] { PhaseId.Evaluate(0), PhaseId.Train(1) } : [PhaseId.Evaluate(0)])
        {
            var tasks = await _documents.Put(Store, new PhaseTasks([SmallRecords.Task("ta", SmallRecords.Scored(0, "{}", 1))]));
            phases = await lists.Append(phases, new PhaseEntry(phase, phase.Round, "policy", 0, null, tasks, ListRef.Empty));
        }

        return phases;
    }
}
