using Seal.Core.Artifacts;
using Seal.Core.Json;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

public sealed class ArmEditsTests
{
    private static readonly Dictionary<string, IReadOnlyList<string>> ByTask = new()
    {
        ["t2"] = ["b", "c"],
        ["*"] = ["a"],
        ["t1"] = [],
    };

    [Theory]
    [InlineData("t2", "b c")]
    [InlineData("other", "a")]
    [InlineData("t1", "")]
    public void For_ATask_IsItsOwnListOrThatOfAllOthers(string task, string expected) =>
        Assert.Equal(expected, string.Join(' ', ArmEdits.Of(ByTask).For(task)));

    [Fact]
    public void Of_TasksInAnotherOrder_HasTheSameHashAndItIsThatOfTheBlob()
    {
        var edits = ArmEdits.Of(ByTask);
        Assert.Equal(edits.Sha256, ArmEdits.Of(ByTask.Reverse().ToDictionary()).Sha256);
        Assert.Equal(edits.Sha256, ArtifactKey.Sha256(edits.ToBytes()));
        Assert.NotEqual(edits.Sha256, ArmEdits.Of(new Dictionary<string, IReadOnlyList<string>> { ["*"] = ["a"] }).Sha256);
    }

    [Fact]
    public void ToBytes_OfAnArm_HoldsTheHashAlone()
    {
        var arm = new ArmSpec("f", "file", Edits: ArmEdits.Of(ByTask));
        Assert.Contains($"\"edits\":{{\"sha256\":\"{arm.Edits!.Sha256}\"}}", SealJson.ToText(arm), StringComparison.Ordinal);

        var read = SealJson.Parse<ArmSpec>(SealJson.ToBytes(arm)).Edits!;
        Assert.Equal((arm.Edits.Sha256, null), (read.Sha256, read.ByTask));
        // What was not read is not taken for a file without self-edits.
        Assert.Contains(
            ArtifactKey.Blob(read.Sha256),
            Assert.Throws<InvalidOperationException>(() => read.For("t2")).Message,
            StringComparison.Ordinal
        );
    }
}
