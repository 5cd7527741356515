using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Proposers;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Proposers;

/// <summary>What the policy is asked when it writes self-edits.</summary>
public sealed class PolicyProposerTests
{
    [Fact]
    public void Draw_OfThePolicy_AsksWithTheTasksPromptAndTheSettingsOfTheRun()
    {
        var (texts, request, engine) = Draw(new ProposalSettings(Temperature: 0.7, MaxNewTokens: 31), 3, 2);

        Assert.Equal(["text 0", "text 1"], texts);
        Assert.Equal("task", engine.Tokenizer.Decode(request.Prompt));
        Assert.Equal((0.7, 31, 2), (request.Temperature, request.MaxNewTokens, request.Seeds.Count));
        Assert.NotNull(request.Constraint);
    }

    [Fact]
    public void Draw_WithoutAGrammar_LeavesThePolicyFree() => Assert.Null(Draw(new ProposalSettings(Grammar: false), 0, 1).Request.Constraint);

    [Fact]
    public void Draw_WhereSelfEditsAreFreeText_LeavesThePolicyFreeWhateverTheSettingsSay() =>
        Assert.Null(Draw(new ProposalSettings(), 0, 1, isFreeText: true).Request.Constraint);

    [Fact]
    public void Draw_ThatGoesOn_UsesTheSeedsThatOneLongDrawWouldHaveUsed()
    {
        var whole = Draw(new ProposalSettings(), 0, 5).Request.Seeds;

        Assert.Distinct(whole);
        Assert.Equal(whole.Skip(3), Draw(new ProposalSettings(), 3, 2).Request.Seeds);
    }

    private static (IReadOnlyList<string> Texts, SampleRequest Request, ScriptedEngine Engine) Draw(
        ProposalSettings settings,
        int from,
        int count,
        bool isFreeText = false
    )
    {
        var engine = new ScriptedEngine();
        var model = engine.Open(SmallRun.Base, new ScriptedEnvironment());
        var run = SmallRun.Of(new ArmSpec("seal", "policy"), settings);
        var context = new ProposerContext(
            run,
            new ProposeJob(new TaskRef("task", "00"), PhaseId.Train(1), SmallRun.Policy, count),
            new TaskDocument("task", "{}"),
            new ScriptedDomain { IsFreeText = isFreeText }.Open(run.Settings, model.Info),
            () => model
        );
        var drafts = Catalog.Current.Proposer("policy").Draw(context, from, count, CancellationToken.None);
        Assert.All(drafts, draft => Assert.True(draft.Drawn!.Are(engine.Tokenizer.Encode(draft.Text))));
        return ([.. drafts.Select(draft => draft.Text)], Assert.Single(engine.Samples), engine);
    }
}
