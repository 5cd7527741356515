using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Days;

/// <summary>A build without libtorch that is pointed at one by <c>SEAL_LIBTORCH</c>, as on a machine that has PyTorch.</summary>
public sealed class LibTorchFolderTests
{
    private const string Variable = "SEAL_LIBTORCH";
    private const string Binding = "libLibTorchSharp.so";

    [SkippableFact]
    public async Task Doctor_WithLibtorchInAnotherFolder_LoadsItFromThere()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "SEAL_LIBTORCH is for Linux");
        using var folder = new TemporaryFolder();
        var console = Bare(folder.At("seal"));
        var moved = Moved(folder.At("moved"));

        var doctor = await Doctor(console, folder, moved);

        Assert.True(doctor.Code == 0, $"{doctor}");
        Assert.Contains($"loads and multiplies, from {moved}", doctor.Out, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Doctor_WithALibtorchThatLacksASymbol_NamesIt()
    {
        const string Symbol = "_ZTVN3c105ErrorE"; // the table of c10::Error
        Skip.IfNot(OperatingSystem.IsLinux(), "SEAL_LIBTORCH is for Linux");
        using var folder = new TemporaryFolder();
        var console = Bare(folder.At("seal"));
        var moved = Moved(folder.At("moved"));
        var library = Path.Combine(moved, "libc10.so");
        var bytes = await File.ReadAllBytesAsync(library);
        File.Delete(library); // the link
        var name = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"\0{Symbol}\0"));
        Assert.True(name > 0);
        bytes[name + 1 + Symbol.Length - 2] = (byte)'x';
        await File.WriteAllBytesAsync(library, bytes);

        var doctor = await Doctor(console, folder, moved);

        Assert.Equal(5, doctor.Code);
        Assert.Contains($"has no symbol {Symbol}", doctor.Out, StringComparison.Ordinal);
        Assert.Contains("PyTorch 2.10 or 2.11", doctor.Out, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(null, "carries no libtorch")]
    [InlineData("nowhere", "there is no libc10.so")]
    public async Task Command_WithoutALibtorch_SaysWhatToDo(string? named, string expected)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "SEAL_LIBTORCH is for Linux");
        using var folder = new TemporaryFolder();
        var console = Bare(folder.At("seal"));

        var doctor = await Doctor(console, folder, named is null ? null : folder.At(named));
        Assert.Equal(5, doctor.Code);
        Assert.Contains(expected, doctor.Out, StringComparison.Ordinal);

        using var process = SealProcess.Start(
            ["run", "sweeps/quickstart-paper.toml", "--store", folder.At("store")],
            console: console,
            environment: Environment(folder, named is null ? null : folder.At(named))
        );
        var run = await process.Exit();
        Assert.True(run.Code == 2, $"{run}");
        Assert.Contains(expected, run.Err, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Doctor_OfABuildThatCarriesLibtorch_RefusesASecondOne()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "SEAL_LIBTORCH is for Linux");
        using var folder = new TemporaryFolder();
        var doctor = await Doctor(Repository.Console, folder, Moved(folder.At("moved")));

        Assert.Equal(5, doctor.Code);
        Assert.Contains("-p:TorchBackend=none", doctor.Out, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Doctor_OfTheInstalledTool_LoadsLibtorchFromTheUsersFolderOnceItIsWhole()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "the folder for data is named by XDG_DATA_HOME on Linux");
        using var folder = new TemporaryFolder();
        var console = Tool(folder.At("seal"));
        var home = Moved(Path.Combine(folder.At("data"), "seal", "libtorch", $"{Pinned("LibTorchVersion")}-{Pinned("TorchSharpVersion")}-cpu"));
        File.CreateSymbolicLink(Path.Combine(home, Binding), Path.Combine(Natives, Binding));

        var before = await Doctor(console, folder, null);
        Assert.Equal(5, before.Code);
        Assert.Contains("setup' once", before.Out, StringComparison.Ordinal);

        await File.WriteAllTextAsync(Path.Combine(home, "setup.json"), "{}");
        var after = await Doctor(console, folder, null);
        Assert.True(after.Code == 0, $"{after}");
        Assert.Contains($"loads and multiplies, from {home}", after.Out, StringComparison.Ordinal);

        // A PyTorch that is named comes first; the binding is still the user's folder's.
        var moved = Moved(folder.At("moved"));
        var named = await Doctor(console, folder, moved);
        Assert.True(named.Code == 0, $"{named}");
        Assert.Contains($"loads and multiplies, from {moved}", named.Out, StringComparison.Ordinal);
    }

    private static async Task<SealExit> Doctor(string console, TemporaryFolder folder, string? libtorch)
    {
        using var process = SealProcess.Start(
            ["doctor", "--store", folder.At("store")],
            console: console,
            environment: Environment(folder, libtorch)
        );
        return await process.Exit();
    }

    /// <summary>A user who has not set up anything on this machine.</summary>
    private static Dictionary<string, string> Environment(TemporaryFolder folder, string? libtorch)
    {
        var environment = new Dictionary<string, string> { ["XDG_DATA_HOME"] = folder.At("data") };
        if (libtorch is not null)
        {
            environment[Variable] = libtorch;
        }

        return environment;
    }

    private static string Pinned(string version) =>
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants(version).Single().Value;

    private static string Natives => Path.Combine(Path.GetDirectoryName(Repository.Console)!, "runtimes", "linux-x64", "native");

    /// <summary>The console as published with <c>-p:TorchBackend=none</c>: TorchSharp's binding and no libtorch.</summary>
    private static string Bare(string to, bool hasBinding = true)
    {
        var from = Path.GetDirectoryName(Repository.Console)!;
        var natives = Path.GetRelativePath(from, Natives);
        Directory.CreateDirectory(Path.Combine(to, natives));
        foreach (var file in Directory.EnumerateFiles(from).Concat(hasBinding ? [Path.Combine(Natives, Binding)] : []))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }

        var list = Path.Combine(to, "seal.deps.json");
        var dependencies = JsonNode.Parse(File.ReadAllText(list))!;
        foreach (var package in dependencies["targets"]!.AsObject().SelectMany(target => target.Value!.AsObject()))
        {
            if (package.Value!["runtimeTargets"]?.AsObject() is { } files)
            {
                foreach (var gone in files.Select(file => file.Key).Where(file => !File.Exists(Path.Combine(to, file))).ToArray())
                {
                    files.Remove(gone);
                }
            }
        }

        File.WriteAllText(list, dependencies.ToJsonString());
        return Path.Combine(to, Path.GetFileName(Repository.Console));
    }

    /// <summary>The console as the installed tool has it: without the binding, and it says that it carries no libtorch.</summary>
    private static string Tool(string to)
    {
        var console = Bare(to, hasBinding: false);
        var settings = Path.Combine(to, "seal.runtimeconfig.json");
        var config = JsonNode.Parse(File.ReadAllText(settings))!;
        config["runtimeOptions"]!["configProperties"]!["Seal.CarriesTorch"] = false;
        File.WriteAllText(settings, config.ToJsonString());
        return console;
    }

    /// <summary>libtorch in another folder; links, as it is half a gigabyte.</summary>
    private static string Moved(string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(Natives).Where(file => Path.GetFileName(file) != Binding))
        {
            File.CreateSymbolicLink(Path.Combine(to, Path.GetFileName(file)), file);
        }

        return to;
    }
}
