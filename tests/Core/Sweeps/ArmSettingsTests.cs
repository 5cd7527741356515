using System.Reflection;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

/// <summary>What an arm sets for itself counts wherever the sweep's own settings would.</summary>
public sealed class ArmSettingsTests
{
    private const string Seal = "[[arms]]\nname = \"seal\"\nproposer = \"policy\"\n";
    private const string Own = "[[arms]]\nname = \"own\"\nproposer = \"policy\"\n";
    private const string Table = "[[arms]]\nname = \"table\"\nproposer = \"table\"\n";

    [Fact]
    public void Parse_ArmWithoutSettings_HasItsCells()
    {
        var spec = Toml.Read(
            Seal
                + Own
                + "set = { inner.rank = 3, update.learning_rate = 1e-4, proposal.schema = \"mini-16\", evaluate.show = true }\n[inner]\nrank "
                + "= [8, 16]"
        );

        Assert.Equal([8, 3, 16, 3], spec.Runs.Select(run => run.Settings.Inner.Rank));
        Assert.Equal([5e-5, 1e-4, 5e-5, 1e-4], spec.Runs.Select(run => run.Settings.Update.LearningRate));
        Assert.Equal(["paper", "mini-16", "paper", "mini-16"], spec.Runs.Select(run => run.Settings.Proposal.Schema));
        Assert.Equal([false, true, false, true], spec.Runs.Select(run => run.Settings.Evaluate.Show));
    }

    /// <summary>They are part of a run's identity, so their spelling may not change.</summary>
    [Fact]
    public void Parse_ArmSettings_KeepOneSpellingHoweverWritten()
    {
        var texts = Toml.Read(Seal + "set = { inner = { alpha = 16.0, delta = \"full\" }, reward.threshold = -0.50 }").Arms[0].Set!;

        Assert.Equal(["inner.alpha=16", "inner.delta=full", "reward.threshold=-0.5"], texts.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    [Fact]
    public void Parse_RoundsOfAnArmWithoutTrainingTasks_IsRefused()
    {
        var text =
            Toml.Least.Replace("train_count = 2", "train_count = 0", StringComparison.Ordinal)
            + Seal
            + Own
            + "set = { update.rounds = 2 }\n[update]\nrounds = 0\n";

        Assert.Equal(
            "s.toml:16 arms.set.update.rounds: arm \"own\" has rounds, but there are no training tasks; add a count as tasks.train_count, or "
                + "set update.rounds = 0.",
            Assert.Single(Toml.ErrorsOf(text))
        );
    }

    [Fact]
    public void Parse_ArmsThatSetTheirRoundsToNothing_NeedNoTrainingTasks()
    {
        var text = Toml.Least.Replace("train_count = 2", "train_count = 0", StringComparison.Ordinal) + Seal + "set = { update.rounds = 0 }\n";

        Assert.Equal([PhaseId.Evaluate(0)], Assert.Single(Toml.Parse(text).Runs).Phases.Select(phase => phase.Phase));
    }

    [Theory]
    [InlineData(Own + "set = { update.rounds = 0, evaluate.when = \"never\" }", "arm \"own\" has nothing to do")]
    [InlineData(Table + "set = { inner.seeds = 0 }\n[inner]\nbase = \"frozen\"\nseeds = 2", "arm \"table\" makes the reward table")]
    [InlineData(Table + "set = { inner.base = \"policy\" }\n[inner]\nbase = \"frozen\"\nseeds = 2", "arm \"table\" makes the reward table")]
    [InlineData(Own + "set = { evaluate.cross = true, evaluate.when = \"last\" }", "needs evaluations before and after training")]
    [InlineData(Own + "set = { reward.source = \"vote-top-1\", evaluate.views = 0 }", "evaluate.views: is 0, but reward.source")]
    public void Parse_ArmSettingsThatCannotBe_AreRefused(string arms, string part) =>
        Assert.Contains(part, Toml.Error(arms), StringComparison.Ordinal);

    [Theory]
    [InlineData(Own + "set = { evaluate.when = \"ends\" }\n[update]\nrounds = 0\n[evaluate]\nwhen = \"never\"")]
    [InlineData(Table + "set = { inner.base = \"frozen\", inner.seeds = 2 }")]
    public void Parse_ArmThatMendsItsCell_IsTaken(string arms) => Assert.NotEmpty(Assert.Single(Toml.Read(arms).Runs).Phases);

    [Fact]
    public void Parse_Alone_TakesThePlaceOfTheArmsAndTheirSettings()
    {
        var text = Toml.Least.Replace("[1]", "[4, 5]", StringComparison.Ordinal) + Own + "set = { inner.rank = 3 }\n[inner]\nrank = [8, 16]\n";
        var spec = SweepFile.Parse(text, "s.toml", "/sweeps", alone: new ArmSpec("gate", "grid"));

        Assert.Equal(("gate", 4L, 8), Assert.Single(spec.Runs.Select(run => (run.Arm.Name, run.Seed, run.Settings.Inner.Rank))));
    }

    [Fact]
    public void Only_SomeArms_HasTheirRunsAlone()
    {
        var spec = Toml.Read(Table + Seal + "[inner]\nbase = \"frozen\"\nseeds = 2\nrank = [8, 16]", "seeds=[4, 5]")
            .Only("other", arm => arm.Name == "table");

        Assert.Equal(("other", "table"), (spec.Name, Assert.Single(spec.Arms).Name));
        Assert.Equal(["inner-rank-8-table-s4", "inner-rank-16-table-s4"], spec.Runs.Select(run => run.Name));
    }

    /// <summary>Whoever has a sweep or a cell could otherwise take its settings for a run's.</summary>
    [Fact]
    public void Settings_OfWhatASweepIsMadeOf_AreReachableThroughRunsAlone()
    {
        var holders = typeof(SweepSpec)
            .Assembly.GetExportedTypes()
            .Where(type => type.Namespace == typeof(SweepSpec).Namespace)
            .Where(type =>
                type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Any(property => property.PropertyType == typeof(RunSettings))
            );

        Assert.Equal([typeof(RunPlan)], holders);
    }
}
