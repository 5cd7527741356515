using Seal.Client.Sweeps;
using Seal.Client.Tests.Support;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Steering;
using Seal.Grains.Abstractions;

namespace Seal.Client.Tests.Sweeps;

/// <summary>tiny-fake has two outer seeds, 1 and 2, and two rounds.</summary>
public sealed class NothingToDoTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private SweepSubmission _submission = null!;

    public async Task InitializeAsync()
    {
        var sweep = LoadedSweep.Read(Places.TinySweep, []);
        _submission = await SweepUpload.Put(sweep, new DirectoryArtifactStore(_folder.Path), "fake-1", wholeModel: false, CancellationToken.None);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(SweepMode.Pause, SweepState.Paused, "the sweep tiny-fake is paused already")]
    [InlineData(SweepMode.Pause, SweepState.Completed, "the sweep tiny-fake has ended (completed)")]
    [InlineData(SweepMode.Pause, SweepState.Stopped, "the sweep tiny-fake is stopped, nothing of it runs")]
    [InlineData(SweepMode.Pause, SweepState.Cancelled, "the sweep tiny-fake is cancelled, nothing of it runs")]
    [InlineData(SweepMode.Pause, SweepState.Running, null)]
    [InlineData(SweepMode.Pause, SweepState.Stopping, null)]
    [InlineData(SweepMode.Stop, SweepState.Stopping, "the sweep tiny-fake is stopping already")]
    [InlineData(SweepMode.Stop, SweepState.Stopped, "the sweep tiny-fake is stopped already")]
    [InlineData(SweepMode.Stop, SweepState.Incomplete, "the sweep tiny-fake has ended (incomplete)")]
    [InlineData(SweepMode.Stop, SweepState.Cancelled, "the sweep tiny-fake is cancelled, nothing of it runs")]
    [InlineData(SweepMode.Stop, SweepState.Paused, null)]
    [InlineData(SweepMode.Stop, SweepState.Running, null)]
    [InlineData(SweepMode.Cancel, SweepState.Cancelled, "the sweep tiny-fake is cancelled already")]
    [InlineData(SweepMode.Cancel, SweepState.Completed, "the sweep tiny-fake has ended (completed)")]
    [InlineData(SweepMode.Cancel, SweepState.Incomplete, "the sweep tiny-fake has ended (incomplete)")]
    [InlineData(SweepMode.Cancel, SweepState.Running, null)]
    [InlineData(SweepMode.Cancel, SweepState.Paused, null)]
    public void Because_AMode_IsToldWhereTheSweepStandsSoAlready(SweepMode mode, SweepState state, string? why) =>
        Assert.Equal(why, Because(new SteeringCommand(1, "a", mode), state));

    [Theory]
    [InlineData(SweepState.Completed, null, "no work of the sweep tiny-fake was given up")]
    [InlineData(SweepState.Running, null, "no work of the sweep tiny-fake was given up")]
    [InlineData(SweepState.Running, "a job was given up", null)]
    [InlineData(SweepState.Incomplete, "a job was given up", null)]
    [InlineData(SweepState.Paused, null, null)]
    public void Because_Retry_IsToldWhereNothingWasGivenUp(SweepState state, string? problem, string? why) =>
        Assert.Equal(why, Because(new SteeringCommand(0, "", Retry: 1), state, problem: problem));

    [Theory]
    [InlineData(2.0, 2.0, "the sweep tiny-fake has the weight 2 already")]
    [InlineData(1.0, null, "the sweep tiny-fake has the weight 1 already")]
    [InlineData(2.5, 2.0, null)]
    public void Because_Weigh_IsToldWhereTheWeightIsTheSame(double wanted, double? present, string? why) =>
        Assert.Equal(
            why,
            Because(
                new SteeringCommand(9, "b", Weight: wanted),
                SweepState.Running,
                present is { } weight ? SweepControl.New.Apply(new SteeringCommand(1, "a", Weight: weight)) : null
            )
        );

    [Theory]
    [InlineData(1, "", "the sweep tiny-fake would not grow: its rounds are 2 already, and rounds are not taken away")]
    [InlineData(2, "", "the sweep tiny-fake would not grow: its rounds are 2 already, and rounds are not taken away")]
    [InlineData(0, "1,2", "the sweep tiny-fake would not grow: its seeds 1, 2 are there already")]
    [InlineData(1, "2", "the sweep tiny-fake would not grow: its rounds are 2 already, and rounds are not taken away; its seeds 2 are there already")]
    [InlineData(3, "", null)]
    [InlineData(0, "2,3", null)]
    [InlineData(1, "3", null)]
    public void Because_Extend_IsToldWhereTheSweepHasAsMuch(int rounds, string seeds, string? why) =>
        Assert.Equal(
            why,
            Because(
                new SteeringCommand(0, "", Rounds: rounds, Seeds: [.. seeds.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)]),
                SweepState.Completed
            )
        );

    [Fact]
    public void Because_ExtendWhereEveryArmHasItsOwnRounds_SaysSo()
    {
        var own = new Dictionary<string, string> { ["update.rounds"] = "1" };
        _submission = _submission with
        {
            Runs = [.. _submission.Runs.Select(run => run with { Context = run.Context with { Arm = run.Context.Arm with { Set = own } } })],
        };
        Assert.Equal(
            "the sweep tiny-fake would not grow: its arms set their rounds themselves",
            Because(new SteeringCommand(0, "", Rounds: 7), SweepState.Running)
        );
    }

    private string? Because(SteeringCommand command, SweepState state, SweepControl? control = null, string? problem = null)
    {
        var run = new RunProgress("base-seal-s1", "seal", "base", 1, "train-1", 1, 4, 2, 8, 11, 40, 5, false, problem, Accounting.Zero);
        return NothingToDo.Because(
            command,
            new SweepStatus("tiny-fake", state, [run], null, Accounting.Zero),
            control ?? SweepControl.New,
            _submission
        );
    }
}
