using Seal.Client.Knowledge;
using Seal.Client.Tests.Support;
using Seal.Core.Domains;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Knowledge.SelfEdits;
using Seal.Knowledge.World;

namespace Seal.Client.Tests.Knowledge;

/// <summary>The gate's figures on trials whose answers are known.</summary>
public sealed class WorldGateTests
{
    private static readonly Passage[] Passages = [.. Enumerable.Range(0, 24).Select(number => new PassageMaker(1).Make(number))];

    private static readonly TaskDocument[] Tasks =
    [
        .. Passages.Select(passage => new TaskDocument(passage.Id, SealJson.ToText(new WorldTask([passage])))),
    ];

    /// <summary>Each kind is answered by six lines of its operator alone: knowing the kind is worth all questions, and the best mix for all answers
    /// those of the kind that it serves.</summary>
    [Fact]
    public void Figures_OperatorThatServesItsKindAlone_IsFoundByKindAndByNoConstant()
    {
        var figures = Figures((passage, edit, _, _) => edit == WorldGate.RightEdit(passage.Asked) || IsInFront(edit));

        var most = Passages.GroupBy(passage => passage.Asked).Max(kind => kind.Count()) / (double)Passages.Length;
        Assert.Equal(1, figures["main format, lines of the right operator"].Value!.Value, 12);
        Assert.Equal(1 - most, figures["oracle by kind above the best constant mix"].Value!.Value, 12);
        Assert.Equal(1, figures["reliability of the reward within passages"].Value!.Value, 12);
        Assert.Equal(1, figures["passage in front of the questions"].Value);
        Assert.Equal(0, figures["opened by the raw passage, but for forward questions"].Value);
        Assert.All(figures.Values, figure => Assert.True(figure.Passes, figure.Name));
    }

    /// <summary>One operator serves all: there is nothing to choose.</summary>
    [Fact]
    public void Figures_OneMixThatServesEveryKind_LeavesNothingToChoose()
    {
        var figure = Figures((_, edit, _, _) => edit == "rule join*6")["oracle by kind above the best constant mix"];

        Assert.Equal(0, figure.Value!.Value, 12);
        Assert.False(figure.Passes);
    }

    /// <summary>A passage alone that answers what is asked backwards leaves a self-edit nothing to do.</summary>
    [Fact]
    public void Figures_RawPassageThatOpensAFormat_DoNotHold()
    {
        var figure = Figures((passage, edit, _, question) => edit == "rule raw" && passage.Questions[question].Fact.Format == Format.Reverse)[
            "opened by the raw passage, but for forward questions"
        ];

        Assert.Equal(1, figure.Value);
        Assert.False(figure.Passes);
    }

    /// <summary>What two trainings share is how reliable one of them is; the mean of more is more reliable.</summary>
    [Fact]
    public void Figures_Luck_IsNoReliableReward()
    {
        static bool ByLuck(Passage passage, string edit, int seed, int question) =>
            new Core.Randomness.CounterRandom(new Core.Randomness.Seed(1).Derive(passage.Id, edit, $"{seed}", $"{question}")).NextBool();

        Assert.InRange(Figures(ByLuck)["reliability of the reward within passages"].Value!.Value, -0.15, 0.15);

        // Half luck, half the edit's own: r with one training, 2r / (1 + r) with two.
        bool Half(Passage passage, string edit, int seed, int question) =>
            question % 4 < 2 ? ByLuck(passage, edit, seed, question) : ByLuck(passage, edit, 0, 0);
        var one = Figures(Half)["reliability of the reward within passages"].Value!.Value;
        Assert.InRange(one, 0.3, 0.95);
        Assert.Equal(2 * one / (1 + one), Figures(Half, trainings: 2)["reliability of the reward within passages"].Value!.Value, 12);
    }

    /// <summary>What is chosen by a gate may not be chosen by the passages of the tables: one of forty is enough.</summary>
    [Fact]
    public async Task Gate_PassagesOfTheTables_AreRefused()
    {
        var said = await Shell.Run("knowledge", "gate", Places.InRepository("sweeps/knowledge/gate.toml"), "--set", "tasks.seed=999961");

        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("from number 1000000 on are for tables alone", said.Error, StringComparison.Ordinal);
    }

    private static bool IsInFront(string edit) => edit == "rule context";

    private static Dictionary<string, GateFigure> Figures(Func<Passage, string, int, int, bool> isRight, int trainings = 1)
    {
        WorldTrial[] trials =
        [
            .. from passage in Passages
            from edit in WorldGate.Edits
            from seed in new[] { 1, 2 }
            select new WorldTrial(
                passage.Id,
                seed,
                edit == NoneProposer.Payload ? 0 : 15,
                0,
                string.Concat(
                    Enumerable
                        .Range(0, passage.Questions.Count + passage.HeldOut.Count)
                        .Select(question => question < passage.Questions.Count && isRight(passage, edit, seed, question) ? '1' : '0')
                ),
                edit
            ),
        ];
        return new WorldGate(Tasks, trials, trainings).Figures(background: 1).ToDictionary(figure => figure.Name);
    }
}
