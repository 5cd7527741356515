using Seal.Core.Candidates;
using Seal.Core.Gates;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Core.Tests.Gates;

/// <summary>The rules on cases whose verdict is plain.</summary>
public sealed class GateRulesTests
{
    private static readonly GateSettings Strict = new(GateRules.Names);

    /// <summary>200 tasks, of which the base model has so many, and the version loses so many of those.</summary>
    [Theory]
    [InlineData(160, 0, GateOutcome.Promoted)]
    [InlineData(160, 1, GateOutcome.Promoted)]
    [InlineData(160, 3, GateOutcome.Undecided)]
    [InlineData(160, 20, GateOutcome.Quarantined)]
    [InlineData(160, 160, GateOutcome.Quarantined)]
    // What docs/safety.md says of 200.
    [InlineData(200, 2, GateOutcome.Promoted)]
    [InlineData(200, 3, GateOutcome.Undecided)]
    // What it could not do it cannot lose.
    [InlineData(49, 49, GateOutcome.Undecided)]
    [InlineData(0, 0, GateOutcome.Undecided)]
    public void OfAnswers_SomeWereLost_IsPromotedWhereTheLossIsShownToBeSmall(int could, int lost, GateOutcome outcome)
    {
        var verdict = Rule(GateRules.Retention, Answers(200, could), Answers(200, could, lost));
        Assert.Equal(outcome, verdict.Outcome);
        Assert.Equal(could < Strict.MinCases ? 0 : Math.Min(lost, 10), verdict.Worst.Count);
        Assert.Equal("gate-3", $"{verdict.CasesOf(new PhaseId(PhaseKind.Gate, 3))}");
    }

    /// <summary>Where shares of tokens are compared, hardly any task is left out; the words in the sweep's bytes stay.</summary>
    [Theory]
    [InlineData(ObservationNames.Exact, "that the base model could do")]
    [InlineData(ObservationNames.TokenAccuracy, "of whose answers the base model had some token right")]
    public void Told_OfRetention_SaysWhichTasksWereCompared(string measure, string expected)
    {
        var verdict = new RuleVerdict(
            GateRules.Retention,
            GateOutcome.Promoted,
            100,
            0,
            -0.03,
            $"{measure} changed by 0.000 on the 100 of 100 retention tasks that the base model could do",
            [],
            0,
            0
        );
        Assert.EndsWith(expected, verdict.Told, StringComparison.Ordinal);
        Assert.EndsWith("that the base model could do", verdict.Why, StringComparison.Ordinal);
    }

    /// <summary>Said at once, and not only when the first version is looked at.</summary>
    [Theory]
    [InlineData(50, false)]
    [InlineData(49, true)]
    public void OfReference_TheBaseModelHasLittleToLose_SaysSo(int could, bool says) =>
        Assert.Equal(says ? GateOutcome.Undecided : null, GateRules.OfReference(Strict, Answers(200, could))?.Outcome);

    /// <summary>What is won elsewhere makes up for nothing, and a thousand tasks that were wrong and stay wrong hide nothing.</summary>
    [Theory]
    [InlineData(200, 120, 140)]
    [InlineData(2200, 100, 100)]
    public void OfAnswers_LossesBesideGains_CountsTheLossesAlone(int all, int could, int until)
    {
        var before = Records(all, task => task < could ? 1 : 0);
        var after = Records(all, task => task >= 20 && task < until ? 1 : 0);
        var verdict = Rule(GateRules.Retention, before, after);
        Assert.Equal((GateOutcome.Quarantined, could), (verdict.Outcome, verdict.Cases));
        Assert.Equal(-20.0 / could, verdict.Found, 5);
    }

    /// <summary>With fewer answers not even a version that changed nothing passes; with as many it does.</summary>
    [Theory]
    [InlineData(0.03, 0.95)]
    [InlineData(0.01, 0.95)]
    [InlineData(0.03, 0.99)]
    public void LeastAnswers_OfAGate_AreThoseThatAnEqualVersionNeeds(double margin, double confidence)
    {
        var gate = Strict with { RetentionMargin = margin, Confidence = confidence, MinCases = 1 };
        GateOutcome Of(int cases) =>
            GateRules.OfAnswers(gate with { Rules = [GateRules.Retention] }, Answers(cases, cases), Answers(cases, cases), _ => []).Outcome;
        Assert.Equal((GateOutcome.Promoted, GateOutcome.Undecided), (Of(gate.LeastAnswers), Of(gate.LeastAnswers - 1)));
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(19, false)]
    [InlineData(40, false)]
    public void HaveGroups_OfTasks_WantsSomeInsideAndSomeOutside(int inside, bool has) =>
        Assert.Equal(has, GateRules.HaveGroups([.. Enumerable.Range(0, 40).Select(task => task < inside ? new[] { "size=large" } : [])]));

    [Fact]
    public void OfAnswers_OneGroupLostEverything_IsQuarantinedByGroups()
    {
        // All that were lost are wide: 40 of 40, and none of 160 others.
        var before = Records(200, _ => 1);
        var after = Records(200, task => task < 40 ? 0 : 1);
        string[] of(string task) =>
            [int.Parse(task, System.Globalization.CultureInfo.InvariantCulture) < 40 ? "orientation=wide" : "orientation=tall"];
        var verdict = Assert.Single(GateRules.OfAnswers(Strict with { Rules = [GateRules.Groups] }, before, after, of).Rules);
        Assert.Equal(GateOutcome.Quarantined, verdict.Outcome);
        Assert.StartsWith("orientation=wide: ", verdict.Why, StringComparison.Ordinal);
        Assert.Equal(40, verdict.Cases);

        // The same loss over all of them is no bias, whatever else it is.
        var even = Records(200, task => task % 5 == 0 ? 0 : 1);
        Assert.Equal(
            GateOutcome.Promoted,
            Assert.Single(GateRules.OfAnswers(Strict with { Rules = [GateRules.Groups] }, before, even, of).Rules).Outcome
        );
    }

    [Theory]
    [InlineData(96, GateOutcome.Quarantined)]
    [InlineData(93, GateOutcome.Promoted)]
    [InlineData(10, GateOutcome.Promoted)]
    public void OfEdits_OneSelfEditTakesOver_IsQuarantined(int same, GateOutcome outcome)
    {
        var after = Edits(96, edit => edit < same ? "a" : $"b{edit}");
        Assert.Equal(outcome, Edits(GateRules.Collapse, after, after).Outcome);
    }

    [Theory]
    [InlineData(0, GateOutcome.Promoted)]
    [InlineData(3, GateOutcome.Promoted)]
    [InlineData(30, GateOutcome.Quarantined)]
    public void OfEdits_FewerAreValid_IsQuarantined(int broken, GateOutcome outcome)
    {
        var before = Edits(96, edit => $"b{edit}");
        Assert.Equal(outcome, Edits(GateRules.Validity, before, Edits(96, edit => edit * broken % 96 < broken ? null : $"b{edit}")).Outcome);
    }

    /// <summary>Self-edits of one task are much alike: 30 broken ones of four tasks say less than 30 of twelve.</summary>
    [Fact]
    public void OfEdits_FewerAreValidOnFewTasks_IsNotShownYet()
    {
        var verdict = Edits(GateRules.Validity, Edits(96, edit => $"b{edit}"), Edits(96, edit => edit < 30 ? null : $"b{edit}"));
        Assert.Equal((GateOutcome.Promoted, 96), (verdict.Outcome, verdict.Cases));
        Assert.Equal(-30 / 96.0, verdict.Found, 5);
    }

    [Fact]
    public void OfEdits_TooFew_IsUndecided()
    {
        var few = Edits(12, edit => $"b{edit}");
        Assert.Equal(GateOutcome.Undecided, Edits(GateRules.Validity, few, few).Outcome);
        Assert.Equal(GateOutcome.Undecided, Edits(GateRules.Collapse, few, few).Outcome);
        Assert.Equal(GateOutcome.Undecided, GateRules.OfEdits(Strict, GateRules.Names, few, few).Outcome);
    }

    /// <summary>What the update kept had solved its task, or had not more often than what it left: 24 tasks of 4 self-edits each.</summary>
    [Theory]
    [InlineData(24, 24, GateOutcome.Promoted)]
    [InlineData(24, 4, GateOutcome.Promoted)]
    [InlineData(24, 1, GateOutcome.Undecided)]
    [InlineData(24, -24, GateOutcome.Quarantined)]
    [InlineData(24, 0, GateOutcome.Undecided)]
    // Too few tasks on which some were kept and some were not.
    [InlineData(8, 8, GateOutcome.Promoted)]
    [InlineData(7, 7, GateOutcome.Undecided)]
    public void OfRewards_KeptAgainstLeft_IsPromotedWhereRewardsAreShownToPayForWhatSolves(int tasks, int better, GateOutcome outcome)
    {
        TaskRecord Task(int task)
        {
            // Rewarded, and so kept, is the first; of the better tasks it is the one that solved, of the worse ones it alone did not.
            double Exact(int edit) =>
                task < better ? (edit == 0 ? 1 : 0)
                : task < -better ? (edit == 0 ? 0 : 1)
                : 0;
            return new TaskRecord(
                $"t{task}",
                0,
                [
                    .. Enumerable
                        .Range(0, 4)
                        .Select(edit => new CandidateRecord(
                            edit,
                            $"e{edit}",
                            null,
                            CandidateState.Scored,
                            null,
                            new TrialResult(null, [new Observation(ObservationNames.Exact, Exact(edit))], 1, 0, null, null, null),
                            edit == 0 ? 1 : 0
                        )),
                ]
            );
        }

        var verdict = GateRules.OfRewards(Strict, new UpdateFilter("rest-em", 0, 1), null, [.. Enumerable.Range(0, tasks).Select(Task)]);
        Assert.Equal(outcome, verdict.Outcome);
        Assert.Equal(tasks, verdict.Cases);
        var word =
            better > 0 ? "more often than"
            : better < 0 ? "less often than"
            : "as often as";
        Assert.Equal(tasks >= 8, verdict.Told.Contains($"had solved its task {word} what it left", StringComparison.Ordinal));
        Assert.DoesNotContain("-", verdict.Told.Replace("self-edits", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(tasks < 8, verdict.Measured == "not measured");
        // Its cases are those of the round that the version learned from.
        Assert.Equal("train-3", $"{verdict.CasesOf(new PhaseId(PhaseKind.GateEdits, 3))}");
    }

    /// <summary>A reward that pays for one kind of task alone, a third of them: what solved the others is left, and that counts against it.</summary>
    [Theory]
    [InlineData(3, false)]
    [InlineData(1, true)]
    public void OfRewards_SolvedAndNothingLearned_CountsAgainstIt(int paysForEvery, bool promoted)
    {
        TaskRecord Task(int task) =>
            new(
                $"t{task}",
                0,
                [
                    .. Enumerable
                        .Range(0, 4)
                        .Select(edit => new CandidateRecord(
                            edit,
                            $"e{edit}",
                            null,
                            CandidateState.Scored,
                            null,
                            new TrialResult(null, [new Observation(ObservationNames.Exact, edit == 0 ? 1 : 0)], 1, 0, null, null, null),
                            edit == 0 && task % paysForEvery == 0 ? 1 : 0
                        )),
                ]
            );
        var verdict = GateRules.OfRewards(Strict, new UpdateFilter("rest-em", 0, 1), null, [.. Enumerable.Range(0, 24).Select(Task)]);
        Assert.Equal((promoted, 24), (verdict.Outcome == GateOutcome.Promoted, verdict.Cases));
    }

    /// <summary>Right answers became less likely by so many nats a token, on 100 tasks.</summary>
    [Theory]
    [InlineData(0.0, GateOutcome.Promoted)]
    [InlineData(0.09, GateOutcome.Promoted)]
    [InlineData(0.2, GateOutcome.Quarantined)]
    [InlineData(-1.0, GateOutcome.Promoted)]
    public void OfAnswers_RightAnswersBecomeLessLikely_IsQuarantinedByDrift(double less, GateOutcome outcome)
    {
        TaskRecord[] likely(double value) =>
            [
                .. Records(100, _ => 0)
                    .Select(
                        (record, i) =>
                            record with
                            {
                                Candidates =
                                [
                                    record.Candidates[0] with
                                    {
                                        Trial = new TrialResult(
                                            null,
                                            [new Observation(ObservationNames.LogProbability, value - (i * 0.001))],
                                            0,
                                            0,
                                            null,
                                            null,
                                            null
                                        ),
                                    },
                                ],
                            }
                    ),
            ];
        var verdict = Rule(GateRules.Drift, likely(-0.5), likely(-0.5 - less));
        Assert.Equal((outcome, 100), (verdict.Outcome, verdict.Cases));
        // A domain that does not say how likely they are.
        Assert.Equal(GateOutcome.Undecided, Rule(GateRules.Drift, Records(100, _ => 1), Records(100, _ => 1)).Outcome);
    }

    /// <summary>Whatever a version does: one that is equal to the base is never put into quarantine, and losing more never helps.</summary>
    [Fact]
    public void OfAnswers_AnyRecords_LosingMoreNeverHelps() =>
        CsCheck.Check.Sample(
            CsCheck.Gen.Select(CsCheck.Gen.Int[50, 300], CsCheck.Gen.Int[0, 300], CsCheck.Gen.Int[0, 300]),
            drawn =>
            {
                var (all, some, more) = (drawn.Item1, Math.Min(drawn.Item1, drawn.Item2), drawn.Item3);
                var before = Answers(all, all);
                var (less, worse) = (Answers(all, all, some), Answers(all, all, Math.Min(all, some + more)));
                Assert.True(Rule(GateRules.Retention, before, before).Outcome != GateOutcome.Quarantined);
                Assert.True(Rule(GateRules.Retention, before, less).Outcome <= Rule(GateRules.Retention, before, worse).Outcome);
            }
        );

    private static RuleVerdict Rule(string rule, IReadOnlyList<TaskRecord> before, IReadOnlyList<TaskRecord> after) =>
        Assert.Single(GateRules.OfAnswers(Strict with { Rules = [rule] }, before, after, _ => []).Rules);

    private static RuleVerdict Edits(string rule, IReadOnlyList<TaskRecord> before, IReadOnlyList<TaskRecord> after) =>
        Assert.Single(GateRules.OfEdits(Strict, [rule], before, after).Rules);

    /// <summary>The first so many are right, less those that were lost.</summary>
    private static TaskRecord[] Answers(int all, int could, int lost = 0) => Records(all, task => task >= lost && task < could ? 1 : 0);

    private static TaskRecord[] Records(int all, Func<int, double> exact) =>
        [
            .. Enumerable
                .Range(0, all)
                .Select(task => new TaskRecord(
                    task.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    0,
                    [
                        new CandidateRecord(
                            0,
                            "none",
                            null,
                            CandidateState.Scored,
                            null,
                            new TrialResult(null, [new Observation(ObservationNames.Exact, exact(task))], 0, 0, null, null, null),
                            null
                        ),
                    ]
                )),
        ];

    private static TaskRecord[] Edits(int all, Func<int, string?> payload) =>
        [
            .. Enumerable
                .Range(0, all)
                .Chunk(8)
                .Select(
                    (edits, task) =>
                        new TaskRecord(
                            $"t{task}",
                            0,
                            [
                                .. edits.Select(edit => new CandidateRecord(
                                    edit,
                                    payload(edit),
                                    null,
                                    payload(edit) is null ? CandidateState.Invalid : CandidateState.Proposed,
                                    null,
                                    null,
                                    null
                                )),
                            ]
                        )
                ),
        ];
}
