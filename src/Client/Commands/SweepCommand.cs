using System.CommandLine;
using Seal.Client.Sweeps;

namespace Seal.Client.Commands;

/// <summary><c>seal sweep</c>: look at and steer sweeps of a store.</summary>
internal static class SweepCommand
{
    private const string Help = """
        While a process runs a sweep on the store, these commands attach to it; otherwise they read what the store says. A name may be left out where the
        store has one sweep. Exit codes: 0 ok; 2 which sweep?; 4 no such store or sweep, or it cannot be done now; 5 the host does not answer.

        Examples:
          seal sweep list
          seal sweep watch quickstart --store /data/seal
          seal sweep cancel quickstart
        """;

    public static Command Create() => new Command("sweep", "List, watch, resume and cancel the sweeps of a store.")
    {
        Verb("list", "Every sweep of the store: its state and how far it is.", named: false, (steering, _, cancellation) => steering.List(cancellation)),
        Verb(
            "status",
            "Where a sweep stands; its table once it has ended. A sweep that runs in no process is shown as interrupted. Exits with 0 whatever the state is.",
            named: true,
            (steering, name, cancellation) => steering.Status(name, cancellation)),
        Verb(
            "watch",
            "Follow a running sweep to its end, like 'run' shows it. Ctrl-C only stops watching (exit 130). "
            + "Exits as 'run' does: 0 completed, 3 ended with failures, 130 cancelled; 4 if it was interrupted and no process runs it.",
            named: true,
            (steering, name, cancellation) => steering.Watch(name, cancellation)),
        ResumeVerb(),
        Verb(
            "cancel",
            "Stop a sweep; the process that runs it ends by itself. What was committed stays, 'seal sweep resume' goes on. "
            + "A sweep that was interrupted is marked as cancelled. Exit 4 if it has ended already.",
            named: true,
            (steering, name, cancellation) => steering.Cancel(name, cancellation)),
    }.WithPage(Help);

    private static Command ResumeVerb()
    {
        var (name, store, json, workers) = (Name(), CommonOptions.Store(), CommonOptions.Json(), CommonOptions.Workers());
        var command = new Command(
            "resume",
            "Go on with an interrupted or cancelled sweep in this process, to its end, like 'run' but without its file. If a process runs it already, watch that one.")
        {
            name, store, workers, json,
        };
        command.SetAction((parsed, cancellation) =>
            new SweepSteering(parsed.GetValue(store)!, parsed.GetValue(json)).Resume(parsed.GetValue(name), CommonOptions.CheckWorkers(parsed.GetValue(workers)), cancellation));
        return command;
    }

    private static Command Verb(string verb, string help, bool named, Func<SweepSteering, string?, CancellationToken, Task<int>> act)
    {
        var (name, store, json) = (Name(), CommonOptions.Store(), CommonOptions.Json());
        var command = new Command(verb, help) { store, json };
        if (named)
        {
            command.Add(name);
        }

        command.SetAction((parsed, cancellation) =>
            act(new SweepSteering(parsed.GetValue(store)!, parsed.GetValue(json)), named ? parsed.GetValue(name) : null, cancellation));
        return command;
    }

    private static Argument<string?> Name() => new("name") { Description = "The sweep's name (not its file).", Arity = ArgumentArity.ZeroOrOne };
}
