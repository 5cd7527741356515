using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;
using Seal.Core.Tests.Tables;

namespace Seal.Core.Tests.Results;

/// <summary>The page of a sweep whose every number is counted by hand.</summary>
public sealed class MarkdownReportTests
{
    private const string Model = "0123456789abcdef0123456789abcdef";

    [Fact]
    public void Write_SmallSweep_IsThisPage()
    {
        var seal = Records.Run(
            "seal",
            1,
            Evaluation(0, Records.Scored(0, "a", false, steps: 4), Records.Invalid(1)),
            new PhaseRecord(
                PhaseId.Train(1),
                1,
                "fedcba9876543210",
                1,
                new UpdateResult("fedcba9876543210", 8, 2, 1, null),
                [Records.Task("tr", Records.Scored(0, "a", true), Records.Scored(1, "b", false))]
            ),
            Evaluation(1, Records.Scored(0, "a", true, steps: 6), Records.Failed(1, "b", steps: 2)),
            Records.Phase("cross-old-on-new-1", 1, Records.Task("ev", Records.Scored(0, "a", true))),
            Records.Phase("cross-new-on-old-1", 1, Records.Task("ev", Records.Scored(0, "a", false))),
            Records.Phase("again-train-1", 1, Records.Task("tr", Records.Scored(0, "a", false)))
        ) with
        {
            Policies = [Model, "fedcba9876543210"],
        };
        var twice = Evaluation(0, Records.Scored(0, "a", false, steps: 4), Records.Scored(1, "a", false, steps: 4, duplicateOf: 0));
        var random = Records.Run("random", 1, twice) with { Complete = false };

        Assert.Equal(
            """
            # small

            Model 0123456789ab, numeric class `fake-1`, 1 training and 1 evaluation tasks, 2 runs.

            ## Evaluation

            Solved: share of tried self-edits after which the greedy answer of the plain view is exactly right, with Wilson's 95 % interval over distinct trials; plain view and vote beside it.

            | cell | arm | rounds | candidates | solved | 95 % | plain view | vote, top 1 | vote, top 2 | tasks solved | invalid | failed | steps in all |
            |---|---|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|
            | base | seal | 0 | 2 | 0 (0 %) | [0 %, 66 %] | 0 (0 %) | – | – | 0/1 | 1 | 0 | 4 |
            | base | seal | 1 | 2 | 1 (50 %) | [9 %, 91 %] | 1 (50 %) | – | – | 1/1 | 0 | 1 | 8 |
            | base | random | 0 | 2 | 0 (0 %) | [0 %, 79 %] | 0 (0 %) | – | – | 0/1 | 0 | 0 | 4 |

            ## Differences

            Of the shares solved, paired over tasks and outer seeds; 95 % by a bootstrap that resamples seeds and tasks as crossed factors and edits within both. With one outer seed it knows nothing of the spread between seeds.

            | cell | arm | against | difference | 95 % | per seed |
            |---|---|---|--:|---|---|
            | base | seal after 1 | seal after 0 | +0.500 | [0, +1.000] | +0.50 |
            | base | seal after 1 | random after 0 | +0.500 | [0, +1.000] | +0.50 |

            ## Training rounds

            | run | round | candidates | solved | kept | policy |
            |---|--:|--:|--:|--:|---|
            | base-seal-s1 | 1 | 2 | 1 (50 %) | 1 | fedcba987654 |

            ## Kept self-edits under fresh inner seeds

            | cell | arm | round | kept | solved when rewarded | fresh trials | solved | 95 % |
            |---|---|--:|--:|--:|--:|--:|---|
            | base | seal | 1 | 1 | 1 (100 %) | 1 | 0 (0 %) | [0 %, 79 %] |

            ## Self-edits × weights

            | cell | arm | self-edits | weights | candidates | solved | 95 % |
            |---|---|---|---|--:|--:|---|
            | base | seal | before | before | 1 | 0 (0 %) | [0 %, 79 %] |
            | base | seal | before | after | 1 | 1 (100 %) | [21 %, 100 %] |
            | base | seal | after | before | 1 | 0 (0 %) | [0 %, 79 %] |
            | base | seal | after | after | 2 | 1 (50 %) | [9 %, 91 %] |

            **base-random-s1 is incomplete:** work was given up; `seal sweep status small` says why.

            ## Cost

            What it took this time; another run of the same sweep differs here and nowhere else.

            9 jobs in 12 attempts, 3 trials from the cache, 40 optimizer steps, 500 training tokens, 2.50 device-hours.

            | run | jobs | attempts | from the cache | device-hours | forks | policy versions |
            |---|--:|--:|--:|--:|--:|---|
            | base-random-s1 | 2 | 2 | 1 | 0.500 | 0 |  |
            | base-seal-s1 | 7 | 10 | 2 | 2.000 | 1 | 0123456789ab → fedcba987654 |

            """,
            Page(Results(seal, random), Cost(seal))
        );
    }

    /// <summary>What people write is read as they wrote it.</summary>
    [Fact]
    public void Write_AMoveWithTagsInItsWords_EscapesThem()
    {
        var moved = Records.Phase("moved-1", 1) with { Move = new PolicyMove(1, 0, "ann & bob", "forgets <b>tall</b> grids") };
        Assert.Contains(
            "- base-seal-s1, after round 1: version 0 is used from here on, by ann &amp; bob: forgets &lt;b&gt;tall&lt;/b&gt; grids\n",
            Page(Results(Records.Run("seal", 1, moved)), Cost(Records.Run("seal", 1, moved))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Write_SweepWithARewardTable_SaysThatSomeRowsAreLookUps()
    {
        var page = Page(
            SmallTable.Results((_, edit, _) => edit == SmallTable.A) with
            {
                Model = Model,
            },
            new SweepAccounting("small", Accounting.Zero, new Dictionary<string, Accounting>())
        );

        Assert.Contains(" Rows that no run made are look-ups in the reward table (docs/reward-table.md).\n", page, StringComparison.Ordinal);
        Assert.Contains(
            "| base | train-constant | 0 | 2 | 2 (100 %) | [34 %, 100 %] | 2 (100 %) | – | – | 2/2 | 0 | 0 | 20 |\n",
            page,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "| base | uniform | 0 | 4 | 2 (50 %) | [15 %, 85 %] | 2 (50 %) | – | – | 2/2 | 0 | 0 | 40 |\n",
            page,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("incomplete", page, StringComparison.Ordinal);
        Assert.DoesNotContain("## Differences", page, StringComparison.Ordinal);
        Assert.DoesNotContain("## Kept", page, StringComparison.Ordinal);
        Assert.DoesNotContain("## Self-edits", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_SweepJudgedByVotes_ShowsTheVotesAndSaysWhatCountsAsSolved()
    {
        var voted = Evaluation(0, Records.Scored(0, "a", false, votes: (false, true)), Records.Scored(1, "b", true, votes: (true, true)));
        var run = Records.Run("seal", 1, voted) with { Score = "vote-top-2" };
        var page = Page(Results(run), Cost(run));

        Assert.Contains("after which one of the first two answers of the vote over views is exactly right,", page, StringComparison.Ordinal);
        Assert.Contains(
            "| base | seal | 0 | 2 | 2 (100 %) | [34 %, 100 %] | 1 (50 %) | 1 (50 %) | 2 (100 %) | 1/1 | 0 | 0 | 20 |\n",
            page,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Write_EvaluationWithoutCandidates_HasNoShares()
    {
        var run = Records.Run("none", 1, Evaluation(0));

        Assert.Contains(
            "| base | none | 0 | 0 | – | [0 %, 100 %] | – | – | – | 0/1 | 0 | 0 | 0 |\n",
            Page(Results(run), Cost(run)),
            StringComparison.Ordinal
        );
    }

    private static PhaseRecord Evaluation(int round, params CandidateRecord[] candidates) =>
        Records.Phase($"evaluate-{round}", round, Records.Task("ev", candidates));

    private static SweepResults Results(params RunRecord[] runs) =>
        new("small", Model, "fake-1", [new TaskRef("tr", "00")], [new TaskRef("ev", "01")], runs);

    private static SweepAccounting Cost(RunRecord seal) =>
        new(
            "small",
            new Accounting(9, 12, 3, 9000, 40, 500),
            new Dictionary<string, Accounting> { ["base-seal-s1"] = new(7, 10, 2, 7200, 30, 400), ["base-random-s1"] = new(2, 2, 1, 1800, 10, 100) }
        )
        {
            Lineage = new Dictionary<string, RunLineage> { ["base-seal-s1"] = new(["first", "second"], PolicyVersion.Of(seal)) },
        };

    private static string Page(SweepResults results, SweepAccounting accounting) => MarkdownReport.Write(results, accounting);
}
