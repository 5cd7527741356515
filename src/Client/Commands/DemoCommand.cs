using System.CommandLine;
using System.Security.Cryptography;
using Seal.Client.Demos;
using Seal.Silo.Hosting;

namespace Seal.Client.Commands;

/// <summary><c>seal demo</c>: the first thing to try.</summary>
internal static class DemoCommand
{
    private const string Store = ".seal-demo";

    /// <summary>A store that holds looked-up trials would answer <c>--fresh</c> from them.</summary>
    private const string FreshStore = ".seal-demo-fresh";

    private const string Help = """
        A small model learns to propose its own fine-tuning, in a few minutes on two cores. The trials of the sweep are shipped with the
        project; a sample of them is run again here and compared, the rest is looked up. Sampling self-edits and training the policy
        happen here. A worker process runs the sweep. Half-way you may press k to kill it (kill -9): it is started again and ends with
        the same results. --fresh looks nothing up and has a store of its own. The same command goes on after Ctrl-C; once the demo has
        ended, delete the store to see it again.
        Exit codes: 0 all equal; 2 the sweep cannot be shown; 3 something is not equal to what is shipped, or work was given up; 4 no
        such file, the pack is not of this sweep, or the store is in use; 5 the pack is damaged, or the store cannot be written;
        130 interrupted.

        Examples:
          seal demo
          seal demo --kill --sample 20
          seal demo --fresh
        """;

    public static Command Create()
    {
        var store = CommonOptions.Store();
        store.DefaultValueFactory = _ => Store;
        var fresh = new Option<bool>("--fresh")
        {
            Description = "Compute every trial here, in the store .seal-demo-fresh; takes several times as long.",
        };
        var kill = new Option<bool>("--kill") { Description = "Kill the worker process half-way without being asked." };
        var sample = new Option<int>("--sample")
        {
            Description = "Shipped trials to run again.",
            DefaultValueFactory = _ => 5,
            HelpName = "n",
        }.InRange(1, 1_000_000);
        var seed = new Option<long>("--seed") { Description = "Draws the sample; another one each time if not given.", HelpName = "n" }.InRange(
            0,
            long.MaxValue
        );
        var pack = new Option<string?>("--pack") { Description = "Another pack of trials than the shipped one.", HelpName = "file" };
        var sweep = new Option<string?>("--sweep") { Description = "Another sweep file than the project's.", HelpName = "file" };
        var (workers, json) = (CommonOptions.Workers(), CommonOptions.Json());
        var command = new Command("demo", "See a model learn to propose its own fine-tuning, in a few minutes.")
        {
            store,
            fresh,
            kill,
            sample,
            seed,
            sweep,
            pack,
            workers,
            json,
        }.WithPage(Help);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var resume = Invocation.Command(parsed.Tokens.Select(token => token.Value));
                var farewell = $"Interrupted. Nothing that was committed is lost; go on with:\n  {resume}";
                using var deadline = Deadline.Of(farewell, cancellation);
                var choices = new DemoChoices(
                    parsed.GetValue(fresh) && parsed.GetResult(store) is not { Implicit: false } ? FreshStore : parsed.GetValue(store)!,
                    parsed.GetValue(fresh),
                    parsed.GetValue(kill),
                    parsed.GetValue(sample),
                    (ulong)(parsed.GetResult(seed) is null ? RandomNumberGenerator.GetInt32(1, int.MaxValue) : parsed.GetValue(seed)),
                    CommonOptions.CheckWorkers(parsed.GetValue(workers))
                );
                DemoOutcome outcome;
                try
                {
                    outcome = await new DemoRun(
                        DemoFiles.Find(parsed.GetValue(sweep), parsed.GetValue(pack), choices.IsFresh),
                        choices,
                        resume
                    ).ToEnd(cancellation);
                }
                catch (Exception stopped) when (ProcessExit.IsStop(stopped, cancellation.IsCancellationRequested))
                {
                    Terminal.Say(farewell);
                    return ExitCode.Detached;
                }

                outcome.Tell(Path.Combine(choices.Store, "sweeps", outcome.Results.Sweep, "report.html"));
                if (parsed.GetValue(json))
                {
                    Terminal.Document(
                        new
                        {
                            results = outcome.ResultsSha256,
                            shipped = outcome.ShippedSha256,
                            equal = outcome.IsEqual,
                            checks = outcome.Checks,
                            kills = outcome.Kills,
                            seconds = outcome.Elapsed.TotalSeconds,
                            rounds = outcome.Rounds.New.Select(point => new { round = point.Round, solved = point.Share }),
                        }
                    );
                }

                return outcome.IsEqual ? ExitCode.Ok : ExitCode.Failures;
            }
        );
        return command;
    }
}
