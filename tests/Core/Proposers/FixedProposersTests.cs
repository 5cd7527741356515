using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Proposers;

/// <summary>Proposers that ask no model: every text by hand.</summary>
public sealed class FixedProposersTests
{
    [Theory]
    [InlineData(0, 3)]
    [InlineData(5, 2)]
    public void Draw_Constant_IsTheArmsEditEveryTime(int from, int count) =>
        Assert.Equal(Enumerable.Repeat("word", count), Draw(new ArmSpec("arm", "constant", "word"), from, count));

    [Fact]
    public void Draw_ConstantWithoutAnEdit_IsAnEmptyText() => Assert.Equal([""], Draw(new ArmSpec("arm", "constant"), 0, 1));

    [Fact]
    public void Draw_Random_IsAFunctionOfSeedPhaseTaskAndNumberAlone()
    {
        var arm = new ArmSpec("arm", "random");
        var all = Draw(arm, 0, 6);

        Assert.Distinct(all);
        Assert.Equal(all.Skip(2).Take(3), Draw(arm, 2, 3));
        Assert.Equal(all, Draw(new ArmSpec("other name", "random"), 0, 6));
        Assert.NotEqual(all, Draw(arm, 0, 6, seed: 2));
        Assert.NotEqual(all, Draw(arm, 0, 6, phase: "train-2"));
        Assert.NotEqual(all, Draw(arm, 0, 6, task: "other"));
        // The policy before and after training is asked with the same random numbers.
        Assert.Equal(Draw(arm, 0, 6, phase: "evaluate-0"), Draw(arm, 0, 6, phase: "evaluate-2"));
    }

    [Fact]
    public void Draw_File_TakesTheTasksOwnListOrTheOneForAllOthers()
    {
        var arm = new ArmSpec(
            "arm",
            "file",
            Edits: ArmEdits.Of(new Dictionary<string, IReadOnlyList<string>> { ["task"] = ["a", "b", "c"], ["*"] = ["x"] })
        );

        Assert.Equal(["a", "b"], Draw(arm, 0, 2));
        Assert.Equal(["b", "c"], Draw(arm, 1, 5));
        Assert.Empty(Draw(arm, 3, 1));
        Assert.Equal(["x"], Draw(arm, 0, 3, task: "other"));
    }

    [Fact]
    public void Draw_Grid_CountsThroughTheSchemaInItsOrder()
    {
        var arm = new ArmSpec("arm", "grid");

        Assert.Equal(["a", "bb"], Draw(arm, 0, 2));
        Assert.Equal(["ccc"], Draw(arm, 2, 5));
        Assert.Empty(Draw(arm, 3, 1));
    }

    [Fact]
    public void Draw_None_IsOneWordAndNoMore()
    {
        Assert.Equal(["none"], Draw(new ArmSpec("arm", "none"), 0, 5));
        Assert.Empty(Draw(new ArmSpec("arm", "none"), 1, 5));
    }

    [Fact]
    public void Draw_Table_IsEveryEditOnceWhateverTheTask()
    {
        var arm = new ArmSpec("arm", "table");

        Assert.Equal(["a", "bb", "ccc"], Draw(arm, 0, 10));
        Assert.Equal(Draw(arm, 0, 2), Draw(arm, 0, 2, seed: 9, phase: "table-evaluate-1", task: "other"));
        Assert.Empty(Draw(arm, 1, 10));
    }

    [Fact]
    public void Edits_MoreThanAreWanted_AreDrawnByTheirNumberAloneAndKeepTheirOrder()
    {
        string[] all = [.. Enumerable.Range(0, 50).Select(i => $"{i:00}")];
        var some = TableProposer.Edits(all, 10);

        Assert.Equal(10, some.Count);
        Assert.Distinct(some);
        Assert.Equal(some.Order(StringComparer.Ordinal), some);
        Assert.NotEqual(all.Take(10), some);
        Assert.Equal(some.Select(edit => $"x{edit}"), TableProposer.Edits(all.Select(edit => $"x{edit}"), 10));
        Assert.Equal(all, TableProposer.Edits(all, 50));
    }

    [Theory]
    [InlineData("policy", true)]
    [InlineData("constant", false)]
    [InlineData("random", true)]
    [InlineData("file", false)]
    [InlineData("grid", false)]
    [InlineData("none", false)]
    [InlineData("table", false)]
    public void CanRedraw_OfEachProposer_SaysWhetherAskingAgainBringsAnythingNew(string kind, bool expected) =>
        Assert.Equal(expected, Catalog.Current.Proposer(kind).CanRedraw);

    /// <summary>Free text cannot be listed: who draws from a list says so, and all others write.</summary>
    [Theory]
    [InlineData("random", true)]
    [InlineData("grid", true)]
    [InlineData("table", true)]
    [InlineData("constant", false)]
    [InlineData("none", false)]
    public void Draw_WhereSelfEditsAreFreeText_IsRefusedByThoseThatNeedAList(string kind, bool needs)
    {
        Assert.Equal(needs, Catalog.Current.Proposer(kind).NeedsSpace);
        if (needs)
        {
            var refused = Assert.Throws<SweepException>(() => Draw(new ArmSpec("arm", kind), 0, 1, isFreeText: true));
            Assert.Contains("draws from a list of self-edits, but those of this domain are free text", refused.Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Single(Draw(new ArmSpec("arm", kind, "word"), 0, 1, isFreeText: true));
        }
    }

    [Fact]
    public void Get_UnknownKind_NamesTheKnownOnes() =>
        Assert.Equal(
            "arms.proposer: 'oracle' is not known; expected one of policy, constant, random, file, grid, none, table. "
                + "If it comes from a plug-in, add --plugin <dll>.",
            Assert.Throws<SweepException>(() => Catalog.Current.Proposer("oracle")).Message
        );

    private static IReadOnlyList<string> Draw(
        ArmSpec arm,
        int from,
        int count,
        long seed = 1,
        string phase = "train-1",
        string task = "task",
        bool isFreeText = false
    )
    {
        var engine = new ScriptedEngine();
        var job = new ProposeJob(new TaskRef(task, "00"), PhaseId.Parse(phase)!.Value, SmallRun.Policy, count);
        var session = new ScriptedDomain { IsFreeText = isFreeText }.Open(SmallRun.Settings, new(engine.Tokenizer, 4096, false));
        var context = new ProposerContext(
            SmallRun.Of(arm, seed: seed),
            job,
            new TaskDocument(task, "{}"),
            session,
            () => throw new InvalidOperationException("No model is asked.")
        );
        var drafts = Catalog.Current.Proposer(arm.Proposer).Draw(context, from, count, CancellationToken.None);
        Assert.All(drafts, draft => Assert.Null(draft.Drawn));
        return [.. drafts.Select(draft => draft.Text)];
    }

    [Fact]
    public void SeedOf_ADraw_IsNamedAfterProposerPhaseTaskAndNumber()
    {
        var session = new ScriptedDomain().Open(SmallRun.Settings, new(new ScriptedEngine().Tokenizer, 4096, false));
        var run = SmallRun.Of(new ArmSpec("arm", "random"), seed: 7);
        var context = new ProposerContext(
            run,
            new ProposeJob(new TaskRef("task", "00"), PhaseId.Train(1), SmallRun.Policy, 1),
            new TaskDocument("task", "{}"),
            session,
            () => null!
        );

        Assert.Equal(new Seed(7).Derive("propose", "random", "train-1", "task", "12"), context.SeedOf("random", 12));
    }

    [Fact]
    public void Draw_FileWithoutSelfEdits_IsEmpty() => Assert.Empty(Draw(new ArmSpec("arm", "file"), 0, 1));

    [Fact]
    public void Edits_OfTheTable_AreDrawnUnderASeedThatNeverChanges() =>
        Assert.Equal(
            new CounterRandom(new Seed(0).Derive("table edits")).NextPermutation(9).Take(3).Order().Select(i => $"{i}"),
            TableProposer.Edits(Enumerable.Range(0, 9).Select(i => $"{i}"), 3)
        );
}
