using System.CommandLine;
using Seal.Client.Sweeps;

namespace Seal.Client.Commands;

/// <summary><c>seal run</c>: submit a sweep and watch it to its end.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("sweep") { Description = "The sweep file (TOML), e.g. sweeps/quickstart.toml." };
        var store = CommonOptions.Store();
        var set = CommonOptions.Set();
        var json = CommonOptions.Json();
        var workers = CommonOptions.Workers();
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the expanded plan with its cost, calibrate, and start nothing." };
        var command = new Command("run", "Run a sweep to its end on this machine. Run the same command again to go on after a kill, a power cut or Ctrl-C.")
        {
            file, store, set, workers, dryRun, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var sweep = LoadedSweep.Read(parsed.GetValue(file)!, parsed.GetValue(set)!);
            var slots = CommonOptions.CheckWorkers(parsed.GetValue(workers));
            return parsed.GetValue(dryRun)
                ? DryRun.Print(sweep, slots, parsed.GetValue(json), cancellation)
                : await new SweepRun(sweep, parsed.GetValue(store)!, slots, parsed.GetValue(json), Resume(parsed)).ToEnd(cancellation);
        });
        return command;
    }

    /// <summary>The command line that goes on with this run.</summary>
    private static string Resume(ParseResult parsed) => "seal " + string.Join(' ', parsed.Tokens.Select(token => Quote(token.Value)));

    private static string Quote(string word) => word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./=:,".Contains(c)) ? word : $"'{word.Replace("'", "'\\''")}'";
}
