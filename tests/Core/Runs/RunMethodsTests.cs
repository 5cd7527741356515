using Seal.Core.Domains;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Sweeps;

namespace Seal.Core.Tests.Runs;

/// <summary>What runs do from their first phase to their last, worked out by hand.</summary>
public sealed class RunMethodsTests
{
    [Theory]
    [InlineData("policy", 2, "ends", "evaluate-0 train-1 train-2 evaluate-2")]
    [InlineData("policy", 2, "every", "evaluate-0 train-1 evaluate-1 train-2 evaluate-2")]
    [InlineData("policy", 2, "last", "train-1 train-2 evaluate-2")]
    [InlineData("policy", 2, "never", "train-1 train-2")]
    [InlineData("policy", 0, "ends", "evaluate-0")]
    [InlineData("policy", 0, "last", "evaluate-0")]
    [InlineData("random", 2, "ends", "evaluate-0")]
    [InlineData("none", 2, "every", "evaluate-0")]
    [InlineData("grid", 2, "last", "evaluate-0")]
    public void Of_ArmAndRounds_IsTheStepsInOrder(string proposer, int rounds, string when, string expected)
    {
        var run = Toml.Read($"[[arms]]\nname = \"a\"\nproposer = \"{proposer}\"\n[update]\nrounds = {rounds}\n[evaluate]\nwhen = \"{when}\"").Runs[0];

        Assert.Equal(expected, string.Join(' ', run.Phases.Select(phase => phase.Phase)));
        Assert.Equal(proposer == "policy" ? rounds : 0, run.Phases.Count(phase => phase.Phase.IsRound));
    }

    [Fact]
    public void Phases_OfEveryOuterSeedButTheFirst_ShowNothing()
    {
        var runs = Toml.Read("[update]\nrounds = 1\n[evaluate]\nshow = true", "seeds=[3, 1]").Runs;

        Assert.Equal([2, 0], runs.Select(run => run.Phases.Count(phase => phase.Phase.IsShow)));
    }

    /// <summary>Of every phase the self-edits it asks for, who proposes them, what is fine-tuned and how it is judged.</summary>
    [Theory]
    [InlineData(
        "policy",
        "evaluate-0 3×4 θ0 from θ0 Vote; train-1 2×7 θ0 from θ0 Plain; train-2 2×7 θ1 from θ1 Plain; evaluate-2 3×4 θ2 from θ2 Vote; "
            + "cross-old-on-new-2 evaluate-0 θ2 from θ2 Vote; cross-new-on-old-2 evaluate-2 θ2 from θ0 Vote; "
            + "again-train-1 kept of train-1 θ2 from θ0 Plain; again-train-2 kept of train-2 θ2 from θ1 Plain; "
            + "show-evaluate-2 3×1 θ2 from θ2 Shown; show-train-2 2×1 θ2 from θ2 Shown"
    )]
    [InlineData(
        "frozen",
        "evaluate-0 3×4 θ0 from θ0 Vote; train-1 2×7 θ0 from θ0 Plain; train-2 2×7 θ1 from θ0 Plain; evaluate-2 3×4 θ2 from θ0 Vote; "
            + "cross-old-on-new-2 evaluate-0 θ2 from θ2 Vote; cross-new-on-new-2 evaluate-2 θ2 from θ2 Vote; "
            + "again-train-1 kept of train-1 θ2 from θ0 Plain; again-train-2 kept of train-2 θ2 from θ0 Plain; "
            + "show-evaluate-2 3×1 θ2 from θ0 Shown; show-train-2 2×1 θ2 from θ0 Shown"
    )]
    public void Phases_OfALearningRun_SayWhoProposesFromWhichWeightsAndHowItIsJudged(string inner, string expected)
    {
        var run = Toml.Read(
            $"[proposal]\ncandidates = 7\nevaluation_candidates = 4\n[inner]\nbase = \"{inner}\"\n[evaluate]\ncross = true\nagain = true\nshow = true"
        ).Runs[0];

        Assert.Equal(expected, string.Join("; ", run.Phases.Select(Text)));
    }

    /// <summary>Rounds and evaluations of the table are one: every self-edit, under each inner seed.</summary>
    [Fact]
    public void Phases_OfTheRewardTable_AreItsSelfEditsFromTheBaseModel()
    {
        var run = Toml.Read(
            "[[arms]]\nname = \"t\"\nproposer = \"table\"\n[proposal]\ntable_edits = 64\n[inner]\nbase = \"frozen\"\nseeds = 1\n"
        ).Runs[0];

        Assert.Equal("table-train-0 2×64 θ0 from θ0 Plain; table-evaluate-0 3×64 θ0 from θ0 Vote", string.Join("; ", run.Phases.Select(Text)));
        Assert.False(run.Learns);
    }

    [Theory]
    [InlineData("policy", "", true, "evaluate-0 train-1 train-2 evaluate-2")]
    [InlineData("policy", "method = \"seal\"", true, "evaluate-0 train-1 train-2 evaluate-2")]
    [InlineData("policy", "method = \"fixed\"", false, "evaluate-0")]
    [InlineData("random", "", false, "evaluate-0")]
    [InlineData("random", "method = \"fixed\"", false, "evaluate-0")]
    public void Phases_OfAMethod_AreWhatItDecidesOn(string proposer, string method, bool learns, string expected)
    {
        var run = Toml.Read($"[[arms]]\nname = \"a\"\nproposer = \"{proposer}\"\n{method}\n").Runs[0];

        Assert.Equal((learns, expected), (run.Learns, string.Join(' ', run.Phases.Select(phase => phase.Phase))));
    }

    /// <summary>One arm has one spelling: a default that is written out changes no identity.</summary>
    [Fact]
    public void Read_DefaultMethodWrittenOut_IsTheSameArm()
    {
        const string Arm = "[[arms]]\nname = \"a\"\nproposer = \"policy\"\n";

        Assert.Equal(Toml.Read(Arm).Arms, Toml.Read(Arm + "method = \"seal\"\n").Arms);
        Assert.NotEqual(Toml.Read(Arm).Arms, Toml.Read(Arm + "method = \"fixed\"\n").Arms);
    }

    [Theory]
    [InlineData("random", "seal", "trains the policy that proposes, but arm \"a\" has proposer = \"random\"")]
    [InlineData("table", "seal", "makes the reward table, which no method learns from")]
    [InlineData("table", "fixed", "makes the reward table, which no method learns from")]
    [InlineData("policy", "grpo", "one of \"seal\", \"search\", \"fixed\"")]
    public void Read_MethodThatDoesNotGoWithTheProposer_IsRefused(string proposer, string method, string part) =>
        Assert.Contains(
            part,
            Toml.Error($"[[arms]]\nname = \"a\"\nproposer = \"{proposer}\"\nmethod = \"{method}\"\n[inner]\nbase = \"frozen\"\nseeds = 1\n"),
            StringComparison.Ordinal
        );

    [Fact]
    public void Of_AnArmWhoseMethodThereIsNot_IsRefusedByName() =>
        Assert.Contains(
            "'grpo' is not known; expected one of seal, search, fixed",
            Assert.Throws<SweepException>(() => RunMethods.Of(new ArmSpec("a", "policy", Method: "grpo"))).Message,
            StringComparison.Ordinal
        );

    private static string Text(RunTasks phase)
    {
        var tasks = phase.On == TaskSet.Training ? 2 : 3;
        var edits = phase.Edits is { } past ? $"{(past.Kept ? "kept of " : "")}{past.Of}" : $"{tasks}×{phase.Candidates}";
        return $"{phase.Phase} {edits} θ{phase.Proposer.Rounds} from θ{phase.Base.Rounds} {phase.Judging}";
    }
}
