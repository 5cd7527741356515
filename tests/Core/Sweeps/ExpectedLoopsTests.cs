using CsCheck;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

public sealed class ExpectedLoopsTests
{
    private const string Table = "[[arms]]\nname = \"table\"\nproposer = \"table\"\n[[arms]]\nname = \"seal\"\nproposer = \"policy\"\n";
    private const string Own = "[[arms]]\nname = \"own\"\nproposer = \"policy\"\nset = { inner.base = \"policy\" }\n";
    private const string Rest =
        "[inner]\nbase = \"frozen\"\nseeds = 2\n[proposal]\ncandidates = 4\nevaluation_candidates = 3\n[update]\nrounds = 2\n";

    // 2 training and 3 evaluation tasks, 10 self-edits, 2 inner seeds.
    private const double TableLoops = 2 * 5 * 10;

    [Fact]
    public void Of_ArmsThatLookTheTableUp_IsTheTableAlone() =>
        Assert.Equal(TableLoops, ExpectedLoops.Of(Toml.Read(Table + Rest), Trials.Among(10), 0.5));

    [Fact]
    public void Of_PolicyOnItsOwnWeights_TrainsWhatComesAfterItsFirstUpdate()
    {
        // evaluate-0 and train-1 start from the base model, so they are in the table; train-2 and evaluate-2 are not.
        var expected = TableLoops + (2 * ExpectedLoops.Distinct(4, 10)) + (3 * ExpectedLoops.Distinct(3, 10));

        Assert.Equal(expected, ExpectedLoops.Of(Toml.Read(Table + Own + Rest), Trials.Among(10), 0.5), 9);
    }

    [Fact]
    public void Of_ChecksAndShownAnswers_AddsWhatTheTableLacks()
    {
        var expected = TableLoops + (2 * 3 * ExpectedLoops.Distinct(3, 10)) + 5;

        // Kept self-edits under other inner seeds are look-ups; both cross phases of a frozen base start from the policy's weights.
        Assert.Equal(
            expected,
            ExpectedLoops.Of(Toml.Read(Table + Rest + "[evaluate]\ncross = true\nagain = true\nshow = true"), Trials.Among(10), 0.5),
            9
        );
    }

    [Fact]
    public void Of_ArmsWithoutATable_ShareWhatTheyTryOnTheBaseModel()
    {
        var spec = Toml.Read(
            "[[arms]]\nname = \"a\"\nproposer = \"random\"\n[[arms]]\nname = \"b\"\nproposer = \"random\"\n[[arms]]\nname = \"c\"\nproposer = "
                + "\"none\"\n[inner]\nbase = \"frozen\"\n[proposal]\nevaluation_candidates = 3"
        );

        Assert.Equal(3 * ExpectedLoops.Distinct(6, 10), ExpectedLoops.Of(spec, Trials.Among(10), 0.5), 9);
    }

    /// <summary>A file of two self-edits has no third one, whatever is asked; a constant is one.</summary>
    [Fact]
    public void Of_WrittenSelfEdits_CountsThoseThatThereAre()
    {
        var arm = new ArmSpec("f", "file", Edits: ArmEdits.Of(new Dictionary<string, IReadOnlyList<string>> { ["*"] = ["a", "b"] }));
        var spec = Toml.Read("[[arms]]\nname = \"c\"\nproposer = \"constant\"\nedit = \"{}\"\n[proposal]\nevaluation_candidates = 3");

        Assert.Equal(3 * ExpectedLoops.Distinct(1, 10), ExpectedLoops.Of(spec, Trials.Among(10), 0.5), 9);
        Assert.Equal(
            3 * ExpectedLoops.Distinct(2, 10),
            ExpectedLoops.Of(spec with { Runs = [spec.Runs[0] with { Arm = arm }] }, Trials.Among(10), 0.5),
            9
        );
    }

    [Fact]
    public void Distinct_Draws_AreNeverMoreThanDrawsOrChoices() =>
        Gen.Select(Gen.Int[0, 100], Gen.Long[1, 10_000])
            .Sample((draws, of) => Assert.InRange(ExpectedLoops.Distinct(draws, of), 0, Math.Min(draws, of) + 1e-9));
}
