using System.Text.Json;
using Seal.Core.Json;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

/// <summary>What the name of a phase says.</summary>
public sealed class PhaseIdTests
{
    [Theory]
    [InlineData("evaluate-0", "evaluate", false, false, null)]
    [InlineData("evaluate-12", "evaluate", false, false, null)]
    [InlineData("show-evaluate-2", "evaluate", false, false, null)]
    [InlineData("show-train-2", "evaluate", false, false, null)]
    [InlineData("train-1", "train-1", true, false, null)]
    [InlineData("train-2", "train-2", true, false, null)]
    [InlineData("table-train-3", "table-train-3", true, false, 3)]
    [InlineData("table-evaluate-0", "table-evaluate-0", false, false, 0)]
    [InlineData("again-train-1", "again-train-1", false, true, null)]
    [InlineData("cross-old-on-new-2", "cross-old-on-new-2", false, false, null)]
    public void Name_OfAPhase_SaysWhatItsSeedsAndInnerSeedsAre(string name, string seeds, bool trains, bool again, int? replicate)
    {
        var phase = PhaseId.Parse(name)!.Value;

        Assert.Equal(
            (seeds, trains, again, replicate),
            (phase.SeedName, phase.IsOnTrainingTasks, phase.Kind == PhaseKind.TrainAgain, phase.Replicate)
        );
    }

    /// <summary>Names stand in records, keys and messages: what is read is what was written.</summary>
    [Fact]
    public void Id_OfAnyPhase_IsReadBackFromItsName()
    {
        foreach (var phase in Enum.GetValues<PhaseKind>().SelectMany(kind => new[] { 0, 1, 12, 1000 }.Select(number => new PhaseId(kind, number))))
        {
            Assert.Equal(phase, PhaseId.Parse(phase.ToString()));
            Assert.Equal($"\"{phase}\"", SealJson.ToText(phase));
            Assert.Equal(phase, SealJson.Parse<PhaseId>(SealJson.ToText(phase)));
        }
    }

    [Theory]
    [InlineData("train")]
    [InlineData("train-")]
    [InlineData("train--1")]
    [InlineData("train-01")]
    [InlineData("train-+1")]
    [InlineData("Train-1")]
    [InlineData("update-1")]
    [InlineData("../x-1")]
    [InlineData("train-99999999999")]
    [InlineData("")]
    public void Parse_OfNoPhase_IsNone(string name)
    {
        Assert.Null(PhaseId.Parse(name));
        Assert.Throws<JsonException>(() => SealJson.Parse<PhaseId>(SealJson.ToText(name)));
    }
}
