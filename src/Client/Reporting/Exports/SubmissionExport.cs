using Seal.Arc.Evaluation;
using Seal.Arc.Scoring;
using Seal.Arc.Tasks;
using Seal.Arc.Voting;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Silo.Reading;

namespace Seal.Client.Reporting.Exports;

/// <summary>What a submission is made of.</summary>
/// <param name="Run">The run.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Tasks">Every evaluation task, in the sweep's order.</param>
internal sealed record Submission(string Run, PhaseId Phase, IReadOnlyList<(string Task, IReadOnlyList<Attempts> Tests)> Tasks)
{
    /// <summary>Test inputs.</summary>
    public int Tests => Tasks.Sum(task => task.Tests.Count);

    /// <summary>Test inputs without any answer.</summary>
    public int Unanswered => Tasks.Sum(task => task.Tests.Count(test => test.First is null));
}

/// <summary>Two attempts at every evaluation task, from the predictions that an evaluation of a run left behind.</summary>
/// <param name="reader">Reads the store.</param>
/// <param name="store">The store.</param>
/// <param name="name">The sweep's name.</param>
/// <param name="sweep">The sweep.</param>
internal sealed class SubmissionExport(SweepReader reader, IArtifactStore store, string name, SweepSubmission sweep)
{
    private const string Unsettled = "unsettled";

    /// <param name="run">A run's name, or the name of an arm that has one run; null where the sweep has one run.</param>
    /// <param name="phase">The phase; null for the run's last evaluation.</param>
    /// <param name="candidate">Whose answers count; null for those of all candidates.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <exception cref="CommandException">Which run (2), no such run or phase (4), another domain (2), no predictions (2).</exception>
    public async Task<Submission> Make(string? run, string? phase, int? candidate, CancellationToken cancellation)
    {
        if (sweep.Runs.FirstOrDefault(one => one.Context.Settings.Domain != "arc") is { Context.Settings.Domain: var domain })
        {
            throw new CommandException(
                ExitCode.Usage,
                $"A submission is ARC's: a grid for each test input. The sweep {name} is of the domain \"{domain}\". "
                    + "'seal export candidates' writes what its self-edits did."
            );
        }

        var context = Choose(run);
        var entry = await Choose(context, phase, cancellation);
        DemandPredictions(context, entry.Phase);
        var records = (await reader.TasksOf(entry, cancellation)).Tasks.ToDictionary(task => task.Task, StringComparer.Ordinal);
        var tasks = new List<(string, IReadOnlyList<Attempts>)>();
        foreach (var task in sweep.Evaluation)
        {
            var answers = records.TryGetValue(task.Id, out var record)
                ? await Answers([.. record.Candidates.Where(one => candidate is null || one.Index == candidate)], cancellation)
                : [];
            tasks.Add((task.Id, await Attempts(task, answers, cancellation)));
        }

        return new Submission(context.Run, entry.Phase, tasks);
    }

    private async Task<IReadOnlyList<Attempts>> Attempts(TaskRef task, IReadOnlyList<Predictions> answers, CancellationToken cancellation)
    {
        var document = await Blobs.Get(store, task.Sha256, cancellation);
        var tests = ArcTaskJson.Parse(task.Id, System.Text.Encoding.UTF8.GetString(document)).Test.Count;
        return [.. Enumerable.Range(0, tests).Select(test => ArcSubmission.Choose([.. answers.Select(answer => answer.Tests[test])]))];
    }

    /// <summary>Of trials that are their own: a duplicate says nothing more.</summary>
    private async Task<IReadOnlyList<Predictions>> Answers(IReadOnlyList<CandidateRecord> candidates, CancellationToken cancellation)
    {
        var answers = new List<Predictions>();
        foreach (var details in candidates.Select(candidate => candidate.Trial?.Details).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            // A question longer than the model's context was not asked.
            if (SealJson.Parse<TrialDetails>(await Blobs.Get(store, details, cancellation)).Predictions is { } predictions)
            {
                answers.Add(SealJson.Parse<Predictions>(predictions));
            }
        }

        return answers;
    }

    private RunContext Choose(string? asked)
    {
        RunContext[] runs = [.. sweep.Runs.Select(run => run.Context)];
        RunContext[] meant =
            asked is null ? runs
            : runs.Any(run => run.Run == asked) ? [.. runs.Where(run => run.Run == asked)]
            : [.. runs.Where(run => run.Arm.Name == asked)];
        var names = string.Join(", ", (meant.Length > 0 ? meant : runs).Select(run => run.Run));
        return meant.Length switch
        {
            1 => meant[0],
            0 => throw new CommandException(ExitCode.NotFoundOrConflict, $"The sweep {name} has no run or arm '{asked}'; there is {names}."),
            _ => throw new CommandException(ExitCode.Usage, $"Name one of the runs with --run: {names}."),
        };
    }

    private async Task<PhaseEntry> Choose(RunContext run, string? asked, CancellationToken cancellation)
    {
        PhaseEntry[] phases = [.. (await reader.Entries(run, cancellation)).Where(entry => IsOnEvaluationTasks(entry.Phase))];
        return phases.LastOrDefault(entry => asked is null ? entry.Phase.IsEvaluation : entry.Phase.ToString() == asked)
            ?? throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"The run {run.Run} has {(asked is null ? "no evaluation" : $"no evaluation '{asked}'")} that has ended; "
                    + (phases.Length == 0 ? "it has none yet." : $"there is {string.Join(", ", phases.Select(entry => entry.Phase))}.")
            );
    }

    private static bool IsOnEvaluationTasks(PhaseId phase) => phase.IsEvaluation || phase.Kind == PhaseKind.ShowEvaluate;

    /// <exception cref="CommandException">What the settings kept is no set of answers.</exception>
    private void DemandPredictions(RunContext run, PhaseId phase)
    {
        // Answers to look at are decoded whatever the vote does.
        if (phase.IsShow)
        {
            return;
        }

        if (run.Settings.Evaluate.Views == 0)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"The sweep {name} kept no answers: it has evaluate.views = 0, and then answers are compared, not written out. Set "
                    + "evaluate.views = 8 and run it under another name (--set evaluate.views=8 --set name=…)."
            );
        }

        if (run.Settings.Evaluate.Decode == Unsettled)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"The sweep {name} has evaluate.decode = \"unsettled\": which answers were written out hangs on the true ones, so they are no "
                    + "submission. Set evaluate.decode = \"all\" and run it under another name (--set evaluate.decode=all --set name=…)."
            );
        }
    }
}
