using Seal.Core.Candidates;
using Seal.Core.Gates;
using Seal.Core.Jobs;

namespace Seal.Core.Tests.Gates;

/// <summary>How small a loss the rule on retention finds, by counting every case: each of the answers that the base model had is lost with the same
/// probability, independently.</summary>
public sealed class PowerTests
{
    private static readonly GateSettings Gate = new([GateRules.Retention]);

    /// <summary>The figures of docs/safety.md: the smallest true loss that is refused in nine looks of ten, and the smallest that is put into
    /// quarantine in nine of ten, in tenths of a point.</summary>
    [Theory]
    [InlineData(100, 23, 115)]
    [InlineData(200, 27, 82)]
    [InlineData(300, 31, 71)]
    [InlineData(1000, 30, 50)]
    public void Retention_OfExactAnswers_FindsALossOfThisSizeInNineOfTen(int answers, int refused, int quarantined)
    {
        var found = (Smallest(answers, outcome => outcome != GateOutcome.Promoted), Smallest(answers, outcome => outcome == GateOutcome.Quarantined));
        Assert.Equal((refused, quarantined), found);
    }

    /// <summary>A version that loses no more than the margin is put into quarantine in at most one look of twenty.</summary>
    [Theory]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(300)]
    [InlineData(1000)]
    public void Retention_OfALossWithinTheMargin_RaisesFewFalseAlarms(int answers)
    {
        var alarms = Chance(answers, Gate.RetentionMargin, outcome => outcome == GateOutcome.Quarantined);
        Assert.InRange(alarms, 0, 1 - Gate.Confidence);
        Assert.Equal(0, Chance(answers, 0, outcome => outcome == GateOutcome.Quarantined));
    }

    private static int Smallest(int answers, Func<GateOutcome, bool> found) =>
        Enumerable.Range(0, 1000).First(tenths => Chance(answers, tenths / 1000.0, found) >= 0.9);

    private static double Chance(int answers, double loss, Func<GateOutcome, bool> found)
    {
        var outcomes = Outcomes(answers);
        return Enumerable.Range(0, answers + 1).Where(lost => found(outcomes[lost])).Sum(lost => Binomial(answers, lost, loss));
    }

    private static readonly Dictionary<int, GateOutcome[]> Known = [];

    private static GateOutcome[] Outcomes(int answers)
    {
        if (!Known.TryGetValue(answers, out var outcomes))
        {
            var before = Records(answers, 0);
            // Beyond a fifth nothing changes any more.
            var until = Enumerable
                .Range(0, (answers / 5) + 1)
                .Select(lost => GateRules.OfAnswers(Gate, before, Records(answers, lost), _ => []).Outcome);
            GateOutcome[] first = [.. until];
            Known[answers] = outcomes = [.. Enumerable.Range(0, answers + 1).Select(lost => first[Math.Min(lost, answers / 5)])];
        }

        return outcomes;
    }

    private static double Binomial(int all, int some, double p)
    {
        if (p == 0)
        {
            return some == 0 ? 1 : 0;
        }

        var log = some * Math.Log(p) + ((all - some) * Math.Log(1 - p));
        for (var i = 1; i <= some; i++)
        {
            log += Math.Log((double)(all - some + i) / i);
        }

        return Math.Exp(log);
    }

    private static TaskRecord[] Records(int all, int lost) =>
        [
            .. Enumerable
                .Range(0, all)
                .Select(task => new TaskRecord(
                    $"t{task}",
                    0,
                    [
                        new CandidateRecord(
                            0,
                            "none",
                            null,
                            CandidateState.Scored,
                            null,
                            new TrialResult(null, [new Observation(ObservationNames.Exact, task < lost ? 0 : 1)], 0, 0, null, null, null),
                            null
                        ),
                    ]
                )),
        ];
}
