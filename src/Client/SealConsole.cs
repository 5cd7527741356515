using System.CommandLine;
using System.CommandLine.Invocation;
using Seal.Client.Commands;
using Seal.Core.Engines;
using Seal.Core.Files;
using Seal.Core.Sweeps;
using Seal.Models.Engine;

namespace Seal.Client;

/// <summary>The console: words in, exit code out.</summary>
internal static class SealConsole
{
    /// <param name="args">The command line's words.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Run(string[] args, CancellationToken cancellation)
    {
        var root = new RootCommand("Seal.Orleans: self-adapting language models as a grid of actors. Start with: seal run sweeps/quickstart.toml")
        {
            RunCommand.Create(),
            SweepCommand.Create(),
            ReportCommand.Create(),
            CompareCommand.Create(),
            TableCommand.Create(),
            TaskCommand.Create(),
            TryCommand.Create(),
            GateCommand.Create(),
            ModelCommand.Create(),
            DoctorCommand.Create(),
            ArtifactsCommand.Create(),
            CertsCommand.Create(),
        }.WithPages();
        var parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
        if (parsed.Action is ParseErrorAction)
        {
            return CommandMistake.Tell(parsed);
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, cancellation);
        }
        catch (CommandException refused)
        {
            Terminal.Error(refused.Message);
            return refused.ExitCode;
        }
        catch (Exception refused) when (refused is SweepException or ModelFormatException or TorchMissingException or UserFileException)
        {
            Terminal.Error(refused.Message);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Terminal.Say("Interrupted. Nothing that was finished is lost; run the same command again.");
            return ExitCode.Detached;
        }
        catch (Exception damaged) when (Damage(damaged) is { } told)
        {
            Terminal.Error(told.Message);
            return ExitCode.Unreachable;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Terminal.Error($"A file cannot be read or written: {refused.Message} Check the path, its permissions and the room on its disk.");
            return ExitCode.Unreachable;
        }
        catch (Exception defect)
        {
            Terminal.Error($"This is a defect in Seal.Orleans, please report it: {defect}");
            return ExitCode.Bug;
        }
    }

    /// <summary>A damaged document, told by whatever layers the exception came through.</summary>
    private static InvalidDataException? Damage(Exception? failure)
    {
        while (failure is not (null or InvalidDataException))
        {
            failure = failure.InnerException;
        }

        return (InvalidDataException?)failure;
    }
}
