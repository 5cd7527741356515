using System.IO.Compression;
using Seal.Client.Setup;
using Seal.Client.Tests.Support;
using Seal.Models.Engine;

namespace Seal.Client.Tests.Setup;

/// <summary><c>seal setup</c> from a feed that is a folder, with packages as small as can be.</summary>
public sealed class LibTorchSetupTests : IDisposable
{
    private static readonly LibTorchPackage Cpu = LibTorchPackage.Of("linux", "x64", isCuda: false);
    private static readonly LibTorchPackage Cuda = LibTorchPackage.Of("linux", "x64", isCuda: true);

    private readonly TemporaryFolder _folder = new();

    public LibTorchSetupTests()
    {
        _folder.Write(
            "NuGet.Config",
            """<configuration><packageSources><clear /><add key="these" value="feed" /></packageSources></configuration>"""
        );
        Pack("TorchSharp", LibTorchHome.TorchSharpVersion, "libLibTorchSharp.so");
    }

    private string Root => _folder.At("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_FromAFeed_PutsTheLibrariesAndAfterwardsTheNote()
    {
        Pack(Cpu.Id, Cpu.Version, "libtorch_cpu.so", "libc10.so");
        var setup = New(Cpu);

        Assert.True(await setup.Run(force: false, _folder.Path, CancellationToken.None));

        Assert.Equal(Path.Combine(Root, $"{LibTorchHome.LibTorchVersion}-{LibTorchHome.TorchSharpVersion}-cpu"), setup.Folder);
        Assert.Equal(["libLibTorchSharp.so", "libc10.so", "libtorch_cpu.so", LibTorchHome.NoteName], Names(setup.Folder));
        var note = LibTorchSetup.ReadNote(setup.Folder);
        Assert.Equal(
            (Cpu.Version, LibTorchHome.TorchSharpVersion, "cpu", "linux-x64"),
            (note.LibTorch, note.TorchSharp, note.Backend, note.Platform)
        );
        Assert.Equal([Cpu.Id, "TorchSharp"], note.Packages.Select(package => package.Id));
        Assert.All(note.Packages, package => Assert.Equal(88, package.Sha512.Length));
        Assert.Equal(["libLibTorchSharp.so", "libc10.so", "libtorch_cpu.so"], note.Files.Select(file => file.Name));
        Assert.Equal([setup.Folder], Directory.GetDirectories(Root));
    }

    [Fact]
    public async Task Run_InAFolderWithCharactersOfMSBuild_FindsItsPackageSources()
    {
        Pack(Cpu.Id, Cpu.Version, "libtorch_cpu.so");
        var odd = _folder.At("a,b c%41");
        Directory.CreateDirectory(odd);
        var config = $"""<configuration><packageSources><clear /><add key="these" value="{_folder.At("feed")}" /></packageSources></configuration>""";
        await File.WriteAllTextAsync(Path.Combine(odd, "NuGet.Config"), config);
        File.Delete(_folder.At("NuGet.Config"));
        Assert.True(await New(Cpu).Run(force: false, odd, CancellationToken.None));
    }

    [Fact]
    public void Remove_WhileASetupIsAtWork_RemovesNothing()
    {
        Directory.CreateDirectory(Root);
        var lockFile = New(Cpu).Folder + ".lock";
        using (new FileStream(lockFile, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Equal(ExitCode.NotFoundOrConflict, Assert.Throws<CommandException>(() => LibTorchSetup.Remove(Root)).ExitCode);
            Assert.True(File.Exists(lockFile));
        }

        Assert.True(LibTorchSetup.Remove(Root));
    }

    [Fact]
    public async Task Run_WhatIsThere_IsLeftUnlessForcedAndLostByNoFailure()
    {
        Pack(Cpu.Id, Cpu.Version, "libtorch_cpu.so");
        var setup = New(Cpu);
        await setup.Run(force: false, _folder.Path, CancellationToken.None);
        File.Delete(Path.Combine(setup.Folder, "libtorch_cpu.so"));

        Assert.False(await setup.Run(force: false, _folder.Path, CancellationToken.None));
        Assert.DoesNotContain("libtorch_cpu.so", Names(setup.Folder));

        Directory.Move(_folder.At("feed"), _folder.At("gone"));
        await Assert.ThrowsAsync<CommandException>(() => setup.Run(force: true, _folder.Path, CancellationToken.None));
        Assert.True(LibTorchHome.IsWhole(setup.Folder));

        Directory.Move(_folder.At("gone"), _folder.At("feed"));
        Assert.True(await setup.Run(force: true, _folder.Path, CancellationToken.None));
        Assert.Contains("libtorch_cpu.so", Names(setup.Folder));
        Assert.Equal([setup.Folder], Directory.GetDirectories(Root));
    }

    [Fact]
    public async Task Run_AfterAFailure_TakesWhatIsLoadedAlready()
    {
        // No libtorch yet: TorchSharp is loaded, and kept.
        var setup = New(Cpu);
        var refused = await Assert.ThrowsAsync<CommandException>(() => setup.Run(force: false, _folder.Path, CancellationToken.None));
        Assert.Equal(ExitCode.NotFoundOrConflict, refused.ExitCode);
        Assert.Contains($"{Cpu.Id} {Cpu.Version}", refused.Message, StringComparison.Ordinal);
        Assert.Contains("NU1101", refused.Message, StringComparison.Ordinal);
        Assert.False(LibTorchHome.IsWhole(setup.Folder));

        Pack(Cpu.Id, Cpu.Version, "libtorch_cpu.so");
        Assert.True(await setup.Run(force: false, _folder.Path, CancellationToken.None));
    }

    [Fact]
    public async Task Run_ForCards_TakesWhatTheOnePackageNeeds()
    {
        Pack(Cuda.Id, Cuda.Version, "libtorch_cuda.so");
        var setup = New(Cuda);

        Assert.True(await setup.Run(force: false, _folder.Path, CancellationToken.None));

        Assert.EndsWith("-cuda", setup.Folder, StringComparison.Ordinal);
        Assert.Equal(["libLibTorchSharp.so", "libtorch_cuda.so", LibTorchHome.NoteName], Names(setup.Folder));
    }

    [Fact]
    public async Task Run_WhileAnotherRuns_IsRefused()
    {
        var setup = New(Cpu);
        Directory.CreateDirectory(Root);
        await using var other = new FileStream(setup.Folder + ".lock", FileMode.Create, FileAccess.ReadWrite, FileShare.None);

        var refused = await Assert.ThrowsAsync<CommandException>(() => setup.Run(force: false, _folder.Path, CancellationToken.None));

        Assert.Equal(ExitCode.NotFoundOrConflict, refused.ExitCode);
        Assert.Contains("Another 'seal setup'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Interrupted_LeavesNothingThatLooksWhole()
    {
        Pack(Cpu.Id, Cpu.Version, "libtorch_cpu.so");
        var setup = New(Cpu);
        using var interruption = new CancellationTokenSource();
        await interruption.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => setup.Run(force: false, _folder.Path, interruption.Token));

        Assert.False(Directory.Exists(setup.Folder));
        Assert.True(await setup.Run(force: false, _folder.Path, CancellationToken.None));
    }

    [Fact]
    public void Remove_TakesEveryVersion()
    {
        Directory.CreateDirectory(Path.Combine(Root, "2.9.0-0.106.0-cpu"));

        Assert.True(LibTorchSetup.Remove(Root));

        Assert.False(Directory.Exists(Root));
        Assert.False(LibTorchSetup.Remove(Root));
    }

    private LibTorchSetup New(LibTorchPackage package) => new(Root, package, cache: null, _ => { });

    private static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal);

    /// <summary>A package with native libraries alone: 64-bit ELF headers with no sections.</summary>
    private void Pack(string id, string version, params string[] libraries)
    {
        Directory.CreateDirectory(_folder.At("feed"));
        using var package = ZipFile.Open(_folder.At($"feed/{id}.{version}.nupkg"), ZipArchiveMode.Create);
        using (var nuspec = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open()))
        {
            nuspec.Write(
                $"<package><metadata><id>{id}</id><version>{version}</version><authors>us</authors><description>small</description></metadata></package>"
            );
        }

        foreach (var library in libraries)
        {
            using var file = package.CreateEntry($"runtimes/linux-x64/native/{library}").Open();
            file.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, .. new byte[58]]);
        }
    }
}
