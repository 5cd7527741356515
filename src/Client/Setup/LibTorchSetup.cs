using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Seal.Client.BaseModels;
using Seal.Core.Json;
using Seal.Models.Engine;

namespace Seal.Client.Setup;

/// <summary>
/// Restores libtorch into a folder of the user's. Everything is made in a folder beside the final one, which is renamed at the end: what is there
/// is whole. That folder stays after an interruption, so packages that were loaded are not loaded again.
/// </summary>
/// <param name="root"><see cref="LibTorchHome.Root"/>; another one in tests.</param>
/// <param name="package">What to restore.</param>
/// <param name="cache">The user's package cache: what it has is not loaded. Null for none.</param>
/// <param name="say">Takes a line of progress.</param>
internal sealed class LibTorchSetup(string root, LibTorchPackage package, string? cache, Action<string> say)
{
    private const string Project = "seal-setup.csproj";
    private const string LockExtension = ".lock";
    private const string Mend = "WeakenSymbolVersion.cs";
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    /// <summary>Where the libraries are in the end.</summary>
    public string Folder { get; } = Path.Combine(root, LibTorchHome.FolderName(package.Backend));

    /// <summary>Where they are made.</summary>
    private string Work => Folder + ".partial";

    /// <param name="force">Restore again what is there.</param>
    /// <param name="sources">The folder whose NuGet.Config counts, with those above it and the user's own.</param>
    /// <param name="cancellation">The interruption.</param>
    /// <returns>True if it was restored; false if it was there.</returns>
    /// <exception cref="CommandException">It cannot be restored; the message says why and what to do.</exception>
    public async Task<bool> Run(bool force, string sources, CancellationToken cancellation)
    {
        Directory.CreateDirectory(root);
        using var alone = Lock(Folder + LockExtension);
        if (LibTorchHome.IsWhole(Folder) && !force)
        {
            return false;
        }

        await Restore(sources, cancellation);
        await Note(cancellation);
        Place();
        return true;
    }

    public static SetupNote ReadNote(string folder) => SealJson.Parse<SetupNote>(File.ReadAllText(Path.Combine(folder, LibTorchHome.NoteName)));

    /// <summary>Removes every version, and what is half restored.</summary>
    /// <returns>False if there was nothing.</returns>
    /// <exception cref="CommandException">Another setup is at work there.</exception>
    public static bool Remove(string root)
    {
        if (!Directory.Exists(root))
        {
            return false;
        }

        foreach (var taken in Directory.EnumerateFiles(root, "*" + LockExtension))
        {
            Lock(taken).Dispose();
        }

        Directory.Delete(root, recursive: true);
        return true;
    }

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException)
        {
            throw new CommandException(ExitCode.NotFoundOrConflict, $"Another 'seal setup' is at work ({path}); wait until it has ended.");
        }
    }

    private async Task Restore(string sources, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Work);
        DeleteFolder(Path.Combine(Work, "native"));
        Unpack($"Seal.Client.Setup.{Project}", Project);
        Unpack($"Seal.Client.Setup.{Mend}", Mend);
        var loaded = Path.Combine(Work, "http");
        var told = TimeSpan.Zero;
        var (code, output) = await DotnetSdk.Run(
            [
                "build",
                Project,
                "-c",
                "Release",
                "--nologo",
                "-v",
                "q",
                "-tl:off",
                "-nodeReuse:false",
                "-p:UseSharedCompilation=false",
                // The folder is the user's, and may lie below somebody's Directory.Build.props.
                "-p:ImportDirectoryBuildProps=false",
                "-p:ImportDirectoryBuildTargets=false",
                "-p:ImportDirectoryPackagesProps=false",
                $"-p:RestoreRootConfigDirectory={Escaped(sources)}",
                $"-p:SealPackageCache={Escaped(cache ?? "")}",
                $"-p:RuntimeIdentifier={package.Platform}",
                $"-p:LibTorchPackage={package.Id}",
                $"-p:LibTorchPackageVersion={package.Version}",
                $"-p:TorchSharpVersion={LibTorchHome.TorchSharpVersion}",
            ],
            Work,
            new Dictionary<string, string> { ["NUGET_HTTP_CACHE_PATH"] = loaded },
            elapsed =>
            {
                if (elapsed - told >= Pace)
                {
                    told = elapsed;
                    say(Progress(Size(loaded), Size(Path.Combine(Work, "packages"))));
                }
            },
            cancellation
        );
        if (code != 0)
        {
            var log = Path.Combine(Work, "restore.log");
            await File.WriteAllTextAsync(log, output, CancellationToken.None);
            throw RestoreTrouble.Of(output, package, LibTorchHome.TorchSharpVersion, log);
        }
    }

    /// <summary>Leaves the libraries alone in their folder, and the note with them.</summary>
    private async Task Note(CancellationToken cancellation)
    {
        var files = new List<RestoredFile>();
        foreach (var file in new DirectoryInfo(Path.Combine(Work, "native")).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            if (file.Name == "TorchSharp.dll" || file.Name.StartsWith("seal-setup.", StringComparison.Ordinal))
            {
                file.Delete();
                continue;
            }

            await using var stream = file.OpenRead();
            files.Add(new RestoredFile(file.Name, file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation))));
        }

        if (!files.Any(file => file.Name.Contains("LibTorchSharp", StringComparison.Ordinal)))
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"TorchSharp {LibTorchHome.TorchSharpVersion} has no native binding for {package.Platform}."
            );
        }

        var note = new SetupNote(
            LibTorchHome.LibTorchVersion,
            LibTorchHome.TorchSharpVersion,
            package.Backend,
            package.Platform,
            Packages(Path.Combine(Work, "obj", "project.assets.json")),
            files
        );
        await File.WriteAllTextAsync(
            Path.Combine(Work, "native", LibTorchHome.NoteName),
            JsonSerializer.Serialize(note, SealJson.Indented) + "\n",
            cancellation
        );
    }

    private static RestoredPackage[] Packages(string assets)
    {
        using var document = UserJson.Parse(File.ReadAllText(assets));
        return
        [
            .. document
                .RootElement.GetProperty("libraries")
                .EnumerateObject()
                .Select(library => new RestoredPackage(
                    library.Name.Split('/')[0],
                    library.Name.Split('/')[1],
                    library.Value.GetProperty("sha512").GetString()!
                )),
        ];
    }

    private void Place()
    {
        var old = Folder + ".old";
        DeleteFolder(old);
        if (Directory.Exists(Folder))
        {
            Directory.Move(Folder, old);
        }

        Directory.Move(Path.Combine(Work, "native"), Folder);
        DeleteFolder(Work);
        DeleteFolder(old);
    }

    private void Unpack(string resource, string name)
    {
        using var from = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var to = File.Create(Path.Combine(Work, name));
        from.CopyTo(to);
    }

    /// <summary>A path as a property on MSBuild's command line. (A folder with a semicolon in its name is split by NuGet itself.)</summary>
    private static string Escaped(string path) =>
        path.Replace("%", "%25", StringComparison.Ordinal)
            .Replace(";", "%3B", StringComparison.Ordinal)
            .Replace(",", "%2C", StringComparison.Ordinal);

    private static string Progress(long loaded, long unpacked) =>
        unpacked > loaded ? $"  {Bytes.Text(loaded)} loaded, {Bytes.Text(unpacked)} unpacked" : $"  {Bytes.Text(loaded)} loaded";

    /// <summary>Files come and go while dotnet works.</summary>
    private static long Size(string folder)
    {
        try
        {
            return Directory.Exists(folder)
                ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Exists ? file.Length : 0)
                : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
