using Seal.Core.Jobs;
using Seal.Core.Programs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Programs;

/// <summary>Drawing self-edits: how often is asked again, and what stands where in the end.</summary>
public sealed class ProposeProgramTests
{
    [Fact]
    public void Run_TextsOfEachKind_AreReadInOrder()
    {
        var result = Propose(["One", "bad", "two"], new ProposalSettings());

        // The payload of the first is not what was written: its tokens are kept.
        var drawn = result.Proposals[0].Drawn;
        Assert.Equal(0, drawn!.Place);
        Assert.Equal([new("One", "one", null, drawn), new("bad", null, "3 letters of nonsense"), new("two", "two", null)], result.Proposals);
        Assert.Equal(0, result.Redraws);
    }

    [Fact]
    public void Run_DuplicatesThatAreAllowed_StayAndCostNoDraw()
    {
        var result = Propose(["a", "a", "never drawn"], new ProposalSettings(Distinct: false), count: 2);

        Assert.Equal(["a", "a"], result.Proposals.Select(proposal => proposal.Payload));
        Assert.Equal(0, result.Redraws);
    }

    [Fact]
    public void Run_DistinctWanted_NewTextsTakeThePlacesOfDuplicatesAndOfNonsenseInOrder()
    {
        // Places 1 and 3 are to be filled; the first redraw brings a known text and a new one, the second a new one.
        var result = Propose(["a", "A", "b", "bad", "b", "c", "d"], new ProposalSettings(Distinct: true), count: 4);

        Assert.Equal(["a", "c", "b", "d"], result.Proposals.Select(proposal => proposal.Payload));
        Assert.Equal(3, result.Redraws);
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(1, 3, 0)]
    [InlineData(2, 3, 3)]
    [InlineData(3, 3, 6)]
    [InlineData(4, 2, 6)]
    public void Run_NothingNewEver_AsksAgainSoOftenForEachMissingSelfEdit(int count, int mostRedraws, int expected)
    {
        // All but the first are missing, so the budget is theirs: three tries each, not three together.
        var environment = new ScriptedEnvironment { Engine = new ScriptedEngine { Writes = _ => "same" } };
        var result = Propose(environment, new ProposalSettings(Distinct: true, MaxRedraws: mostRedraws), count);

        Assert.Equal(expected, result.Redraws);
        Assert.Equal(Enumerable.Repeat("same", count), result.Proposals.Select(proposal => proposal.Payload));
        Assert.Equal(count + expected, environment.Engine.Samples.Sum(request => request.Seeds.Count));
        // Every draw has a seed of its own: asking again with an old one could bring nothing new.
        Assert.Distinct(environment.Engine.Samples.SelectMany(request => request.Seeds));
    }

    [Fact]
    public void Run_BudgetThatIsNoMultipleOfTheMissing_IsUsedUpAndNotOverdrawn()
    {
        // Three are missing, three tries each: nothing new in three draws, then one; two are missing, so 3 + 3 + 2 and one that is left.
        var result = Propose(["a", "a", "a", "a", "a", "a", "a", "b", "a"], new ProposalSettings(Distinct: true, MaxRedraws: 3), count: 4);

        Assert.Equal(["a", "b", "a", "a"], result.Proposals.Select(proposal => proposal.Payload));
        Assert.Equal(9, result.Redraws);
    }

    [Fact]
    public void Run_ArmThatCannotDrawMore_IsNotAskedAgain()
    {
        var environment = new ScriptedEnvironment();
        var result = Propose(environment, new ProposalSettings(Distinct: true), 3, new ArmSpec("constant", "constant", "Word"));

        Assert.Equal([new("Word", "word", null), new("Word", "word", null), new("Word", "word", null)], result.Proposals);
        Assert.Equal(0, result.Redraws);
        Assert.Empty(environment.Engine.Samples);
    }

    [Fact]
    public void Run_TheWordForNoTraining_IsASelfEditOfTheInContextArmAlone()
    {
        var result = Propose(new ScriptedEnvironment(), new ProposalSettings(), 5, new ArmSpec("in-context", "none"));

        Assert.Equal([new("none", "none", null)], result.Proposals);
        // A policy that writes it has written no self-edit.
        Assert.Equal([new("none", null, "4 letters of nonsense")], Propose(["none"], new ProposalSettings()).Proposals);
    }

    [Theory]
    [InlineData(4096, 4096)]
    [InlineData(4097, 4096)]
    public void Run_LongText_IsKeptShortButReadWhole(int length, int kept)
    {
        var proposal = Propose(["bad" + new string('x', length - 3)], new ProposalSettings(), count: 1).Proposals[0];

        Assert.StartsWith("badx", proposal.Text, StringComparison.Ordinal);
        Assert.Equal(kept, proposal.Text.Length);
        Assert.Equal($"{length} letters of nonsense", proposal.Rejection);
    }

    [Fact]
    public void Run_CutInTheMiddleOfASurrogatePair_KeepsATextThatJsonCanCarry()
    {
        var proposal = Propose(["bad" + new string('x', 4092) + "🦭"], new ProposalSettings(), count: 1).Proposals[0];

        Assert.Equal('\ufffd', proposal.Text[^1]);
        Assert.DoesNotContain(proposal.Text, char.IsSurrogate);
    }

    [Fact]
    public void Run_OfAJob_OpensItsPolicyReadsItsTaskAndReportsHowFarItIs()
    {
        var environment = new ScriptedEnvironment { Engine = new ScriptedEngine { Writes = draw => draw < 2 ? "a" : "b" } };
        Propose(environment, new ProposalSettings(Distinct: true), 2);

        Assert.Equal([SmallRun.Base.With("adapter")], environment.Engine.Opened);
        Assert.Equal([environment.Task("task").Sha256], environment.Reads);
        Assert.Equal([(2, 2, null), (3, 3, null)], environment.Steps);
    }

    private static ProposeResult Propose(string[] texts, ProposalSettings settings, int? count = null) =>
        Propose(
            new ScriptedEnvironment { Engine = new ScriptedEngine { Writes = draw => texts[Math.Min(draw, texts.Length - 1)] } },
            settings,
            count ?? texts.Length
        );

    private static ProposeResult Propose(ScriptedEnvironment environment, ProposalSettings settings, int count, ArmSpec? arm = null)
    {
        var job = new ProposeJob(environment.Task("task"), PhaseId.Train(1), environment.Policy(SmallRun.Base.With("adapter")), count);
        var run = SmallRun.Of(arm ?? new ArmSpec("seal", "policy"), settings);
        return new JobRunner(environment)
            .Run(new JobAssignment("job", 1, default, environment.Run(run), Propose: job), CancellationToken.None)
            .Propose!;
    }
}
