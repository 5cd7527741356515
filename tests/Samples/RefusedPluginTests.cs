using Seal.EndToEnd.Support;
using Seal.Samples.Tests.Support;

namespace Seal.Samples.Tests;

/// <summary>What cannot be used as a plug-in is refused before anything of the run is there.</summary>
public sealed class RefusedPluginTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public Task Run_APluginThatIsMissing_IsRefused() => Refused("there is no such file; name the .dll", _folder.At("gone.dll"));

    [Fact]
    public Task Run_AFileThatIsNoAssembly_IsRefused() =>
        Refused("It must be a .NET assembly built against the Seal.Core of this version", _folder.Write("text.dll", "no assembly"));

    [Fact]
    public Task Run_AnAssemblyWithoutAPlugin_IsRefused() =>
        Refused("has no public class that implements ISealPlugin", BuiltPlugin.Write(_folder.At("empty.dll")));

    [Fact]
    public Task Run_AnAssemblyWithTwoPlugins_IsRefused() =>
        Refused(
            "has 2 classes that implement ISealPlugin (First, Second); expected one",
            BuiltPlugin.Write(_folder.At("two.dll"), "First", "Second")
        );

    [Fact]
    public Task Run_APluginWithATakenName_IsRefused() =>
        Refused("plug-in taken: there is a reward 'exact' already; give it another name", BuiltPlugin.Write(_folder.At("taken.dll"), "Taken"));

    [Fact]
    public Task Run_APluginThatIsNamedTwice_IsRefused() =>
        Refused("plug-in Seal.Samples: is named twice; name it once", DigitsSweep.Plugin, DigitsSweep.Plugin);

    public void Dispose() => _folder.Dispose();

    private async Task Refused(string why, params string[] plugins)
    {
        var run = DigitsSweep.InStore(_folder.At("store")) with { Plugins = plugins };
        var exit = await run.ToExit();

        Assert.Equal(2, exit.Code);
        Assert.Contains(why, exit.Err, StringComparison.Ordinal);
        Assert.Contains("plug-in ", exit.Err, StringComparison.Ordinal);
        Assert.False(Directory.Exists(run.Store));
    }
}
