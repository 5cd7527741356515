using Seal.Client.Display;
using Seal.Client.Reporting;
using Seal.Core.Artifacts;
using Seal.Core.Engines;
using Seal.Core.Results;
using Seal.Core.Steering;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Silo.Hosting;
using Seal.Silo.Storage;
using Spectre.Console;

namespace Seal.Client.Sweeps;

/// <summary>What <c>seal sweep</c> does with a store, whether or not a process hosts it.</summary>
internal sealed class SweepSteering(string root, bool json)
{
    public async Task<int> List(CancellationToken cancellation)
    {
        var stored = StoredSweeps.Open(root);
        await using var grid = await Grid.Attach(root, cancellation);
        var sweeps = new List<(SweepStatus Status, string State)>();
        foreach (var name in await stored.Names())
        {
            try
            {
                sweeps.Add(await Now(stored, grid, name));
            }
            catch (SweepException unknown)
            {
                // One that needs a plug-in must not hide the others.
                Terminal.Say($"{name}: {unknown.Message}");
            }
        }

        if (json)
        {
            Terminal.Document(new SweepListDocument(root, Host(), [.. sweeps.Select(sweep => SweepListEntry.Of(sweep.Status, sweep.State))]));
        }
        else if (sweeps.Count == 0)
        {
            Terminal.Tell($"The store {root} has no sweep yet.");
        }
        else
        {
            Terminal.Tell(StatusView.List(sweeps));
        }

        return ExitCode.Ok;
    }

    public async Task<int> Status(string? asked, CancellationToken cancellation)
    {
        var stored = StoredSweeps.Open(root);
        var name = await stored.Choose(asked);
        await using var grid = await Grid.Attach(root, cancellation);
        var (status, state) = await Now(stored, grid, name);
        var results = await SweepOutcome.Results(Place, status);
        if (json)
        {
            Terminal.Document(SweepDocument.Of(status, results) with { State = state });
            return ExitCode.Ok;
        }

        Terminal.Tell(StatusView.Progress(status, [], null, state));
        SweepOutcome.Show(status, results, results is null ? null : await SweepFiles.Look(Place, results));
        if (state is StatusView.Interrupted || status.State == SweepState.Cancelled)
        {
            Terminal.Say($"No process runs it. Go on with:\n  {ResumeCommand(name)}");
        }
        else if (status.State == SweepState.Running && grid is null)
        {
            Terminal.Say($"{OtherUser} This is what it had written when it was read.");
        }

        return ExitCode.Ok;
    }

    public async Task<int> Watch(string? asked, CancellationToken cancellation)
    {
        var stored = StoredSweeps.Open(root);
        var grid = await Grid.Attach(root, cancellation);
        var name = await stored.Choose(asked ?? (grid is null ? null : Host()?.Sweep));
        if (grid is not null)
        {
            await using (grid)
            {
                return await Follow(grid, stored, name, cancellation);
            }
        }

        var status = await stored.Status(name);
        if (status.State == SweepState.Running)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                StoreLock.IsHeld(root)
                    ? $"{OtherUser} 'sweep status' shows what it has written so far."
                    : $"No process runs the sweep {name} on {root}: it was interrupted. Go on with:\n  {ResumeCommand(name)}"
            );
        }

        return await SweepOutcome.Print(Place, status, json, ResumeCommand(name), SweepFiles.Look);
    }

    public async Task<int> Resume(string? asked, int workers, EnginePlace place, int? pagePort, CancellationToken cancellation)
    {
        var stored = StoredSweeps.Open(root);
        var name = await stored.Choose(asked);
        using var deadline = Deadline.Of(Interrupted(name), cancellation);
        if (await Grid.Attach(root, cancellation) is { } attached)
        {
            await using (attached)
            {
                if (Host() is { } host && host.Sweep != name)
                {
                    throw new CommandException(
                        ExitCode.NotFoundOrConflict,
                        $"Process {host.Process} runs the sweep '{host.Sweep}' on {root}; one process at a time has a store. Wait for it "
                            + $"({Invocation.Command("sweep", "watch", host.Sweep, "--store", root)}), or cancel it."
                    );
                }

                if (await attached.Sweep(name).Status() is { State: SweepState.Paused or SweepState.Stopped or SweepState.Stopping })
                {
                    await attached.Sweep(name).Resume();
                    Terminal.Say($"The sweep {name} goes on in the process that has it; watching it.");
                }
                else
                {
                    Terminal.Say($"The sweep {name} runs already; watching it.");
                }

                return await Follow(attached, stored, name, cancellation);
            }
        }

        var state = await stored.State(name);
        if (state.State is SweepState.Completed or SweepState.Incomplete)
        {
            Terminal.Say($"{NothingToDo.Words}{NothingToDo.Ended(name, state.State)}.");
            return await SweepOutcome.Print(
                Place,
                await stored.Status(name),
                json,
                ResumeCommand(name),
                SweepFiles.Write,
                NothingToDo.Ended(name, state.State)
            );
        }

        var submission = state.Submission!;
        var engine = EngineChoice.Of(submission) with { Place = place };
        var numericClass = submission.Runs[0].Context.NumericClass;
        if (engine.NumericClass != numericClass)
        {
            throw new CommandException(ExitCode.NotFoundOrConflict, OtherClass(name, numericClass, engine.NumericClass));
        }

        JudgeCheck.Demand(submission.Runs.Select(run => run.Context.Settings));
        if (!engine.IsFake)
        {
            _ = new ModelRegistry(new DirectoryArtifactStore(root)).BaseFolder(submission.Model.BaseSha256);
        }

        await using var page = await LivePage.Open(root, pagePort, hosts: true, cancellation);
        Terminal.Say(
            $"sweep {name}: {Terminal.Count(submission.Runs.Count, "run")}, going on with {Terminal.Count(workers, "worker")}, store {root}"
        );
        return await new HostedSweep(root, name, engine, workers, json, ResumeCommand(name)) { Page = page }.ToEnd(
            async grid =>
                await grid.Sweep(name).Resume()
                ?? throw new CommandException(ExitCode.NotFoundOrConflict, $"The store {root} has no sweep '{name}'."),
            cancellation
        );
    }

    public Task<int> Cancel(string? asked, CancellationToken cancellation) =>
        Steer(
            asked,
            (_, _) => NothingToDo.Cancelling,
            name => $"is cancelled. What was committed stays; go on with:\n  {ResumeCommand(name)}",
            (sweep, _) => sweep.Cancel(),
            cancellation
        );

    /// <summary>Wishes something of a sweep, and tells what became of it. Where no process runs it the wish is written down: whoever goes on with the
    /// sweep obeys.</summary>
    /// <param name="asked">Which; null where there is one.</param>
    /// <param name="wish">The command, under the revision it is to have; told whether the sweep has ended.</param>
    /// <param name="said">What is told when it is done.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public Task<int> Steer(string? asked, Func<SweepControl, bool, SteeringCommand> wish, string said, CancellationToken cancellation) =>
        Steer(asked, wish, _ => said, (sweep, command) => sweep.Steer(command), cancellation);

    private async Task<int> Steer(
        string? asked,
        Func<SweepControl, bool, SteeringCommand> wish,
        Func<string, string> said,
        Func<ISweepGrain, SteeringCommand, Task<SweepStatus?>> act,
        CancellationToken cancellation
    )
    {
        var stored = StoredSweeps.Open(root);
        var attached = await Grid.Attach(root, cancellation);
        var name = await stored.Choose(asked ?? (attached is null ? null : Host()?.Sweep));
        await using (attached)
        {
            var state = await stored.State(name);
            DemandNoOther(attached, name, state.State);
            var command = wish(state.Control, NothingToDo.IsEnded(state.State));
            return await Steered.Once(
                await stored.Status(name),
                command,
                state.Control,
                state.Submission!,
                async () =>
                    attached is null
                        ? await WriteDown(name, sweep => act(sweep, command), cancellation)
                        : (await act(attached.Sweep(name), command))!,
                said(name),
                json,
                attached is null ? ResumeCommand(name) : null
            );
        }
    }

    /// <summary>A process that runs another sweep on the store must not begin with this one as well: it has not asked for its slots, class or
    /// memory, and ends with its own.</summary>
    /// <exception cref="CommandException">It does.</exception>
    private void DemandNoOther(Grid? attached, string name, SweepState state)
    {
        if (attached is not null && Host() is { } host && host.Sweep != name && state is not (SweepState.Running or SweepState.Stopping))
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"Process {host.Process} runs the sweep '{host.Sweep}' on {root}; one process at a time has a store. Wait for it, or cancel it; "
                    + "then run this command again."
            );
        }
    }

    /// <summary>A host without workers writes down what is wished: so that nobody takes the sweep for merely interrupted.</summary>
    private async Task<SweepStatus> WriteDown(string name, Func<ISweepGrain, Task<SweepStatus?>> act, CancellationToken cancellation)
    {
        await using var grid = await Grid.HostIdle(root, name, cancellation);
        var status = (await act(grid.Sweep(name)))!;
        // Nothing runs that could end: it stands as soon as its runs have said so.
        return status.State == SweepState.Stopping ? await grid.Sweep(name).WaitForEnd(Standing, cancellation) ?? status : status;
    }

    /// <summary>Prints what has happened, one JSON document a line, from an event's number on, until the sweep has ended or nobody runs it.</summary>
    public async Task<int> Events(string? asked, long from, CancellationToken cancellation)
    {
        var stored = StoredSweeps.Open(root);
        var name = await stored.Choose(asked ?? Host()?.Sweep);
        for (var after = Math.Max(0, from - 1); ; )
        {
            // The state is written first, its event afterwards: only when the events have told the state that was read are they all there.
            var state = (await stored.State(name)).State;
            var isHosted = StoreLock.IsHeld(root) && (Host() is not { } host || host.Sweep == name);
            var (happened, told) = await stored.Events(name, after);
            foreach (var one in happened)
            {
                Terminal.Document(one);
                after = one.Sequence;
            }

            if (
                happened.Count == 0
                && (!isHosted || (told == state && state is not (SweepState.Running or SweepState.Stopping or SweepState.Paused)))
            )
            {
                return SweepOutcome.Code(state);
            }

            await Task.Delay(EventsEvery, cancellation);
        }
    }

    private static readonly TimeSpan Standing = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan EventsEvery = TimeSpan.FromMilliseconds(500);

    private async Task<int> Follow(Grid grid, StoredSweeps stored, string name, CancellationToken cancellation)
    {
        SweepStatus status;
        try
        {
            status = await grid.Sweep(name).Status() ?? await stored.Status(name);
            if (status.State == SweepState.Running && Host() is { } host && host.Sweep != name)
            {
                throw new CommandException(
                    ExitCode.NotFoundOrConflict,
                    $"Process {host.Process} runs the sweep '{host.Sweep}' on {root}, not '{name}', which was interrupted. When that has ended, go "
                        + $"on with:\n  {ResumeCommand(name)}"
                );
            }

            using var reading = new BackgroundReading(Place, name);
            status = await SweepWatch.Of(grid, name, new TaskCompletionSource().Task, reading).ToEnd(status, cancellation);
        }
        catch (Exception stopped) when (ProcessExit.IsStop(stopped, cancellation.IsCancellationRequested))
        {
            Terminal.Say(
                $"No longer watching; the sweep {name} goes on in process {Host()?.Process}. Watch it again with:\n  "
                    + $"{Invocation.Command("sweep", "watch", name, "--store", root)}"
            );
            return ExitCode.Detached;
        }
        catch (Exception gone) when (gone is not CommandException)
        {
            // The host ends as soon as its sweep has: what it wrote last says how.
            status = await stored.Status(name);
            if (status.State == SweepState.Running)
            {
                throw new CommandException(
                    ExitCode.Unreachable,
                    $"The process that ran the sweep {name} is gone or does not answer. Go on with:\n  {ResumeCommand(name)}",
                    gone
                );
            }
        }

        return await SweepOutcome.Print(Place, status, json, ResumeCommand(name), SweepFiles.Look);
    }

    /// <summary>A sweep as it stands, and the word for it.</summary>
    private async Task<(SweepStatus Status, string State)> Now(StoredSweeps stored, Grid? grid, string name)
    {
        var here = grid is not null && Host()?.Sweep == name;
        var status = (here ? await grid!.Sweep(name).Status() : null) ?? await stored.Status(name);
        // A host that does not say which sweep it runs may run this one.
        var isInterrupted = status.State == SweepState.Running && !here && (grid is not null || !StoreLock.IsHeld(root));
        return (status, isInterrupted ? StatusView.Interrupted : StatusView.Word(status.State));
    }

    private string OtherUser => $"Another user's process has the store {root} and answers that user alone.";

    private StorePlace Place => StorePlace.Folder(root);

    private HostDescriptor? Host() => StoreLock.Holder(root);

    private string ResumeCommand(string name) => Invocation.Command("sweep", "resume", name, "--store", root);

    private string Interrupted(string name) => $"Interrupted. Nothing that was committed is lost; go on with:\n  {ResumeCommand(name)}";

    /// <summary>Why a sweep of another class is not gone on with, and what to do. Plug-ins that are not given are the usual reason.</summary>
    /// <param name="name">The sweep.</param>
    /// <param name="begun">The class it was started under.</param>
    /// <param name="here">The class of this process.</param>
    internal static string OtherClass(string name, string begun, string here)
    {
        var advice = (NumericClassName.Parse(begun)?.Plugins, NumericClassName.Parse(here)?.Plugins) switch
        {
            var (then, now) when then == now => "Go on with it on a machine of its class",
            (null, _) => "It was started without plug-ins: go on with it without --plugin",
            _ => "It was started with plug-ins: go on with it with --plugin and the very files that it was started with",
        };
        return $"The sweep {name} was started under the numeric class {begun}; this machine is {here} and would compute other bits. {advice}, or run "
            + "it anew under another name.";
    }
}
