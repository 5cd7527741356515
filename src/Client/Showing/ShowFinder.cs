using Seal.Client.Display;
using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Core.Sweeps;
using Seal.Pages.Live;
using Seal.Silo.Reading;

namespace Seal.Client.Showing;

/// <summary>Finds what <c>seal show</c> was asked for.</summary>
internal static class ShowFinder
{
    private const int MostNames = 12;

    /// <param name="place">The store.</param>
    /// <param name="sweep">A sweep that is there.</param>
    /// <param name="what">See <see cref="Address"/>; or a task.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <exception cref="CommandException">There is no such thing (4), or the store cannot be read (5).</exception>
    public static async Task<IShown> Find(StorePlace place, string sweep, string what, CancellationToken cancellation)
    {
        var reader = new SweepReader(place.Store, new DocumentCache());
        using var feed = new SweepFeed(sweep, reader, TimeProvider.System, () => true);
        try
        {
            var view =
                await feed.Now(cancellation) ?? throw new CommandException(ExitCode.NotFoundOrConflict, $"{place.Name} has no sweep '{sweep}'.");
            return await Find(view, new SweepContents(reader, new TrialTextReader(place.Store)), what, cancellation);
        }
        catch (Exception unreadable) when (unreadable is not SweepException && Unreadable.Is(unreadable))
        {
            throw new CommandException(ExitCode.Unreachable, $"{place.Name} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private static async Task<IShown> Find(SweepView view, SweepContents contents, string what, CancellationToken cancellation)
    {
        if (SweepContents.Task(view, what) is { } task)
        {
            return new ShownTask(view, task, await contents.Document(view, what, cancellation), await contents.Tried(view, what, cancellation));
        }

        if (Address.Parse(what, name => SweepContents.Task(view, name) is not null) is not { } address || view.Run(address.Run) is not { } run)
        {
            throw Unknown(view, what);
        }

        if (address.Task is null)
        {
            var phase = address.Phase ?? SweepContents.ShownPhase(run);
            var tasks = phase is { } of ? await contents.Candidates(run, of, cancellation) ?? throw NoPhase(run, of) : [];
            return new ShownRun(view, run, address.Phase, phase, tasks);
        }

        var reading =
            await contents.TaskOf(run, address.Phase!.Value, address.Task, cancellation)
            ?? throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"The phase {address.Phase} of {run.Name} has no task '{address.Task}', or has not begun with it. 'seal show {run.Name}/{address.Phase}' "
                    + "names those it has."
            );
        var candidates = CandidateView.Of(reading.State.Work!.Count, reading, run.ScoreIn(address.Phase!.Value));
        if (address.Index is not { } index)
        {
            return new ShownCandidates(run, address, candidates);
        }

        var candidate =
            candidates.FirstOrDefault(one => one.Index == index)
            ?? throw new CommandException(
                ExitCode.NotFoundOrConflict,
                FormattableString.Invariant($"{address with { Index = null }} has candidates 0 to {candidates.Count - 1}; got {index}.")
            );
        var details = await contents.Details(reading, index, cancellation);
        var document = details?.Predictions is null ? null : await contents.Document(view, address.Task, cancellation);
        var texts = await contents.Texts(view, run, address.Phase!.Value, address.Task, candidate, cancellation);
        return new ShownCandidate(address, candidate, reading, details, document, texts);
    }

    private static CommandException Unknown(SweepView view, string what)
    {
        var tasks = view.State.Submission!.Tasks.Select(task => task.Id).ToArray();
        return new CommandException(
            ExitCode.NotFoundOrConflict,
            $"The sweep {view.Name} has no run, phase, task or candidate '{what}'.\n  runs: {Some([.. view.Runs.Select(run => run.Name)])}\n"
                + $"  tasks: {Some(tasks)}\n  a candidate: <run>/<phase>/<task>/<number>, e.g. {new Address(view.Runs[0].Name, PhaseId.Train(1), tasks[0], 0)}"
        );
    }

    private static CommandException NoPhase(RunView run, PhaseId phase) =>
        new(
            ExitCode.NotFoundOrConflict,
            $"The run {run.Name} has no phase {phase} (yet). It has: "
                + Some([
                    .. run.Phases.Select(one => one.Phase.ToString()),
                    .. run.Reading.Log.UnderWay is { Phase: var under } ? [under.ToString()] : Array.Empty<string>(),
                ])
        );

    private static string Some(string[] names) =>
        names.Length == 0 ? "none"
        : names.Length <= MostNames ? string.Join(", ", names)
        : FormattableString.Invariant($"{string.Join(", ", names.Take(MostNames))} … ({names.Length} in all)");
}
