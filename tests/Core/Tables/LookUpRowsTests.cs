using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Core.Tables;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Tables;

/// <summary>Which look-up rows there are, in which order, and what each draws from.</summary>
public sealed class LookUpRowsTests
{
    private static readonly string[] Edits = HandTable.Edits;

    [Fact]
    public void Of_TableWithEverything_ListsItsRowsInThisOrder()
    {
        var table = HandTable.Run((_, _, _) => HandTable.Trial(true, demonstrations: 0.5), training: ["tr"], replicates: 2);
        var rows = LookUpArms.Of(HandTable.Results(table, Learner([Edits[0]])));

        Assert.Equal(
            [
                "train-constant",
                "hindsight-constant",
                "uniform",
                "task-oracle",
                "task-oracle-in-sample",
                "best-of-k",
                "seal-favourite",
                "seal-frequencies",
                "seal-permuted",
            ],
            rows.Select(row => row.Arm)
        );
        Assert.All(rows, row => Assert.Equal(($"base-{row.Arm}-s1", "base", 1L, true), (row.Run, row.Cell, row.Seed, row.Complete)));
        Assert.All(rows, row => Assert.Equal((PhaseId.Evaluate(0), ""), (Assert.Single(row.Phases).Phase, row.Phases[0].PolicySha256)));
        Assert.All(rows, row => Assert.True(LookUpArms.IsReserved(row.Arm)));
        Assert.All(rows, row => Assert.NotEmpty(LookUpArms.Describe(row.Arm)!));
    }

    [Theory]
    [InlineData("uniform", "every self-edit of the reward table, each as often (look-up)")]
    [InlineData("train-constant", "the one self-edit best on the training tasks (look-up)")]
    [InlineData(
        "hindsight-constant",
        "the one self-edit best on the evaluation tasks themselves, known only afterwards: no constant is better (look-up)"
    )]
    [InlineData("task-oracle-in-sample", "any self-edit solves the task under the inner seed it is judged by: an upper bound (look-up)")]
    [InlineData("seal-frequencies", "each setting drawn as often as among the kept self-edits, no network (look-up)")]
    [InlineData("seal-favourite", "the one self-edit that it kept most often in its last round, on every task (look-up)")]
    [InlineData("seal-permuted", "its own self-edits, each used on another task (look-up)")]
    [InlineData("seal", null)]
    [InlineData("permuted", null)]
    public void Describe_OfARow_SaysWhatItIs(string arm, string? expected) => Assert.Equal(expected, LookUpArms.Describe(arm));

    [Fact]
    public void Of_TableWithoutTrainingTasks_HasNoTrainConstant() =>
        Assert.DoesNotContain(
            LookUpArms.Of(HandTable.Results(HandTable.Run((_, _, _) => HandTable.Trial(true)))),
            row => row.Arm == LookUpArms.TrainConstant
        );

    [Fact]
    public void HindsightConstant_WhereTheTrainingTasksWantAnother_IsTheEvaluationTasksBest()
    {
        var table = HandTable.Run((task, edit, _) => HandTable.Trial(task == "tr" ? edit == 0 : edit == 1), training: ["tr"]);
        var results = HandTable.Results(table);

        Assert.Equal(Edits[0], Payload(LookUpArms.TrainConstant));
        Assert.Equal(Edits[1], Payload(LookUpArms.HindsightConstant));

        string? Payload(string arm) =>
            Assert.Single(Row(results, arm).Phases[0].Tasks.Select(task => Assert.Single(task.Candidates).Payload).Distinct());
    }

    [Fact]
    public void Of_TableWithoutEvaluationTasks_HasNoRows() =>
        Assert.Empty(LookUpArms.Of(HandTable.Results(HandTable.Run((_, _, _) => HandTable.Trial(true), evaluation: [], training: ["tr"]))));

    [Fact]
    public void BestOfK_OfSomeDrawnSelfEdits_IsTheOneThatFitsTheDemonstrationsBest()
    {
        // Twelve self-edits; the later fit better, but only five of each task's are looked at. The best of all has no observation under one task.
        string[] edits = [.. Enumerable.Range(0, 12).Select(i => $$"""{"rate":{{i}}}""")];
        string[] tasks = ["ea", "eb", "ec"];
        var table = HandTable.Run(
            (task, i, _) => HandTable.Trial(false, demonstrations: task == "eb" && i > 6 ? null : i / 12.0),
            tasks,
            edits: edits
        );
        var row = Row(HandTable.Results(table), LookUpArms.BestOfK);

        Assert.Equal(tasks.Select(Best), row.Phases[0].Tasks.Select(task => Assert.Single(task.Candidates).Payload));

        string Best(string task)
        {
            var drawn = new CounterRandom(new Seed(1).Derive("best of k", task)).NextPermutation(12).Take(5).ToArray();
            return edits[task == "eb" && drawn.Any(i => i <= 6) ? drawn.Where(i => i <= 6).Max() : drawn.Max()];
        }
    }

    [Fact]
    public void Of_TableThatDidNotLookAtDemonstrations_HasNoBestOfK() =>
        Assert.DoesNotContain(
            LookUpArms.Of(HandTable.Results(HandTable.Run((_, _, _) => HandTable.Trial(true)))),
            row => row.Arm == LookUpArms.BestOfK
        );

    [Fact]
    public void Favourite_OfSeveralRounds_IsOfTheLastOne()
    {
        var learner = Learner([Edits[0]]);
        var longer = learner with { Phases = [learner.Phases[0], learner.Phases[1], HandTable.Round(2, Edits[3]), learner.Phases[2]] };

        Assert.Equal([Edits[3], Edits[3]], Payloads(Row(HandTable.Results(Table(), longer), "seal-favourite")));
    }

    [Fact]
    public void Favourite_OfEquallyOftenKeptOnes_IsTheOneThatTheTableHasFirst() =>
        Assert.Equal([Edits[1], Edits[1]], Payloads(Row(HandTable.Results(Table(), Learner([Edits[3], Edits[1]])), "seal-favourite")));

    [Fact]
    public void Of_ArmThatKeptNothing_HasOnlyItsPermutedRow() =>
        Assert.Equal(
            ["seal-permuted"],
            LookUpArms
                .Of(HandTable.Results(Table(), Learner([])))
                .Select(row => row.Arm)
                .Where(arm => arm.StartsWith("seal-", StringComparison.Ordinal))
        );

    [Fact]
    public void Of_ArmsThatDoNotLearn_HaveNoRowsOfTheirOwn()
    {
        var random = Records.Run("random", 1, Records.Phase("evaluate-0", 0, Records.Task("ea", Records.Scored(0, Edits[0], true, details: "same"))));

        Assert.DoesNotContain(LookUpArms.Of(HandTable.Results(Table(), random)), row => row.Arm.StartsWith("random", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_ArmThatLearnedUnderOneOfItsSeedsOnly_HasNoRowsOfItsOwn()
    {
        var other = Learner([Edits[0]], seed: 2);
        var without = other with { Phases = [.. other.Phases.Select(phase => phase with { Update = null })] };

        Assert.DoesNotContain(
            LookUpArms.Of(HandTable.Results(Table(), Learner([Edits[0]]), without)),
            row => row.Arm.StartsWith("seal-", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Frequencies_OfKeptSelfEdits_DrawsEachSettingByItselfAsOftenAsItWasKept()
    {
        // Kept: on three times and off once, rate 1 twice and rate 2 twice.
        string[] kept = [Edits[0], Edits[1], Edits[0], Edits[3]];
        var row = Row(HandTable.Results(Table(), Learner(kept)), "seal-frequencies");

        foreach (var task in row.Phases[0].Tasks)
        {
            var random = new CounterRandom(new Seed(1).Derive("frequencies", "seal", task.Task));
            string[] expected =
            [
                .. Enumerable
                    .Range(0, 2)
                    .Select(_ => (On: random.NextInt(4), Rate: random.NextInt(4)))
                    .Select(drawn => HandTable.Edit(drawn.On == 3 ? "false" : "true", drawn.Rate is 0 or 2 ? 1 : 2)),
            ];
            // As many as the arm writes for the task that it writes most for.
            Assert.Equal(expected, task.Candidates.Select(candidate => candidate.Payload));
            Assert.Equal(expected[0] == expected[1] ? 0 : null, task.Candidates[1].DuplicateOf);
        }
    }

    [Fact]
    public void Frequencies_SettingsThatTheTableDoesNotHave_AreGivenUpAfterSomeDraws() =>
        Assert.DoesNotContain(
            LookUpArms.Of(HandTable.Results(Table(), Learner([HandTable.Edit("true", 3)]))),
            row => row.Arm is "seal-frequencies" or "seal-favourite"
        );

    /// <summary>A draw of settings that nobody chose would be one of the table's self-edits, always the same, under the policy's name.</summary>
    [Fact]
    public void Frequencies_SelfEditsOfText_HaveNoRow() =>
        Assert.DoesNotContain(
            LookUpArms.Of(HandTable.Results(Table(), Learner(["say : she lives in stoneer hollow . ;"]))),
            row => row.Arm == "seal-frequencies"
        );

    [Fact]
    public void Permuted_OfASingleTask_IsNoRow()
    {
        var table = HandTable.Run((_, _, _) => HandTable.Trial(true), evaluation: ["ea"]);

        Assert.DoesNotContain(
            LookUpArms.Of(HandTable.Results(table, HandTable.Learner(1, [Edits[0]], ("ea", [Edits[0]])))),
            row => row.Arm == "seal-permuted"
        );
    }

    [Fact]
    public void Permuted_OfTheLastEvaluation_LooksAtNoShowThatCameAfterIt()
    {
        var learner = Learner([Edits[0]]);
        var shown = learner with
        {
            Phases =
            [
                .. learner.Phases,
                Records.Phase("show-evaluate-1", 1, Records.Task("ea", Records.Scored(0, Edits[2], true, details: "other"))),
            ],
        };

        Assert.Equal(
            [
                [Edits[1]],
                [Edits[0], Edits[0]],
            ],
            Row(HandTable.Results(Table(), shown), "seal-permuted").Phases[0].Tasks.Select(task => task.Candidates.Select(one => one.Payload))
        );
    }

    /// <summary>Training: two tasks of kind a that want self-edit 1, one of kind b that wants 2. The constant is 1.</summary>
    [Fact]
    public void KindTable_OfTwoKinds_UsesOnEachTaskWhatItsKindLearned()
    {
        var results = Labelled(
            HandTable.Run((task, i, _) => HandTable.Trial(i == (task is "ta" or "tA" ? 1 : 2)), ["ea", "eb"], ["ta", "tA", "tb"]),
            training: [("ta", "fa", "a"), ("tA", "fA", "a"), ("tb", "fb", "b")],
            evaluation: [("ea", "fa", "a"), ("eb", "fb", "b")]
        );

        Assert.Equal([Edits[1], Edits[1]], Payloads(Row(results, LookUpArms.TrainConstant)));
        Assert.Equal([Edits[1], Edits[2]], Payloads(Row(results, LookUpArms.KindTable)));
    }

    /// <summary>The families of one kind want different self-edits: 1 and 3.</summary>
    [Fact]
    public void FamilyTable_OfTwoFamiliesOfAKind_UsesOnEachTaskWhatItsFamilyLearned()
    {
        var results = Labelled(
            HandTable.Run((task, i, _) => HandTable.Trial(i == (task == "ta" ? 1 : 3)), ["ea", "eb"], ["ta", "tb"]),
            training: [("ta", "fa", "a"), ("tb", "fb", "a")],
            evaluation: [("ea", "fb", "a"), ("eb", "fa", "a")]
        );

        Assert.Equal([Edits[3], Edits[1]], Payloads(Row(results, LookUpArms.FamilyTable)));
        Assert.DoesNotContain(LookUpArms.Of(results), row => row.Arm == LookUpArms.KindTable);
    }

    [Fact]
    public void KindTable_EvaluationTaskOfAKindThatWasNotPractised_IsNoRow() =>
        Assert.DoesNotContain(
            LookUpArms.Of(
                Labelled(
                    HandTable.Run((_, _, _) => HandTable.Trial(true), ["ea", "eb"], ["ta", "tb"]),
                    training: [("ta", "fa", "a"), ("tb", "fb", "b")],
                    evaluation: [("ea", "fa", "a"), ("eb", "fc", "c")]
                )
            ),
            row => row.Arm is LookUpArms.KindTable or LookUpArms.FamilyTable
        );

    [Fact]
    public void Permuted_WithinAndAcrossKinds_UsesSelfEditsOfThatKindAndOfAnother()
    {
        string[] tasks = ["a1", "a2", "b1", "b2", "b3", "c1", "c2"];
        var owner = tasks.Index().ToDictionary(task => $$"""{"n":{{task.Index}}}""", task => task.Item);
        var learner = HandTable.Learner(1, [owner.Keys.First()], [.. tasks.Select((task, i) => (task, new[] { owner.Keys.ElementAt(i) }))]);
        var results = Labelled(
            HandTable.Run((_, _, _) => HandTable.Trial(true), tasks, edits: [.. owner.Keys]),
            learner,
            [],
            [.. tasks.Select(task => (task, $"f{task}", $"{task[0]}"))]
        );

        var within = Row(results, "seal-permuted-within")
            .Phases[0]
            .Tasks.Select(task => (task.Task, From: owner[Assert.Single(task.Candidates).Payload!]))
            .ToArray();
        var across = Row(results, "seal-permuted-across")
            .Phases[0]
            .Tasks.Select(task => (task.Task, From: owner[Assert.Single(task.Candidates).Payload!]))
            .ToArray();

        Assert.All(within, move => Assert.True(move.Task != move.From && move.Task[0] == move.From[0], $"{move}"));
        Assert.All(across, move => Assert.NotEqual(move.Task[0], move.From[0]));
        // Each task's self-edits are used once: what changes is who uses them.
        Assert.Equal(tasks, within.Select(move => move.From).Order(StringComparer.Ordinal));
        Assert.Equal(tasks, across.Select(move => move.From).Order(StringComparer.Ordinal));
        Assert.True(
            LookUpArms.IsReserved("seal-permuted-within")
                && LookUpArms.IsReserved("seal-permuted-across")
                && LookUpArms.IsReserved("kind-table")
                && LookUpArms.IsReserved("family-table")
        );
    }

    [Fact]
    public void Permuted_AcrossKindsOfWhichOneIsMoreThanHalf_IsNoRow()
    {
        string[] tasks = ["a1", "a2", "a3", "b1", "b2"];
        var learner = HandTable.Learner(1, [Edits[0]], [.. tasks.Select(task => (task, new[] { Edits[0] }))]);
        var rows = LookUpArms.Of(
            Labelled(HandTable.Run((_, _, _) => HandTable.Trial(true), tasks), learner, [], [.. tasks.Select(task => (task, "f", $"{task[0]}"))])
        );

        Assert.Contains(rows, row => row.Arm == "seal-permuted-within");
        Assert.DoesNotContain(rows, row => row.Arm == "seal-permuted-across");
    }

    private static SweepResults Labelled(
        RunRecord table,
        (string Id, string Family, string Kind)[] training,
        (string Id, string Family, string Kind)[] evaluation
    ) => HandTable.Results(table) with { Training = Named(training), Evaluation = Named(evaluation) };

    private static SweepResults Labelled(
        RunRecord table,
        RunRecord learner,
        (string Id, string Family, string Kind)[] training,
        (string Id, string Family, string Kind)[] evaluation
    ) => HandTable.Results(table, learner) with { Training = Named(training), Evaluation = Named(evaluation) };

    private static TaskRef[] Named((string Id, string Family, string Kind)[] tasks) =>
        [.. tasks.Select(task => new TaskRef(task.Id, "") { Labels = new TaskLabels(task.Family, task.Kind) })];

    [Fact]
    public void Uniform_TrialThatWasGivenUp_IsNoRowRatherThanOneWithAGap()
    {
        var table = HandTable.Run((task, i, _) => task == "eb" && i == 2 ? null : HandTable.Trial(true));

        Assert.DoesNotContain(LookUpArms.Of(HandTable.Results(table)), row => row.Arm == LookUpArms.Uniform);
    }

    private static RunRecord Table() => HandTable.Run((_, _, _) => HandTable.Trial(true));

    /// <summary>It writes its first self-edit twice for ea and another one for eb.</summary>
    internal static RunRecord Learner(string[] kept, long seed = 1) =>
        HandTable.Learner(seed, kept, ("ea", [Edits[0], Edits[0]]), ("eb", [Edits[1]]));

    private static RunRecord Row(SweepResults results, string arm) => Assert.Single(LookUpArms.Of(results), row => row.Arm == arm);

    private static IEnumerable<string?> Payloads(RunRecord row) => row.Phases[0].Tasks.Select(task => Assert.Single(task.Candidates).Payload);
}
