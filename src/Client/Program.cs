using System.CommandLine;
using Seal.Client;
using Seal.Client.Commands;
using Seal.Core.Engines;
using Seal.Core.Sweeps;
using Seal.Models.Engine;

using var interruption = new Interruption();
var exitCode = await Run(args, interruption.Token);
Console.Out.Flush();
Console.Error.Flush();
TorchExit.Now(exitCode);
return exitCode;

static async Task<int> Run(string[] args, CancellationToken cancellation)
{
    var root = new RootCommand("Seal.Orleans: self-adapting language models as a grid of actors. Start with: seal run sweeps/quickstart.toml")
    {
        RunCommand.Create(),
        SweepCommand.Create(),
        ModelCommand.Create(),
    };
    var parsed = root.Parse(args);
    if (parsed.Errors.Count > 0)
    {
        await parsed.InvokeAsync(new InvocationConfiguration { Output = Console.Error, ProcessTerminationTimeout = null }, cancellation);
        return ExitCode.Usage;
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
    catch (Exception refused) when (refused is SweepException or ModelFormatException)
    {
        Terminal.Error(refused.Message);
        return ExitCode.Usage;
    }
    catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
    {
        return ExitCode.Detached;
    }
    catch (Exception defect)
    {
        Terminal.Error($"This is a defect in Seal.Orleans, please report it: {defect}");
        return ExitCode.Bug;
    }
}
