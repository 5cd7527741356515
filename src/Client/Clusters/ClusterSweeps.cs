using Seal.Client.Display;
using Seal.Client.Reporting;
using Seal.Client.Sweeps;
using Seal.Cluster.Hosting;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Steering;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Silo.Hosting;

namespace Seal.Client.Clusters;

/// <summary>What the console does with sweeps of a cluster. The cluster runs them; the console may leave and come back at any time.</summary>
internal sealed class ClusterSweeps(ClusterLink link, bool json)
{
    private static readonly TimeSpan EventPatience = TimeSpan.FromSeconds(10);

    private readonly StoredSweeps _stored = new(link.Place);

    public async Task<int> Run(LoadedSweep sweep, string? numericClass, bool extend, CancellationToken cancellation)
    {
        var name = sweep.Spec.Name;
        var @class = await link.NumericClass(sweep.Engine, numericClass, cancellation);
        Terminal.Say(
            $"sweep {name}: {Terminal.Count(sweep.Runs.Count, "run")}, {sweep.Training.Count} training and {sweep.Evaluation.Count} evaluation "
                + $"tasks, cluster {link.Cluster}, class {@class}"
        );
        var submission = await SweepUpload.Put(sweep, link.Place.Store, @class, wholeModel: true, cancellation);
        if (SealJson.ToBytes(submission).Length is var bytes && bytes > MessageLimits.Document)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"The sweep {name} has {sweep.Runs.Count} runs: {bytes >> 20} MiB to submit, and silos take {MessageLimits.Document >> 20} MiB at "
                    + $"once. Make several sweeps of it, by seeds or cells; equal trials of one store are computed once."
            );
        }

        var reply = await Patiently.Ask(() => Submit(name, submission, extend), cancellation);
        var status =
            reply.Status
            ?? throw new CommandException(
                ExitCode.NotFoundOrConflict,
                extend
                    ? SweepRunner.NotLarger(link.Place.Name, name, reply.Differences)
                    : SweepRunner.Another(link.Place.Name, name, reply.Differences, "(--set name=…).")
            );
        return await Follow(name, status, SweepFiles.Write, cancellation);
    }

    /// <exception cref="CommandException">The silo takes no such sweep; it says why.</exception>
    private async Task<SubmitReply> Submit(string name, SweepSubmission submission, bool extend)
    {
        try
        {
            return await (extend ? Sweep(name).Grow(submission) : Sweep(name).Submit(submission));
        }
        catch (ArgumentException refused)
        {
            throw new CommandException(ExitCode.Usage, $"The cluster refuses the sweep {name}: {refused.Message}.", refused);
        }
    }

    public async Task<int> List(CancellationToken cancellation)
    {
        var sweeps = new List<(SweepStatus Status, string State)>();
        foreach (var name in await _stored.Names())
        {
            try
            {
                var status = await Now(name, cancellation);
                sweeps.Add((status, StatusView.Word(status.State)));
            }
            catch (SweepException unknown)
            {
                // One that needs a plug-in must not hide the others.
                Terminal.Say($"{name}: {unknown.Message}");
            }
        }

        if (json)
        {
            Terminal.Document(
                new SweepListDocument(link.Cluster, (HostEntry?)null, [.. sweeps.Select(sweep => SweepListEntry.Of(sweep.Status, sweep.State))])
            );
        }
        else if (sweeps.Count == 0)
        {
            Terminal.Tell($"{link.Place.Name} has no sweep yet.");
        }
        else
        {
            Terminal.Tell(StatusView.List(sweeps));
        }

        return ExitCode.Ok;
    }

    /// <summary>Who computes, and how they are.</summary>
    public async Task<int> Silos(CancellationToken cancellation)
    {
        var silos = await Patiently.Ask(() => link.Grains.GetGrain<ISlotsGrain>(0).All(), cancellation);
        if (json)
        {
            Terminal.Document(new { cluster = link.Cluster, silos });
            return ExitCode.Ok;
        }

        Terminal.Tell(StatusView.Silos(silos));
        foreach (var silo in silos.Where(silo => silo.Problem is not null))
        {
            Terminal.Tell($"{silo.Silo} is {silo.State}; its last failure: {silo.Problem}", "red", "");
        }

        return ExitCode.Ok;
    }

    public async Task<int> Status(string? asked, CancellationToken cancellation)
    {
        var status = await Now(await _stored.Choose(asked), cancellation);
        var results = await SweepOutcome.Results(link.Place, status);
        if (json)
        {
            Terminal.Document(SweepDocument.Of(status, results));
            return ExitCode.Ok;
        }

        Terminal.Tell(StatusView.Progress(status, [], null));
        SweepOutcome.Show(status, results, results is null ? null : await SweepFiles.Look(link.Place, results));
        return ExitCode.Ok;
    }

    public async Task<int> Watch(string? asked, CancellationToken cancellation)
    {
        var name = await _stored.Choose(asked);
        return await Follow(name, await Now(name, cancellation), SweepFiles.Look, cancellation);
    }

    public async Task<int> Resume(string? asked, CancellationToken cancellation)
    {
        var name = await _stored.Choose(asked);
        var before = await Now(name, cancellation);
        if (NothingToDo.IsEnded(before.State))
        {
            Terminal.Say($"{NothingToDo.Words}{NothingToDo.Ended(name, before.State)}.");
            return await SweepOutcome.Print(
                link.Place,
                before,
                json,
                link.Place.Command("resume", name),
                SweepFiles.Write,
                NothingToDo.Ended(name, before.State)
            );
        }

        if (before.State == SweepState.Running)
        {
            Terminal.Say($"The sweep {name} runs already; watching it.");
        }

        var status = await Patiently.Ask(() => Sweep(name).Resume(), cancellation) ?? throw NoSweep(name);
        return await Follow(name, status, SweepFiles.Write, cancellation);
    }

    public Task<int> Cancel(string? asked, CancellationToken cancellation) =>
        Steer(
            asked,
            (_, _) => NothingToDo.Cancelling,
            name => $"is cancelled. What was committed stays; go on with:\n  {link.Place.Command("resume", name)}",
            (name, _) => Sweep(name).Cancel(),
            cancellation
        );

    /// <summary>Wishes something of a sweep, and tells what became of it.</summary>
    /// <param name="asked">Which; null where there is one.</param>
    /// <param name="wish">The command, under the revision it is to have; told whether the sweep has ended.</param>
    /// <param name="said">What is told when it is done.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public Task<int> Steer(string? asked, Func<SweepControl, bool, SteeringCommand> wish, string said, CancellationToken cancellation) =>
        Steer(asked, wish, _ => said, (name, command) => Sweep(name).Steer(command), cancellation);

    private async Task<int> Steer(
        string? asked,
        Func<SweepControl, bool, SteeringCommand> wish,
        Func<string, string> said,
        Func<string, SteeringCommand, Task<SweepStatus?>> act,
        CancellationToken cancellation
    )
    {
        var name = await _stored.Choose(asked);
        var before = await Now(name, cancellation);
        var control = await Patiently.Ask(() => Sweep(name).Control(), cancellation) ?? throw NoSweep(name);
        var command = wish(control, NothingToDo.IsEnded(before.State));
        // The same command again, however often the cluster has to be asked: it counts once.
        return await Steered.Once(
            before,
            command,
            control,
            (await _stored.State(name)).Submission!,
            async () => await Patiently.Ask(() => act(name, command), cancellation) ?? throw NoSweep(name),
            said(name),
            json
        );
    }

    /// <summary>Prints what happens, one JSON document a line, from an event's number on, until the sweep has ended.</summary>
    public async Task<int> Events(string? asked, long from, CancellationToken cancellation)
    {
        var name = await _stored.Choose(asked);
        var after = Math.Max(0, from - 1);
        while (true)
        {
            var status = await Now(name, cancellation);
            var happened = await Patiently.Ask(() => Sweep(name).Events(after, EventPatience), cancellation) ?? throw NoSweep(name);
            foreach (var one in happened)
            {
                Terminal.Document(one);
                after = one.Sequence;
            }

            if (happened.Count == 0 && status.State is not (SweepState.Running or SweepState.Stopping))
            {
                return SweepOutcome.Code(status.State);
            }
        }
    }

    private async Task<int> Follow(
        string name,
        SweepStatus status,
        Func<StorePlace, SweepResults, Task<SweepFiles>> files,
        CancellationToken cancellation
    )
    {
        try
        {
            using var reading = new BackgroundReading(link.Place, name);
            status = await new SweepWatch(
                (patience, stop) => Patiently.Ask(() => Sweep(name).WaitForEnd(patience), stop),
                name,
                [],
                new TaskCompletionSource().Task,
                reading: reading
            ).ToEnd(status, cancellation);
        }
        catch (Exception stopped) when (ProcessExit.IsStop(stopped, cancellation.IsCancellationRequested))
        {
            Terminal.Say($"No longer watching; the sweep {name} goes on in the cluster. Watch it again with:\n  {link.Place.Command("watch", name)}");
            return ExitCode.Detached;
        }

        return await SweepOutcome.Print(link.Place, status, json, link.Place.Command("resume", name), files);
    }

    private async Task<SweepStatus> Now(string name, CancellationToken cancellation) =>
        await Patiently.Ask(() => Sweep(name).Status(), cancellation) ?? throw NoSweep(name);

    private ISweepGrain Sweep(string name) => link.Grains.GetGrain<ISweepGrain>(name);

    private CommandException NoSweep(string name) => new(ExitCode.NotFoundOrConflict, $"{link.Place.Name} has no sweep '{name}'.");
}
