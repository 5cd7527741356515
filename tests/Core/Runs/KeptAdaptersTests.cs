using Seal.Core.Candidates;
using Seal.Core.Runs;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Runs;

/// <summary>Which adapters are worth their place on the disk.</summary>
public sealed class KeptAdaptersTests
{
    [Fact]
    public void Of_EquallyGoodCandidates_KeepsTheLaterOne()
    {
        var phases = new[]
        {
            SmallRecords.Phase("train-1", 1, SmallRecords.Task("ta", SmallRecords.Scored(0, "a", 1))),
            SmallRecords.Phase("train-2", 2, SmallRecords.Task("ta", SmallRecords.Scored(0, "a", 1))),
            SmallRecords.Phase("evaluate-2", 2, SmallRecords.Task("ea", SmallRecords.Scored(0, "a", 0))),
        };

        Assert.Equal(["toy/base-seal-s1/evaluate-2/ea/000", "toy/base-seal-s1/train-2/ta/000"], Kept(phases, 1));
    }

    [Fact]
    public void Of_EquallyGoodCandidatesOfOnePhase_KeepsTheFirstByName()
    {
        var phases = new[]
        {
            SmallRecords.Phase(
                "train-1",
                1,
                SmallRecords.Task("tb", SmallRecords.Scored(0, "a", 1)),
                SmallRecords.Task("ta", SmallRecords.Scored(1, "a", 1), SmallRecords.Scored(3, "b", 1))
            ),
            SmallRecords.Phase("evaluate-1", 1, SmallRecords.Task("ea", SmallRecords.Scored(0, "a", 0))),
        };

        Assert.Equal(["toy/base-seal-s1/evaluate-1/ea/000", "toy/base-seal-s1/train-1/ta/001", "toy/base-seal-s1/train-1/ta/003"], Kept(phases, 2));
    }

    [Fact]
    public void Of_BetterCandidatesOfAnEarlierPhase_StayBeforeLaterOnes()
    {
        var phases = new[]
        {
            SmallRecords.Phase("train-1", 1, SmallRecords.Task("ta", SmallRecords.Scored(0, "a", 1))),
            SmallRecords.Phase("train-2", 2, SmallRecords.Task("ta", SmallRecords.Scored(0, "b", 0.5), SmallRecords.Scored(1, "c", null))),
            SmallRecords.Phase("train-3", 3, SmallRecords.Task("ta", SmallRecords.Scored(0, "d", 0))),
        };

        Assert.Equal(["toy/base-seal-s1/train-1/ta/000", "toy/base-seal-s1/train-3/ta/000"], Kept(phases, 1));
        // One without a reward is the last of all.
        Assert.DoesNotContain("toy/base-seal-s1/train-2/ta/001", Kept(phases, 3));
    }

    [Fact]
    public void Of_CandidatesThatLeftNoAdapter_KeepsNothingOfThem()
    {
        var failed = new CandidateRecord(2, "c", null, CandidateState.Failed, null, SmallRecords.Trial(false, failure: "diverged"), 0);
        var phases = new[]
        {
            SmallRecords.Phase(
                "train-1",
                1,
                SmallRecords.Task(
                    "ta",
                    SmallRecords.Scored(0, "a", 1),
                    SmallRecords.Scored(1, "a", 1, duplicateOf: 0),
                    failed,
                    SmallRecords.Poisoned(3, "d")
                )
            ),
        };

        Assert.Equal(["toy/base-seal-s1/train-1/ta/000"], Kept(phases, 5));
    }

    private static IEnumerable<string> Kept(Core.Results.PhaseRecord[] phases, int best)
    {
        var kept = new KeptAdapters(best, (phase, task, index) => FormattableString.Invariant($"toy/base-seal-s1/{phase}/{task}/{index:000}"));
        Array.ForEach(phases, kept.Add);
        Assert.Equal(phases.Length, kept.Phases);
        return kept.Candidates.Order(StringComparer.Ordinal);
    }
}
