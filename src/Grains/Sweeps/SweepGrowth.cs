using Seal.Core.Runs;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Sweeps;

/// <summary>A sweep that becomes another one which has everything of it and more: arms, seeds, rounds, self-edits, tasks. Pure.</summary>
internal static class SweepGrowth
{
    private const int MostTold = 12;

    /// <param name="present">The sweep as it stands.</param>
    /// <param name="asked">What it is to become.</param>
    /// <returns>The sweep as it will be, in the order that was asked for, or why it cannot become that. A run whose phases do not stay as they are is
    /// a fork of what it was: it begins anew, and finds the trials that it has in common with it in the store.</returns>
    public static (SweepSubmission? Grown, IReadOnlyList<string> Problems) Of(SweepSubmission present, SweepSubmission asked)
    {
        var before = present.Runs.ToDictionary(run => run.Context.Run, StringComparer.Ordinal);
        var problems = Problems(present, asked, before).ToArray();
        if (problems.Length > 0)
        {
            return (null, problems.Length <= MostTold ? problems : [.. problems.Take(MostTold), $"… and {problems.Length - MostTold} more"]);
        }

        var newTasks =
            !present.Training.SequenceEqual(asked.Training)
            || !present.Evaluation.SequenceEqual(asked.Evaluation)
            || !(present.Retention ?? []).SequenceEqual(asked.Retention ?? []);
        var runs = asked.Runs.Select(run =>
            !before.TryGetValue(run.Context.Run, out var there) ? run
            : !newTasks && RunGrowth.Continues(there.Context, run.Context) ? run with { Context = run.Context with { Fork = there.Context.Fork } }
            : run with { Context = run.Context with { Fork = there.Context.Fork + 1 } }
        );
        return (asked with { Runs = [.. runs] }, []);
    }

    private static IEnumerable<string> Problems(SweepSubmission present, SweepSubmission asked, Dictionary<string, RunSubmission> before)
    {
        if (present.Model.Key != asked.Model.Key)
        {
            yield return $"model: {present.Model.Key} → {asked.Model.Key}";
        }

        foreach (
            var (role, had, has) in new[]
            {
                ("training", present.Training, asked.Training),
                ("evaluation", present.Evaluation, asked.Evaluation),
                ("retention", present.Retention ?? [], asked.Retention ?? []),
            }
        )
        {
            foreach (var task in had.Except(has))
            {
                yield return $"{role} task {task.Id}: there → {(has.Any(other => other.Id == task.Id) ? "another task of this name" : "(absent)")}";
            }
        }

        var after = asked.Runs.ToDictionary(run => run.Context.Run, StringComparer.Ordinal);
        foreach (var (name, run) in before)
        {
            if (!after.TryGetValue(name, out var wanted))
            {
                yield return $"run {name}: there → (absent)";
            }
            else if (run.Cell != wanted.Cell || RunGrowth.Problem(run.Context, wanted.Context) is not null)
            {
                yield return $"run {name}: {(run.Cell == wanted.Cell ? RunGrowth.Problem(run.Context, wanted.Context) : "another grid cell")}";
            }
        }
    }
}
