using System.Globalization;
using Seal.Client.Display;
using Seal.Core.Candidates;
using Seal.Core.Engines;
using Seal.Core.Proposers;
using Seal.Core.Sweeps;
using Seal.Core.Updates;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;

namespace Seal.Client.Sweeps;

/// <summary>Submits a sweep and follows it to its end: what <c>run</c> and <c>table build</c> have in common.</summary>
internal static class SweepRunner
{
    /// <param name="sweep">What to run.</param>
    /// <param name="root">The store.</param>
    /// <param name="workers">Device slots.</param>
    /// <param name="json">End with a document.</param>
    /// <param name="resume">The command line that goes on with it.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <param name="unmeasured">Make no forecast, however long the plan is.</param>
    /// <param name="page">The page that this process serves, or null.</param>
    /// <param name="extend">Make the sweep of this name into this one, where that only has less.</param>
    public static async Task<int> Run(
        LoadedSweep sweep,
        string root,
        int workers,
        bool json,
        string resume,
        CancellationToken cancellation,
        bool unmeasured = false,
        LivePage? page = null,
        bool extend = false
    )
    {
        using var deadline = Deadline.Of($"Interrupted. Nothing that was committed is lost; go on with:\n  {resume}", cancellation);
        Terminal.Say(
            $"sweep {sweep.Spec.Name}: {Terminal.Count(sweep.Runs.Count, "run")}, {sweep.Training.Count} training and {sweep.Evaluation.Count} "
                + $"evaluation tasks, "
                + $"{Terminal.Count(workers, "worker")}, store {root}"
        );
        if (Rewards(sweep) is { Length: > 0 } rewards)
        {
            Terminal.Say(rewards);
        }

        JudgeCheck.Demand(sweep.Runs.Select(run => run.Settings));
        Grid.CheckFree(root);
        var before = await Before(sweep, root);
        if (before is not null && !NothingToDo.IsEnded(before.State) && Wished(before) is { } wished)
        {
            Terminal.Say(wished);
        }

        var forecast = unmeasured ? null : await Forecast(sweep, extend ? null : before, workers, cancellation);
        return await new HostedSweep(root, sweep.Spec.Name, sweep.Engine, workers, json, resume)
        {
            Forecast = forecast,
            Page = page,
            EndedBefore = !extend && before is { State: var state } && NothingToDo.IsEnded(state) ? NothingToDo.Ended(sweep.Spec.Name, state) : null,
        }.ToEnd(grid => Submit(grid, sweep, root, extend, cancellation), cancellation);
    }

    /// <summary>What self-edits of training rounds are rewarded by, where runs learn, and what every row is judged by.</summary>
    internal static string Rewards(LoadedSweep sweep) =>
        string.Join(
            "; ",
            sweep
                .Runs.Where(run => run.Learns)
                .GroupBy(run => (run.Settings.Reward, Filter: UpdateFilter.Of(run.Settings), Score: run.Settings.Evaluate.Score ?? Scores.Exact))
                .Select(group =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{string.Join(", ", group.Select(run => run.Arm.Name).Distinct())}: reward {group.Key.Reward.Source}"
                            + $"{(group.Key.Reward.Trials is { } trials ? $", the mean of {trials} trials" : "")}, "
                            + $"kept {group.Key.Filter.Words}; solved by {group.Key.Score}"
                    )
                )
        );

    /// <summary>A plan of so many steps or more is long: it pays to measure first.</summary>
    private const long LongPlan = 60_000;

    /// <summary>One inner loop of a larger model may take longer than anyone waits for a forecast; there only a dry run measures.</summary>
    private const long SmallModel = 64 << 20;

    /// <summary>For sweeps that are long and have not ended.</summary>
    private static async Task<Forecast?> Forecast(LoadedSweep sweep, SweepGrainState? before, int workers, CancellationToken cancellation)
    {
        if (sweep.Engine.IsFake || !IsLong(sweep))
        {
            return null;
        }

        if (before is { State: var state } && NothingToDo.IsEnded(state))
        {
            return null;
        }

        Terminal.Say("Measuring a few inner loops, which may take some minutes …");
        var forecast = await Task.Run(() => Sweeps.Forecast.Calibrate(sweep, workers, cancellation), cancellation);
        Terminal.Say(DryRun.Text(forecast, workers) + (before is null ? "" : " That is for all of it; what the store has already comes off."));
        return forecast;
    }

    private static bool IsLong(LoadedSweep sweep) =>
        sweep.Spec.Arms.Any(arm => arm.Source.IsTable)
        || (
            PlanCost.Of(sweep.Spec).MaxSteps >= LongPlan
            && Directory.EnumerateFiles(sweep.ModelFolder!, "*.safetensors").Sum(file => new FileInfo(file).Length) <= SmallModel
        );

    /// <summary>What steering verbs have wished of the sweep since it was begun, as far as this run obeys it; null for nothing.</summary>
    private static string? Wished(SweepGrainState before)
    {
        var control = before.Control;
        var wishes = new List<string>();
        if (before.State is SweepState.Paused or SweepState.Stopped or SweepState.Cancelled)
        {
            wishes.Add($"{StatusView.Word(before.State)}, and going on now");
        }

        if (control.Rounds > 0)
        {
            wishes.Add(string.Create(CultureInfo.InvariantCulture, $"extended to {control.Rounds} rounds"));
        }

        if (control.Seeds.Count > 0)
        {
            wishes.Add($"extended by the seeds {string.Join(", ", control.Seeds)}");
        }

        wishes.AddRange(
            (control.Moves ?? []).Select(wish =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the policy of {wish.Move.Run} set to version {wish.Move.Move.Version} after "
                        + $"{Terminal.Count(wish.Move.Move.After, "round")} by {wish.Move.Move.By}"
                )
            )
        );
        return wishes.Count == 0 ? null : $"Since it was begun: {string.Join("; ", wishes)}.";
    }

    /// <summary>How the store's sweep of this name stands; null if there is none.</summary>
    private static async Task<SweepGrainState?> Before(LoadedSweep sweep, string root)
    {
        if (!Directory.Exists(root))
        {
            return null;
        }

        var stored = StoredSweeps.Open(root);
        return (await stored.Names()).Contains(sweep.Spec.Name, StringComparer.Ordinal) ? await stored.State(sweep.Spec.Name) : null;
    }

    /// <summary>A line for those who changed their plug-in and nothing else; the numeric classes above say so at their very ends.</summary>
    internal static string ChangedPlugins(IReadOnlyList<string> differences) =>
        differences.Count > 0 && differences.All(difference => difference.Contains("/" + NumericClassName.PluginsPrefix, StringComparison.Ordinal))
            ? "The plug-ins have changed since it was begun; with the files of then (--plugin) it goes on.\n"
            : "";

    private static async Task<SweepStatus> Submit(Grid grid, LoadedSweep sweep, string root, bool extend, CancellationToken cancellation)
    {
        var reply = await grid.Submit(sweep, root, extend, cancellation);
        return reply.Status
            ?? throw new CommandException(
                ExitCode.NotFoundOrConflict,
                extend
                    ? NotLarger($"The store {root}", sweep.Spec.Name, reply.Differences)
                    : Another($"The store {root}", sweep.Spec.Name, reply.Differences, "(--set name=…), or use another --store.")
            );
    }

    /// <summary>Why a sweep of this name cannot be submitted, and what to do.</summary>
    internal static string Another(string place, string sweep, IReadOnlyList<string> differences, string orElse) =>
        $"{place} already has a sweep '{sweep}' that is not this one (stored → asked):\n  {string.Join("\n  ", differences)}\n"
        + ChangedPlugins(differences)
        + $"If this one only has more arms, seeds, rounds, candidates or tasks, --extend makes that sweep into it. Else give it another name {orElse}";

    /// <summary>Why a sweep cannot become the larger one that was asked for.</summary>
    internal static string NotLarger(string place, string sweep, IReadOnlyList<string> problems) =>
        $"{place} has a sweep '{sweep}' that cannot become this one: --extend adds arms, seeds, rounds, candidates and tasks, and changes nothing "
        + $"else.\n  {string.Join("\n  ", problems)}\nGive this one another name (--set name=…): equal trials of one store are computed once.";
}
