using System.CommandLine;
using System.CommandLine.Invocation;
using Seal.Client.Commands;
using Seal.Silo.Hosting;
using Seal.Silo.Plugins;

namespace Seal.Client;

/// <summary>The console: words in, exit code out.</summary>
internal static class SealConsole
{
    /// <param name="args">The command line's words.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Run(string[] args, CancellationToken cancellation)
    {
        var plugins = CommonOptions.Plugin();
        var parsed = Root(plugins).Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Action is ParseErrorAction)
        {
            return CommandMistake.Tell(parsed);
        }

        Terminal.EndsWithDocument =
            parsed.CommandResult.Command.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == CommonOptions.JsonName) is { } json
            && parsed.GetValue(json);
        try
        {
            Invocation.Plugins = parsed.GetValue(plugins)!;
            PluginLoader.Use(Invocation.Plugins);
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
                cancellation
            );
        }
        catch (Exception failure)
        {
            return Tell(failure, cancellation.IsCancellationRequested);
        }
    }

    /// <summary>Every verb.</summary>
    internal static RootCommand Root(Option<string[]>? plugins = null) =>
        new RootCommand("Seal.Orleans: self-adapting language models as a grid of actors. Start with: seal demo")
        {
            DemoCommand.Create(),
            RunCommand.Create(),
            SweepCommand.Create(),
            ShowCommand.Create(),
            PolicyCommand.Create(),
            PageCommand.Create(),
            ReportCommand.Create(),
            CompareCommand.Create(),
            TableCommand.Create(),
            ExportCommand.Create(),
            TaskCommand.Create(),
            TryCommand.Create(),
            GateCommand.Create(),
            Commands.Knowledge.KnowledgeCommand.Create(),
            ModelCommand.Create(),
            DoctorCommand.Create(),
            SetupCommand.Create(),
            ArtifactsCommand.Create(),
            PackCommands.Verify(),
            CertsCommand.Create(),
            CompletionCommand.Create(),
            plugins ?? CommonOptions.Plugin(),
        }.WithPages();

    /// <summary>Says why a command ended.</summary>
    private static int Tell(Exception failure, bool interrupted)
    {
        var code = ProcessExit.Of(failure, interrupted, own => (own as CommandException)?.ExitCode);
        switch (failure)
        {
            case CommandException:
                Terminal.Error(failure.Message);
                break;
            case var _ when code == ExitCode.Detached:
                Terminal.Say("Interrupted. Nothing that was finished is lost; run the same command again.");
                break;
            case var _ when code == ExitCode.Bug:
                Terminal.Error($"This is a defect in Seal.Orleans, please report it: {failure}");
                break;
            case IOException or UnauthorizedAccessException when code == ExitCode.Unreachable && ProcessExit.Damage(failure) is null:
                Terminal.Error($"A file cannot be read or written: {failure.Message} Check the path, its permissions and the room on its disk.");
                break;
            default:
                Terminal.Error((ProcessExit.Damage(failure) ?? failure).Message);
                break;
        }

        return code;
    }
}
