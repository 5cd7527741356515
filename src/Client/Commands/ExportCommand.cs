using System.CommandLine;
using Seal.Arc.Scoring;
using Seal.Client.Reporting;
using Seal.Client.Reporting.Exports;
using Seal.Client.Reporting.Metrics;
using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Reports.Parquet;
using Seal.Silo.Reading;

namespace Seal.Client.Commands;

/// <summary><c>seal export</c>: a sweep in forms that other programs read.</summary>
internal static class ExportCommand
{
    private const string Help = """
        Reads stored documents and changes nothing of the sweep; phases that have ended are written, also of a sweep that still runs. What is in the
        files: docs/interchange.md. The reward table is written by 'seal table export', adapters by 'seal artifacts export'.
        """;

    private const string MetricsHelp = """
        'seal run' and 'sweep resume' write these files while the sweep runs; this verb writes them for sweeps of a cluster and of older builds, and
        repairs them: what is right stays, what is missing is appended. Exit codes: 0 written; 2 which sweep?; 4 no such sweep; 5 the store is
        damaged or the files cannot be written.

        Examples:
          seal export metrics quickstart
          seal export metrics quickstart --cluster cluster.json --out curves
          tensorboard --logdir .seal/sweeps/quickstart/tensorboard
        """;

    private const string CandidatesHelp = """
        Exit codes: 0 written; 2 which sweep?; 4 no such sweep; 5 the store is damaged or the file cannot be written.

        Examples:
          seal export candidates quickstart
          seal export candidates quickstart --out quickstart.parquet --json
        """;

    private const string SubmissionHelp = """
        Every evaluation task is in the file, with two attempts for each test input. Attempts are chosen without asking the true outputs: the first is
        the answer that most self-edits of the task voted for, the second the next most frequent one. [[0,0],[0,0]] stands where there is no answer.
        The sweep must have kept its answers: evaluate.views of 1 or more, and evaluate.decode = "all". Exit codes: 0 written; 2 which sweep or run,
        another domain, or no answers were kept; 4 no such sweep, run or evaluation; 5 the store is damaged or the file cannot be written.

        Examples:
          seal export submission quickstart --run base-seal-s1
          seal export submission quickstart --run constant --phase evaluate-0 --out submission.json
          seal export submission quickstart --run base-seal-s1 --candidate 0
        """;

    public static Command Create() =>
        new Command("export", "Write a sweep in forms that other programs read: metrics, Parquet, an ARC submission.")
        {
            Metrics(),
            Candidates(),
            SubmissionVerb(),
        }.WithPage(Help);

    private static Command Metrics()
    {
        var folder = new Option<string?>("--out")
        {
            Description = "A folder for metrics.jsonl and tensorboard/. Default: beside the sweep's results.",
            HelpName = "folder",
        };
        return Verb(
            "metrics",
            "Write metrics.jsonl and TensorBoard files: one line, or one point of each curve, for every phase that has ended.",
            MetricsHelp,
            [folder],
            async (parsed, sweep, cancellation) =>
            {
                var phases = await new SweepMetrics(sweep.Reader, sweep.Name).Read(onlyNews: false, cancellation) ?? [];
                var (now, path) = (DateTimeOffset.UtcNow, parsed.GetValue(folder));
                if (path is { } named)
                {
                    await Write(path, () => Task.Run(() => MetricsFiles.Write(named, phases, now), cancellation));
                }
                else
                {
                    path = sweep.Place.Locate(SweepDocuments.Folder(sweep.Name));
                    await Write(path, () => MetricsFiles.Write(sweep.Place, sweep.Name, phases, now, cancellation));
                }

                Terminal.Tell($"metrics of {Terminal.Count(phases.Count, "phase")}: {Path.Combine(path, SweepDocuments.MetricsName)}");
                Terminal.Tell($"for TensorBoard: {Path.Combine(path, SweepDocuments.TensorBoardName)} (tensorboard --logdir)");
                return new
                {
                    sweep = sweep.Name,
                    path,
                    phases = phases.Count,
                };
            }
        );
    }

    private static Command Candidates()
    {
        var file = Out("candidates.parquet");
        return Verb(
            "candidates",
            "Write every candidate of the sweep as a row of a Parquet file: its self-edit, what became of it, what it cost.",
            CandidatesHelp,
            [file],
            async (parsed, sweep, cancellation) =>
            {
                var rows = await CandidateExport.Rows(sweep.Reader, sweep.Submission, cancellation);
                var numericClass = sweep.Submission.Runs[0].Context.NumericClass;
                var bytes = await CandidateFile.Write(rows, sweep.Name, sweep.Submission.Model.BaseSha256, numericClass);
                var path = parsed.GetValue(file)!;
                PeopleFile.Write(path, bytes);
                Terminal.Tell($"candidates {path}: {Terminal.Count(rows.Count, "row")}, {bytes.Length / 1000} kB");
                return new
                {
                    sweep = sweep.Name,
                    path,
                    rows = rows.Count,
                    bytes = bytes.Length,
                };
            }
        );
    }

    private static Command SubmissionVerb()
    {
        var file = Out("submission.json");
        var run = new Option<string?>("--run")
        {
            Description = "The run, e.g. base-seal-s1, or an arm that has one run; not needed where the sweep has one run.",
            HelpName = "run",
        };
        var phase = new Option<string?>("--phase")
        {
            Description = "The evaluation, e.g. evaluate-0; the run's last one if not given.",
            HelpName = "phase",
        };
        var candidate = new Option<int?>("--candidate")
        {
            Description = "Take the answers of this self-edit of each task alone, from 0; those of all if not given.",
            HelpName = "n",
        };
        return Verb(
            "submission",
            "Write the answers of an evaluation as ARC's submission.json: two attempts for each test input of every evaluation task.",
            SubmissionHelp,
            [run, phase, candidate, file],
            async (parsed, sweep, cancellation) =>
            {
                var made = await new SubmissionExport(sweep.Reader, sweep.Place.Store, sweep.Name, sweep.Submission).Make(
                    parsed.GetValue(run),
                    parsed.GetValue(phase),
                    parsed.GetValue(candidate),
                    cancellation
                );
                var path = parsed.GetValue(file)!;
                PeopleFile.Write(path, ArcSubmission.Write(made.Tasks));
                Terminal.Tell(
                    $"submission {path}: {made.Run}, {made.Phase}, {Terminal.Count(made.Tasks.Count, "task")}, "
                        + $"{Terminal.Count(made.Tests, "test input")}, {made.Unanswered} without an answer"
                );
                return new
                {
                    sweep = sweep.Name,
                    run = made.Run,
                    phase = made.Phase.ToString(),
                    path,
                    tasks = made.Tasks.Count,
                    tests = made.Tests,
                    unanswered = made.Unanswered,
                };
            }
        );
    }

    /// <summary>What the verbs have in common: a sweep of a store that is read, and a document about what was written.</summary>
    private static Command Verb(
        string name,
        string description,
        string help,
        Option[] own,
        Func<ParseResult, OpenSweep, CancellationToken, Task<object>> write
    )
    {
        var sweep = new Argument<string?>("sweep")
        {
            Description = "The sweep's name (not its file); not needed where the store has one.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var (store, cluster, json) = (CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var command = new Command(name, description) { sweep };
        foreach (var option in own)
        {
            command.Add(option);
        }

        command.Add(store);
        command.Add(cluster);
        command.Add(json);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                var stored = StoredSweeps.Open(place);
                var chosen = await stored.Choose(parsed.GetValue(sweep));
                var submission = (await stored.State(chosen)).Submission!;
                var document = await write(
                    parsed,
                    new OpenSweep(place, chosen, submission, new SweepReader(place.Store, new DocumentCache())),
                    cancellation
                );
                if (parsed.GetValue(json))
                {
                    Terminal.Document(document);
                }

                return ExitCode.Ok;
            }
        );
        return command.InOnePlace().WithPage(help);
    }

    private static Option<string> Out(string file) =>
        new("--out")
        {
            Description = "The file to write.",
            DefaultValueFactory = _ => file,
            HelpName = "file",
        };

    private static async Task Write(string path, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"{path} was not written: {refused.Message} Make room or mend the permissions, or name another place; then give the same command "
                    + "again.",
                refused
            );
        }
    }

    /// <summary>A sweep of a store, and what reads it.</summary>
    private sealed record OpenSweep(StorePlace Place, string Name, SweepSubmission Submission, SweepReader Reader);
}
