using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Results;

public sealed class RemeasuredTests
{
    private const string Kept = "{\"a\":1}";
    private const string Other = "{\"a\":2}";

    [Fact]
    public void Of_RoundWhoseTrialsAreInTheTable_LooksUpTheOtherInnerSeeds()
    {
        // Right under the inner seed that rewarded it, wrong under the two others.
        var own = InnerSeeds.Replicate(7, "t", trains: true, 3);
        var row = Assert.Single(Remeasured.Of(Results(own, replicate => replicate == own)));

        Assert.Equal(new Remeasured("base", "seal", 1, 1, 1, 2, 0), row);
        Assert.Equal(2, Assert.Single(Remeasured.Of(Results(own, _ => true))).Solved);
    }

    [Fact]
    public void Of_RoundOnOtherWeightsThanTheTables_HasNothingToLookUp() =>
        Assert.Empty(Remeasured.Of(Results((InnerSeeds.Replicate(7, "t", trains: true, 3) + 1) % 3, _ => true)));

    [Fact]
    public void Of_RoundTriedAgain_CountsThoseTrials()
    {
        var results = Results(-1, _ => true);
        var seal = results.Runs[1];
        var again = new PhaseRecord(new PhaseId(PhaseKind.TrainAgain, 1), 1, "p", 0, null, [new TaskRecord("t", 0, [One(Kept, false, "fresh")])]);

        Assert.Equal(
            new Remeasured("base", "seal", 1, 1, 1, 1, 0),
            Assert.Single(Remeasured.Of(results with { Runs = [results.Runs[0], seal with { Phases = [.. seal.Phases, again] }] }))
        );
    }

    /// <param name="same">The inner seed of the table whose trial the round's is.</param>
    /// <param name="solves">Whether the kept self-edit solves the task under an inner seed of the table.</param>
    private static SweepResults Results(int same, Func<int, bool> solves)
    {
        var table = new RunRecord(
            "base-table-s7",
            "base",
            "table",
            7,
            ["m"],
            [
                .. Enumerable
                    .Range(0, 3)
                    .Select(replicate => new PhaseRecord(
                        new PhaseId(PhaseKind.TableTrain, replicate),
                        0,
                        "",
                        0,
                        null,
                        [new TaskRecord("t", 0, [One(Kept, solves(replicate), $"{replicate}"), One(Other, true, $"other {replicate}")])]
                    )),
            ],
            true
        );
        var seal = new RunRecord(
            "base-seal-s7",
            "base",
            "seal",
            7,
            ["m"],
            [
                new PhaseRecord(
                    PhaseId.Train(1),
                    1,
                    "p",
                    1,
                    null,
                    [new TaskRecord("t", 0, [One(Kept, true, $"{same}"), One(Kept, true, $"{same}"), One(Other, false, "no")])]
                ),
            ],
            true
        );
        return new SweepResults("s", "m", "c", [new TaskRef("t", "00")], [], [table, seal]);
    }

    private static CandidateRecord One(string payload, bool solved, string details) =>
        new(
            0,
            payload,
            null,
            CandidateState.Scored,
            null,
            new TrialResult(null, [new Observation(ObservationNames.Exact, solved ? 1 : 0)], 1, 1, 1, 1, details),
            solved ? 1 : 0
        );
}
