using System.CommandLine;
using Seal.Client.Clusters;
using Seal.Client.Sweeps;
using Seal.Core.Steering;

namespace Seal.Client.Commands;

/// <summary>
/// What can be wished of a sweep, on a cluster and on a store of this machine. All of it may be repeated, and given from any console. Where no
/// process runs the sweep the wish is written down, and whoever goes on with it obeys.
/// </summary>
internal static class SteeringVerbs
{
    private const int MostSeeds = 10_000;

    public static IEnumerable<Command> All()
    {
        yield return Mode("pause", SweepMode.Pause, "Start nothing more; what runs may end. 'resume' goes on.", "is paused");
        yield return Mode("stop", SweepMode.Stop, "Finish what runs, then stand. 'resume' goes on.", "stops when what runs has ended");

        var retry = new Command(
            "retry",
            "Try again what was given up. Where its round has closed, the run is forked from before that round and keeps the old one."
        );
        yield return With(
            retry,
            (_, control) => new SteeringCommand(0, "", Retry: control.Retry + 1),
            "tries again what was given up",
            reopens: true
        );

        var rounds = new Option<int>("--rounds") { Description = "Rounds in all.", HelpName = "n" }.InRange(1, 10_000);
        var seeds = new Option<string>("--seeds")
        {
            Description = "Outer seeds to add, e.g. 3,4,5.",
            HelpName = "list",
            DefaultValueFactory = _ => "",
        };
        var extend = new Command("extend", "Go on to more rounds or seeds: the result is that of a sweep that had asked for them at once.")
        {
            rounds,
            seeds,
        };
        yield return With(
            extend,
            (parsed, _) =>
                parsed.GetValue(rounds) == 0 && string.IsNullOrWhiteSpace(parsed.GetValue(seeds))
                    ? throw new CommandException(
                        ExitCode.Usage,
                        "'extend' wants --rounds, --seeds or both: to how many rounds in all, by which outer seeds."
                    )
                    : new SteeringCommand(0, "", Rounds: parsed.GetValue(rounds), Seeds: Seeds(parsed.GetValue(seeds)!)),
            "is extended",
            reopens: true
        );

        var weight = new Option<double>("--to")
        {
            Description = "1 by default; with 2 it gets twice as many slots as a sweep with 1.",
            HelpName = "weight",
            Required = true,
        };
        var weigh = new Command("weigh", "Give a sweep a larger or smaller share of the slots, against others that run beside it.") { weight };
        yield return With(
            weigh,
            (parsed, control) => new SteeringCommand(control.Revision + 1, Operation(), Weight: Checked(parsed.GetValue(weight))),
            "has its new weight"
        );
    }

    private static Command Mode(string verb, SweepMode mode, string help, string said) =>
        With(new Command(verb, help), (_, control) => new SteeringCommand(control.Revision + 1, Operation(), mode), said);

    /// <param name="command">The verb.</param>
    /// <param name="wish">What it wishes, given what has been wished so far.</param>
    /// <param name="said">What is told when it is done.</param>
    /// <param name="reopens">Whether a sweep that has ended may have to go on for it.</param>
    private static Command With(Command command, Func<ParseResult, SweepControl, SteeringCommand> wish, string said, bool reopens = false)
    {
        var name = new Argument<string?>("name") { Description = "The sweep's name (not its file).", Arity = ArgumentArity.ZeroOrOne };
        var (store, cluster, json) = (CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        command.Add(name);
        command.Add(store);
        command.Add(cluster);
        command.Add(json);
        command.InOnePlace();
        command.SetAction(
            async (parsed, cancellation) =>
            {
                // What is wrong with the words is told before anybody is asked.
                _ = wish(parsed, SweepControl.New);
                if (parsed.GetValue(cluster) is not { } settings)
                {
                    return await new SweepSteering(parsed.GetValue(store)!, parsed.GetValue(json)).Steer(
                        parsed.GetValue(name),
                        Wished,
                        said,
                        cancellation
                    );
                }

                await using var link = await ClusterLink.Open(settings, cancellation);
                return await new ClusterSweeps(link, parsed.GetValue(json)).Steer(parsed.GetValue(name), Wished, said, cancellation);

                SteeringCommand Wished(SweepControl control, bool ended)
                {
                    var wished = wish(parsed, control);
                    // What was wished of it last, perhaps when it had ended already, must not keep it from going on.
                    return ended && reopens ? wished with { Revision = control.Revision + 1, Operation = Operation(), Mode = SweepMode.Run } : wished;
                }
            }
        );
        return command;
    }

    private static string Operation() => Guid.NewGuid().ToString("n");

    private static double Checked(double weight) =>
        weight is > 0 and <= 1000
            ? weight
            : throw new CommandException(ExitCode.Usage, FormattableString.Invariant($"--to: {weight} is not in (0, 1000]."));

    private static long[] Seeds(string list)
    {
        var seeds = new List<long>();
        foreach (var word in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            seeds.Add(
                long.TryParse(word, System.Globalization.CultureInfo.InvariantCulture, out var seed) && seed >= 0
                    ? seed
                    : throw new CommandException(
                        ExitCode.Usage,
                        $"--seeds: '{word}' is no seed; expected whole numbers from 0 with commas between, e.g. 3,4,5."
                    )
            );
        }

        return seeds.Count <= MostSeeds
            ? [.. seeds]
            : throw new CommandException(
                ExitCode.Usage,
                FormattableString.Invariant($"--seeds: {seeds.Count} are too many at once; {MostSeeds} are taken.")
            );
    }
}
