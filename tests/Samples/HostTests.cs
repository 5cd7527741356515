using System.Reflection;
using Seal.EndToEnd.Support;
using Seal.Samples.Tests.Support;

namespace Seal.Samples.Tests;

/// <summary>A program of one's own hosts the grid: no console is needed.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task Host_OfTheSamplesSweep_RunsItToItsEnd()
    {
        using var folder = new TemporaryFolder();
        var program = typeof(HostTests)
            .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(attribute => attribute.Key == "SamplesHost")
            .Value!;

        var exit = await SealProcess.Run([DigitsSweep.File, folder.At("store")], console: program);

        Assert.True(exit.Code == 0, $"{exit}");
        Assert.Contains("Completed: ", exit.Out, StringComparison.Ordinal);
        Assert.Contains("| base | archive | 2 |", exit.Out, StringComparison.Ordinal);
        Assert.StartsWith("fake-1/plugins-", DigitsSweep.ClassIn(folder.At("store")), StringComparison.Ordinal);
    }
}
