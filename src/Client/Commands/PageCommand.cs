using System.CommandLine;
using Seal.Client.Sweeps;
using Seal.Silo.Hosting;

namespace Seal.Client.Commands;

/// <summary><c>seal page</c>: the page about a store, whether or not a sweep runs on it.</summary>
internal static class PageCommand
{
    private const string Help = """
        'seal run' serves the same page while it runs. This one stays until Ctrl-C, and also shows sweeps that have ended, or that another process
        runs on the store. It listens on this machine's own addresses alone. Reading needs no token; buttons do, and the printed address has it.
        Exit codes: 0 after Ctrl-C; 4 no such store; 5 no port could be opened.

        Examples:
          seal page
          seal page --store /data/seal --page-port 9000
        """;

    public static Command Create()
    {
        var (store, page) = (CommonOptions.Store(), new PageSwitches());
        var command = new Command("page", "Serve the page about a store until Ctrl-C: its sweeps, runs, candidates and tasks.") { store, page.Port };
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var root = parsed.GetValue(store)!;
                _ = await StoredSweeps.Open(root).Names();
                await using var served =
                    await LivePage.Open(root, parsed.GetValue(page.Port), hosts: false, cancellation)
                    ?? throw new CommandException(ExitCode.Unreachable, "No port could be opened. Name another with --page-port.");
                Terminal.Say("Ctrl-C ends it.");
                try
                {
                    await Task.Delay(Timeout.Infinite, cancellation);
                }
                catch (Exception stopped) when (ProcessExit.IsStop(stopped, cancellation.IsCancellationRequested))
                {
                    // That is how it is meant to end.
                }

                return ExitCode.Ok;
            }
        );
        return command.WithPage(Help);
    }
}
