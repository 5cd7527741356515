using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Results;

public sealed class ArmDifferencesTests
{
    [Fact]
    public void Of_LearningArm_IsComparedWithItsStartAndWithEveryOtherArm()
    {
        // Under both seeds: before 1 of 4, after 3 of 4 candidates solve; random 2 of 4; in-context has one candidate a task and solves none.
        var differences = ArmDifferences.Of([
            .. new long[] { 1, 2 }.SelectMany(seed =>
                new[]
                {
                    Run(
                        "seal",
                        seed,
                        (
                            0,
                            [
                                [true, false],
                                [false, false],
                            ]
                        ),
                        (
                            2,
                            [
                                [true, true],
                                [true, false],
                            ]
                        )
                    ),
                    Run(
                        "random",
                        seed,
                        (
                            0,
                            [
                                [true, false],
                                [true, false],
                            ]
                        )
                    ),
                    Run(
                        "in-context",
                        seed,
                        (
                            0,
                            [
                                [false],
                                [false],
                            ]
                        )
                    ),
                }
            ),
        ]);

        Assert.Equal(
            [("seal", 2, "seal", 0), ("seal", 2, "random", 0), ("seal", 2, "in-context", 0)],
            differences.Select(d => (d.Arm, d.Round, d.Against, d.AgainstRound))
        );
        Assert.Equal([0.5, 0.25, 0.75], differences.Select(d => d.Solved.Value));
        Assert.All(differences, d => Assert.True(d.Solved.Interval.Contains(d.Solved.Value)));
        Assert.All(differences, d => Assert.Equal(2, d.Solved.PerSeed.Count));
    }

    [Fact]
    public void Of_InvalidAndFailedEdits_CountAsUnsolvedAndLostOnesDoNotCount()
    {
        var run = Run(
            "seal",
            1,
            (
                0,
                [
                    [false, false],
                ]
            ),
            (
                1,
                [
                    [true, true, true],
                ]
            )
        );
        var last = run.Phases[^1];
        CandidateState[] states = [CandidateState.Scored, CandidateState.Invalid, CandidateState.Poisoned];
        CandidateRecord[] candidates =
        [
            .. last.Tasks[0].Candidates.Select((candidate, i) => candidate with { State = states[i], Trial = i == 0 ? candidate.Trial : null }),
        ];
        run = run with { Phases = [run.Phases[0], last with { Tasks = [last.Tasks[0] with { Candidates = candidates }] }] };

        Assert.Equal(0.5, Assert.Single(ArmDifferences.Of([run])).Solved.Value);
    }

    [Fact]
    public void Of_TaskWithoutVerdict_LeavesTheRowOut()
    {
        var run = Run(
            "seal",
            1,
            (
                0,
                [
                    [true],
                    [false],
                ]
            ),
            (
                1,
                [
                    [true],
                    [true],
                ]
            )
        );
        var last = run.Phases[^1];
        run = run with { Phases = [run.Phases[0], last with { Tasks = [last.Tasks[0], last.Tasks[1] with { Candidates = [] }] }] };

        Assert.Empty(ArmDifferences.Of([run]));
    }

    private static RunRecord Run(string arm, long seed, params (int Round, bool[][] Solved)[] evaluations) =>
        new(
            $"base-{arm}-s{seed}",
            "base",
            arm,
            seed,
            ["model"],
            [
                .. evaluations.Select(evaluation => new PhaseRecord(
                    PhaseId.Evaluate(evaluation.Round),
                    evaluation.Round,
                    "policy",
                    0,
                    null,
                    [.. evaluation.Solved.Select((candidates, t) => new TaskRecord($"t{t}", 0, [.. candidates.Select(Candidate)]))]
                )),
            ],
            true
        );

    private static CandidateRecord Candidate(bool solved, int index) =>
        new(
            index,
            "{}",
            null,
            CandidateState.Scored,
            null,
            new TrialResult(null, [new Observation(ObservationNames.Exact, solved ? 1 : 0)], 1, 1, 1, 1, null),
            solved ? 1 : 0
        );
}
