using System.CommandLine;
using Seal.Client.BaseModels;
using Seal.Client.Setup;
using Seal.Core.Engines;
using Seal.Models.Engine;

namespace Seal.Client.Commands;

/// <summary><c>seal setup</c>: libtorch for a console that carries none.</summary>
internal static class SetupCommand
{
    private const string Help = """
        The installed tool carries no libtorch, the library that computes. This restores it, once for each version of seal, from the package sources
        that dotnet uses in this folder: libtorch-cpu-<platform> and TorchSharp's native binding. It takes the .NET SDK. Packages that are in your
        cache are not loaded again. The libraries go to <your data folder>/seal/libtorch/<versions>-<cpu or cuda>, on Linux ~/.local/share/seal;
        setup.json beside them names the packages and the hashes. An interrupted setup is gone on with by the same command.
        A console that is built in a clone carries a libtorch and needs no setup.
        Exit codes: 0 there; 2 no libtorch for this platform; 4 a package source does not have it, or another setup is at work; 5 no .NET SDK, a source
        cannot be reached, no room on the disk, or the library does not load; 130 interrupted.

        Examples:
          seal setup
          seal setup --cuda
          seal setup --remove
        """;

    public static Command Create()
    {
        var cuda = new Option<bool>("--cuda") { Description = "libtorch for NVIDIA cards (TorchSharp-cuda-linux, several GB); Linux x64." };
        var force = new Option<bool>("--force") { Description = "Restore it again where it is there already." };
        var remove = new Option<bool>("--remove") { Description = "Remove what was restored, of all versions." };
        var json = CommonOptions.Json();
        var command = new Command("setup", "Restore libtorch for the installed tool, once.") { cuda, force, remove, json }.WithPage(Help);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var root =
                    LibTorchHome.Root
                    ?? throw new CommandException(ExitCode.Unreachable, "There is no folder for your data: set HOME or XDG_DATA_HOME to one.");
                if (parsed.GetValue(remove))
                {
                    var removed = LibTorchSetup.Remove(root);
                    Terminal.Tell(removed ? $"{root} is removed." : $"There is nothing to remove in {root}.");
                    Document(parsed.GetValue(json), new { folder = root, removed });
                    return ExitCode.Ok;
                }

                if (LibTorchFolder.Carried is { } own)
                {
                    Terminal.Tell($"This build carries a libtorch of its own, {Path.GetDirectoryName(own)}: there is nothing to set up.");
                    Document(parsed.GetValue(json), new { folder = Path.GetDirectoryName(own), carried = true });
                    return ExitCode.Ok;
                }

                var resume = Invocation.Command(parsed.Tokens.Select(token => token.Value));
                var farewell = $"Interrupted. What is loaded is kept; go on with:\n  {resume}";
                using var deadline = Deadline.Of(farewell, cancellation);
                var package = LibTorchPackage.Here(parsed.GetValue(cuda));
                await DotnetSdk.Demand(cancellation);
                var cache = await DotnetSdk.PackageCache(cancellation);
                var setup = new LibTorchSetup(root, package, cache, Terminal.Say);
                Terminal.Say(
                    $"libtorch for {package.Platform} ({package.Id} {package.Version}, {package.Size} unless your package cache has it) → {setup.Folder}"
                );
                var restored = await setup.Run(parsed.GetValue(force), Directory.GetCurrentDirectory(), cancellation);
                Tell(setup.Folder, restored, parsed.GetValue(json));
                return ExitCode.Ok;
            }
        );
        return command;
    }

    private static void Tell(string folder, bool restored, bool json)
    {
        var note = LibTorchSetup.ReadNote(folder);
        var bytes = note.Files.Sum(file => file.Bytes);
        string version;
        try
        {
            version = LibTorch.Version;
        }
        catch (Exception broken) when (broken is TorchLoadException or NumericClassException or DllNotFoundException or TypeInitializationException)
        {
            throw new CommandException(ExitCode.Unreachable, $"{folder} is there and does not load: {broken.GetBaseException().Message}", broken);
        }

        var found = restored ? "restored" : "there already";
        Terminal.Tell($"libtorch {version}, {note.Backend}, {found}: {Terminal.Count(note.Files.Count, "file")}, {Bytes.Text(bytes)}, in {folder}");
        Terminal.Say(
            LibTorchFolder.Current is { } used && used != folder
                ? $"Commands load {used} before it: {LibTorchFolder.Variable} comes first, then the one for cards. Next: {Invocation.Command("demo")}"
                : $"It loads. Next: {Invocation.Command("demo")}"
        );
        Document(
            json,
            new
            {
                folder,
                restored,
                libtorch = version,
                torchSharp = note.TorchSharp,
                backend = note.Backend,
                platform = note.Platform,
                bytes,
            }
        );
    }

    private static void Document<T>(bool wanted, T document)
    {
        if (wanted)
        {
            Terminal.Document(document);
        }
    }
}
