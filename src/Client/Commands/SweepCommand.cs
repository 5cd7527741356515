using System.CommandLine;
using Seal.Client.Clusters;
using Seal.Client.Sweeps;

namespace Seal.Client.Commands;

/// <summary><c>seal sweep</c>: look at and steer sweeps of a store.</summary>
internal static class SweepCommand
{
    private const string Help = """
        While a process runs a sweep on the store, these commands attach to it; otherwise they read what the store says. A name may be left
        out where the store has one sweep. Exit codes: 0 done, or nothing to do (it says why); 2 which sweep?; 4 no such store or sweep, or
        it cannot be done now; 5 the host does not answer.

        Examples:
          seal sweep list
          seal sweep watch quickstart --store /data/seal
          seal sweep cancel quickstart
        """;

    public static Command Create()
    {
        var command = Verbs().WithPage(Help);
        foreach (var verb in SteeringVerbs.All().Append(EventsVerb()).Append(SilosVerb()))
        {
            command.Add(verb);
        }

        return command;
    }

    private static Command SilosVerb()
    {
        var (cluster, json) = (CommonOptions.Cluster(), CommonOptions.Json());
        var command = new Command(
            "silos",
            "Who computes in a cluster: its silos, their slots, and which have been drained after failures. (Clusters only.)"
        )
        {
            cluster,
            json,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OnCluster(
                    parsed.GetValue(cluster) ?? throw new CommandException(ExitCode.Usage, "'silos' asks a cluster: name it with --cluster."),
                    parsed.GetValue(json),
                    sweeps => sweeps.Silos(cancellation),
                    cancellation
                )
        );
        return command;
    }

    private static Command WatchVerb()
    {
        var (name, store, cluster, json) = (Name(), CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var from = new Option<long?>("--from")
        {
            Description = "Print events, one JSON document a line, from this number on, as 'events' does.",
            HelpName = "n",
        };
        var command = new Command(
            "watch",
            "Follow a running sweep to its end, like 'run' shows it. Ctrl-C only stops watching (exit 130). "
                + "Exits as 'run' does: 0 completed, 3 ended with failures, 130 cancelled; 4 if it was interrupted and no process runs it."
        )
        {
            store,
            cluster,
            json,
            name,
            from,
        }.InOnePlace();
        command.SetAction(
            (parsed, cancellation) =>
                (parsed.GetValue(cluster), parsed.GetValue(from)) switch
                {
                    ({ } settings, { } first) => OnCluster(
                        settings,
                        json: true,
                        sweeps => sweeps.Events(parsed.GetValue(name), first, cancellation),
                        cancellation
                    ),
                    ({ } settings, null) => OnCluster(
                        settings,
                        parsed.GetValue(json),
                        sweeps => sweeps.Watch(parsed.GetValue(name), cancellation),
                        cancellation
                    ),
                    (null, { } first) => new SweepSteering(parsed.GetValue(store)!, json: true).Events(parsed.GetValue(name), first, cancellation),
                    _ => new SweepSteering(parsed.GetValue(store)!, parsed.GetValue(json)).Watch(parsed.GetValue(name), cancellation),
                }
        );
        return command;
    }

    private static Command EventsVerb()
    {
        var (name, store, cluster) = (Name(), CommonOptions.Store(), CommonOptions.Cluster());
        var from = new Option<long>("--from")
        {
            Description = "Number of the first event; one more than the last you have seen.",
            DefaultValueFactory = _ => 1,
            HelpName = "n",
        };
        var command = new Command(
            "events",
            "What has happened to a sweep and what happens, one JSON document a line, until it has ended or no process runs it. Events are numbered "
                + "without gaps."
        )
        {
            name,
            store,
            cluster,
            from,
        }.InOnePlace();
        command.SetAction(
            (parsed, cancellation) =>
                parsed.GetValue(cluster) is { } settings
                    ? OnCluster(
                        settings,
                        json: true,
                        sweeps => sweeps.Events(parsed.GetValue(name), parsed.GetValue(from), cancellation),
                        cancellation
                    )
                    : new SweepSteering(parsed.GetValue(store)!, json: true).Events(parsed.GetValue(name), parsed.GetValue(from), cancellation)
        );
        return command;
    }

    private static Command Verbs() =>
        new("sweep", "List, watch, resume and cancel the sweeps of a store.")
        {
            Verb(
                "list",
                "Every sweep of the store: its state and how far it is.",
                named: false,
                (steering, _, cancellation) => steering.List(cancellation),
                (sweeps, _, cancellation) => sweeps.List(cancellation)
            ),
            Verb(
                "status",
                "Where a sweep stands; its table once it has ended. A sweep that runs in no process is shown as interrupted. Exits with 0 whatever "
                    + "the state is.",
                named: true,
                (steering, name, cancellation) => steering.Status(name, cancellation),
                (sweeps, name, cancellation) => sweeps.Status(name, cancellation)
            ),
            WatchVerb(),
            ResumeVerb(),
            Verb(
                "cancel",
                "Stop a sweep; the process that runs it ends by itself. What was committed stays, 'seal sweep resume' goes on. "
                    + "A sweep that was interrupted is marked as cancelled.",
                named: true,
                (steering, name, cancellation) => steering.Cancel(name, cancellation),
                (sweeps, name, cancellation) => sweeps.Cancel(name, cancellation)
            ),
        };

    private static Command ResumeVerb()
    {
        var (name, store, cluster, json, workers) = (
            Name(),
            CommonOptions.Store(),
            CommonOptions.Cluster(),
            CommonOptions.Json(),
            CommonOptions.Workers()
        );
        var (device, threads, checkpointing) = (CommonOptions.Device(), CommonOptions.Threads(), CommonOptions.Checkpointing());
        var page = new PageSwitches();
        var command = new Command(
            "resume",
            "Go on with an interrupted or cancelled sweep in this process, to its end, like 'run' but without its file. If a process runs it "
                + "already, watch that one."
        )
        {
            name,
            store,
            cluster,
            workers,
            device,
            threads,
            checkpointing,
            page.None,
            page.Port,
            json,
        }.InOnePlace();
        command.SetAction(
            (parsed, cancellation) =>
                parsed.GetValue(cluster) is { } settings
                    ? OnCluster(settings, parsed.GetValue(json), sweeps => sweeps.Resume(parsed.GetValue(name), cancellation), cancellation)
                    : new SweepSteering(parsed.GetValue(store)!, parsed.GetValue(json)).Resume(
                        parsed.GetValue(name),
                        CommonOptions.CheckWorkers(parsed.GetValue(workers)),
                        CommonOptions.Place(parsed.GetValue(device)!, parsed.GetValue(threads), parsed.GetValue(checkpointing), inThisProcess: true),
                        page.Of(parsed),
                        cancellation
                    )
        );
        return command;
    }

    private static Command Verb(
        string verb,
        string help,
        bool named,
        Func<SweepSteering, string?, CancellationToken, Task<int>> act,
        Func<ClusterSweeps, string?, CancellationToken, Task<int>> onCluster
    )
    {
        var (name, store, cluster, json) = (Name(), CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var command = new Command(verb, help) { store, cluster, json }.InOnePlace();
        if (named)
        {
            command.Add(name);
        }

        command.SetAction(
            (parsed, cancellation) =>
                parsed.GetValue(cluster) is { } settings
                    ? OnCluster(
                        settings,
                        parsed.GetValue(json),
                        sweeps => onCluster(sweeps, named ? parsed.GetValue(name) : null, cancellation),
                        cancellation
                    )
                    : act(new SweepSteering(parsed.GetValue(store)!, parsed.GetValue(json)), named ? parsed.GetValue(name) : null, cancellation)
        );
        return command;
    }

    private static async Task<int> OnCluster(string settings, bool json, Func<ClusterSweeps, Task<int>> act, CancellationToken cancellation)
    {
        await using var link = await ClusterLink.Open(settings, cancellation);
        return await act(new ClusterSweeps(link, json));
    }

    private static Argument<string?> Name() => new("name") { Description = "The sweep's name (not its file).", Arity = ArgumentArity.ZeroOrOne };
}
