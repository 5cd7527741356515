using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

/// <summary>Which trials a reward table has, and that both counts of inner loops go by it. 2 training and 3 evaluation tasks, a schema of 10
/// self-edits.</summary>
public sealed class TrialSourceTests
{
    private const string Table = "[[arms]]\nname = \"table\"\nproposer = \"table\"\n";
    private const string Frozen = "[inner]\nbase = \"frozen\"\nseeds = 2\n[update]\nrounds = 2\n[evaluate]\nviews = 0\n";
    private const string Checks = "cross = true\nagain = true\nshow = true\n";

    private static readonly TrialSpace Ten = Trials.Among(10);

    [Fact]
    public void Source_PolicyOnAFrozenBase_LooksUpAllButWhatHasNewWeightsOrIsShown() =>
        Assert.Equal(
            "evaluate-0:Table train-1:Table train-2:Table evaluate-2:Table cross-old-on-new-2:Own cross-new-on-new-2:Own again-train-1:Table "
                + "again-train-2:Table "
                + "show-evaluate-2:Own show-train-2:Own",
            Sources(Table + Arm("policy") + Frozen + Checks)
        );

    [Fact]
    public void Source_PolicyOnItsOwnWeights_LooksUpWhatComesBeforeItsFirstUpdate() =>
        Assert.Equal(
            "evaluate-0:Table train-1:Table train-2:Own evaluate-2:Own cross-old-on-new-2:Own cross-new-on-old-2:Table again-train-1:Table "
                + "again-train-2:Own "
                + "show-evaluate-2:Own show-train-2:Own",
            Sources(Table + Arm("policy", "inner.base = \"policy\"") + Frozen + Checks)
        );

    [Fact]
    public void Source_WithoutATable_IsTheBaseModelsOrItsOwn() =>
        Assert.Equal(
            "evaluate-0:Base train-1:Base train-2:Base evaluate-2:Base cross-old-on-new-2:Own cross-new-on-new-2:Own again-train-1:Own "
                + "again-train-2:Own "
                + "show-evaluate-2:Own show-train-2:Own",
            Sources(Arm("policy") + Frozen + Checks)
        );

    [Theory]
    [InlineData("random", "", "Table")]
    [InlineData("grid", "", "Table")]
    [InlineData("none", "", "None")]
    [InlineData("constant", "", "Base")]
    [InlineData("random", "inner.rank = 3", "Base")]
    [InlineData("random", "proposal.schema = \"mini\"", "Base")]
    [InlineData("random", "evaluate.views = 2", "Base")]
    [InlineData("random", "evaluate.demonstrations = true", "Base")]
    [InlineData("random", "inner.seeds = 1", "Table")]
    [InlineData("random", "inner.seeds = 3", "Base")]
    [InlineData("random", "inner.seeds = 0", "Base")]
    [InlineData("random", "reward.source = \"shuffled\"", "Table")]
    [InlineData("random", "proposal.temperature = 2.0", "Table")]
    [InlineData("random", "proposal.table_edits = 4", "Table")]
    [InlineData("policy", "proposal.grammar = false", "Base")]
    public void Source_OfAnArm_IsTheTableOnlyWhereItsTrialsAreTheTables(string proposer, string set, string expected)
    {
        var spec = Toml.Read(Table + Arm(proposer, set) + Frozen);
        var run = spec.Runs[^1];

        Assert.Equal(expected, Ten.Source(run, run.Phases[0], spec).ToString());
        // Two counts, one answer: what is looked up trains nothing, neither at most nor probably.
        var looksUp = expected is "Table" or "None";
        var phase = spec with { Runs = [spec.Runs[0], run] };
        Assert.Equal(looksUp, ExpectedLoops.ByRun(phase, Ten, _ => 0)[run.Name] == 0);
        Assert.Equal(looksUp, PlanCost.Of(phase, Ten).EvaluationLoops == PlanCost.Of(spec.Runs[0], spec, Ten).EvaluationLoops);
    }

    [Theory]
    [InlineData(10, "Table")]
    [InlineData(11, "Base")]
    public void Source_SchemaWithMoreSelfEditsThanTheTable_IsNotLookedUp(int edits, string expected)
    {
        var spec = Toml.Read(Table + Arm("random") + Frozen + "[proposal]\ntable_edits = 10\n");

        Assert.Equal(expected, Trials.Among(edits).Source(spec.Runs[1], spec.Runs[1].Phases[0], spec).ToString());
        Assert.Equal(TrialSource.Base, TrialSpace.Unknown.Source(spec.Runs[1], spec.Runs[1].Phases[0], spec));
    }

    /// <summary>Under one inner seed there is no second one in the table that kept self-edits could be tried under again.</summary>
    [Fact]
    public void Source_KeptOnceMoreWhereTheTableHasOneInnerSeed_IsItsOwn()
    {
        var text = Table + Arm("policy") + Frozen.Replace("seeds = 2", "seeds = 1", StringComparison.Ordinal) + "again = true\n";

        Assert.Equal("evaluate-0:Table train-1:Table train-2:Table evaluate-2:Table again-train-1:Own again-train-2:Own", Sources(text));
    }

    [Fact]
    public void Source_TableOfAnotherCell_IsNotLookedUp()
    {
        var spec = Toml.Read(Table + Arm("random") + Frozen + "[reward]\nthreshold = [0, 1]\n");
        var (table, other) = (spec.Runs[0], spec.Runs[3]);

        Assert.NotEqual(table.Cell, other.Cell);
        Assert.Equal(TrialSource.Base, Ten.Source(other, other.Phases[0], spec with { Runs = [table, other] }));
        Assert.Equal(TrialSource.Table, Ten.Source(other, other.Phases[0], spec));
    }

    /// <summary>Arms that differ in what a trial depends on share nothing; those that differ in rewards alone share everything.</summary>
    [Fact]
    public void Expected_ArmsOfOneSeed_ShareEqualTrialsAlone()
    {
        var spec = Toml.Read(
            Arm("random").Replace("\"arm\"", "\"a\"", StringComparison.Ordinal)
                + Arm("random", "reward.threshold = 0.5").Replace("\"arm\"", "\"b\"", StringComparison.Ordinal)
                + Arm("random", "inner.rank = 3").Replace("\"arm\"", "\"c\"", StringComparison.Ordinal)
                + "[proposal]\nevaluation_candidates = 4\n"
        );
        var loops = ExpectedLoops.ByRun(spec, Ten, _ => 0);

        Assert.Equal([3 * ExpectedLoops.Distinct(8, 10), 0, 3 * ExpectedLoops.Distinct(4, 10)], spec.Runs.Select(run => loops[run.Name]));
    }

    [Fact]
    public void Expected_OuterSeeds_ShareNothing()
    {
        var loops = ExpectedLoops.ByRun(Toml.Read(Arm("grid") + "[proposal]\nevaluation_candidates = 4\n", "seeds=[1, 2]"), Ten, _ => 0);

        Assert.Equal([3 * ExpectedLoops.Distinct(4, 10), 3 * ExpectedLoops.Distinct(4, 10)], loops.Values);
    }

    [Fact]
    public void Cost_OfATable_IsEverySelfEditUnderEveryInnerSeed()
    {
        var spec = Toml.Read(Table + Frozen + "[proposal]\ntable_edits = 7\n");

        // 2 inner seeds × 7 self-edits × 2 training and 3 evaluation tasks; 4 self-edits where the schema has no more.
        Assert.Equal(new PlanCost(0, 70, 28, 42, 70 * 375, 0), PlanCost.Of(spec));
        Assert.Equal(new PlanCost(0, 40, 16, 24, 40 * 375, 0), PlanCost.Of(spec, Trials.Among(4)));
        Assert.Equal(40, ExpectedLoops.Of(spec, Trials.Among(4), 1));
    }

    [Fact]
    public void Cost_OfAllPhases_CountsChecksAndShownAnswers()
    {
        var text = Arm("policy") + Frozen + Checks + "[proposal]\ncandidates = 5\nevaluation_candidates = 4\n";
        var spec = Toml.Read(text);

        // Rounds: 2 × 2 × 5 and once more the same for what is kept; evaluations: 2 and 2 checks of 3 × 4; shown: 5 tasks. Updates: 2 × 8 epochs of
        // 10 pairs, 5 a step.
        Assert.Equal(new PlanCost(2, 40 + 48 + 5, 40, 48 + 5, 93 * 375, 2 * 16), PlanCost.Of(spec));
        // With the table only checks on new weights and shown answers train: 2 × 3 × 4 + 5.
        var withTable = PlanCost.Of(Toml.Read(Table + text), Ten);
        Assert.Equal((2L * 2 * 10, (2L * 3 * 10) + 24 + 5), (withTable.InnerLoops, withTable.EvaluationLoops));
    }

    private static string Sources(string text)
    {
        var spec = Toml.Read(text);
        var run = spec.Runs[^1];
        return string.Join(' ', run.Phases.Select(phase => $"{phase.Phase}:{Ten.Source(run, phase, spec)}"));
    }

    private static string Arm(string proposer, string set = "") =>
        $"[[arms]]\nname = \"arm\"\nproposer = \"{proposer}\"\n"
        + (proposer == "constant" ? "edit = \"{}\"\n" : "")
        + (set.Length > 0 ? $"set = {{ {set} }}\n" : "");
}
