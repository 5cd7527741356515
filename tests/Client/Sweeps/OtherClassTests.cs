using Seal.Client.Sweeps;

namespace Seal.Client.Tests.Sweeps;

/// <summary>A sweep that another machine, or other plug-ins, have begun.</summary>
public sealed class OtherClassTests
{
    [Theory]
    [InlineData("fake-1/plugins-0123456789abcdef", "fake-1", "with --plugin and the very files")]
    [InlineData("fake-1/plugins-0123456789abcdef", "fake-1/plugins-fedcba9876543210", "with --plugin and the very files")]
    [InlineData("fake-1", "fake-1/plugins-0123456789abcdef", "without --plugin")]
    [InlineData("fake-1", "fake-2", "on a machine of its class")]
    public void OtherClass_OfASweepInAStore_SaysWhatToDo(string begun, string here, string advice)
    {
        var message = SweepSteering.OtherClass("digits", begun, here);

        Assert.Contains($"under the numeric class {begun}; this machine is {here}", message, StringComparison.Ordinal);
        Assert.Contains(advice, message, StringComparison.Ordinal);
    }
}
