using System.Text;
using System.Text.Json;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Reports.Metrics;

namespace Seal.Reports.Tests.Metrics;

public sealed class PhaseMetricsTests
{
    private static readonly TrialResult Right = new(null, [new Observation(ObservationNames.Exact, 1)], 10, 100, 1, 0.5, "aa");
    private static readonly TrialResult Wrong = new(null, [new Observation(ObservationNames.Exact, 0)], 7, 70, 1, 0.5, "bb");

    /// <summary>Two tasks: one with a right self-edit, its copy and an invalid text; one with two wrong ones, tried twice each.</summary>
    private static readonly TaskRecord[] Tasks =
    [
        new(
            "a",
            0,
            [
                new(0, "{}", null, CandidateState.Scored, null, Right, 1),
                new(1, "{}", null, CandidateState.Scored, 0, Right, 1),
                new(2, null, "no JSON", CandidateState.Invalid, null, null, 0),
            ]
        ),
        new(
            "b",
            0,
            [
                new(0, "{}", null, CandidateState.Scored, null, Wrong, 0, null, [Wrong]),
                new(1, "{\"x\":1}", null, CandidateState.Scored, null, Wrong, 0, null, [Wrong]),
            ]
        ),
    ];

    private static PhaseMetrics Phase(string name = "train-2") =>
        new(
            "base-seal-s1",
            "base",
            "seal",
            1,
            PhaseId.Parse(name)!.Value,
            PhaseCounts.Of(Tasks, null),
            2,
            new UpdateResult("cc", 8, 1.5, 0.25, null),
            new Accounting(4, 4, 1, 2.5, 38, 380)
        );

    [Fact]
    public void Of_Records_CountsByHand() => Assert.Equal(new PhaseCounts(2, 5, 4, 3, 2, 1, 0.4, 5, 38), PhaseCounts.Of(Tasks, null));

    [Fact]
    public void Line_OfAPhase_IsTheOneThatIsWrittenDown() =>
        Assert.Equal(
            """{"run":"base-seal-s1","cell":"base","arm":"seal","seed":1,"phase":"train-2","kind":"train","step":2,"tasks":2,"candidates":5,"valid":4,"valid_share":0.8,"different":3,"solved":2,"solved_share":0.4,"mean_reward":0.4,"mixed":1,"mixed_share":0.5,"kept":2,"update_steps":8,"update_first_loss":1.5,"update_last_loss":0.25,"inner_loops":5,"looked_up":1,"steps":38,"device_seconds":2.5}"""
                + "\n",
            Encoding.UTF8.GetString(MetricsLine.Of(Phase()))
        );

    [Fact]
    public void Line_WithoutUpdateOrCandidates_HasNull()
    {
        var line = JsonDocument.Parse(MetricsLine.Of(Phase("evaluate-0") with { Kept = null, Update = null, Counts = PhaseCounts.Of([], null) }));
        string[] unknown = ["kept", "update_last_loss", "solved_share", "mean_reward", "mixed_share"];
        Assert.All(unknown, name => Assert.Equal(JsonValueKind.Null, line.RootElement.GetProperty(name).ValueKind));
    }

    [Fact]
    public void Events_OfAPhase_AreReadBackByAnotherReader()
    {
        byte[] file = [.. TensorBoardEvents.Head(1.5), .. TensorBoardEvents.Of(Phase("cross-old-on-new-300"), 2.5)];
        var events = EventFileReader.Read(file);

        Assert.Equal([(1.5, 0), (2.5, 300)], events.Select(one => (one.WallTime, one.Step)));
        Assert.Equal(
            [
                ("solved", 0.4f),
                ("reward", 0.4f),
                ("valid", 0.8f),
                ("different", 0.6f),
                ("mixed", 0.5f),
                ("kept", 2),
                ("update_first_loss", 1.5f),
                ("update_last_loss", 0.25f),
                ("inner_loops", 5),
                ("steps", 38),
                ("device_seconds", 2.5f),
            ],
            events[1].Scalars.Select(scalar => (scalar.Tag["cross-old-on-new/".Length..], scalar.Value))
        );
    }

    [Fact]
    public void IsSame_OfEvents_LooksPastTheTimeAlone()
    {
        var (wanted, other) = (TensorBoardEvents.Of(Phase(), 1), Phase() with { Kept = 3 });
        Assert.True(TensorBoardEvents.IsSame(TensorBoardEvents.Of(Phase(), 99), wanted));
        Assert.False(TensorBoardEvents.IsSame(TensorBoardEvents.Of(other, 1), wanted));
        var damaged = TensorBoardEvents.Of(Phase(), 99);
        damaged[EventRecord.Header + 3] ^= 1; // within the time, which the checksum covers
        Assert.False(TensorBoardEvents.IsSame(damaged, wanted));
    }
}
