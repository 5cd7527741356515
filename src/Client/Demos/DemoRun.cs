using System.Diagnostics;
using System.Globalization;
using Seal.Client.Artifacts;
using Seal.Client.Display;
using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tables;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Silo.Engines;
using Seal.Silo.Packs;

namespace Seal.Client.Demos;

/// <summary>What a user asks of the demo.</summary>
/// <param name="Store">Its folder.</param>
/// <param name="IsFresh">Compute every inner loop here instead of looking it up in the shipped pack.</param>
/// <param name="Kill">Kill the worker half-way without being asked.</param>
/// <param name="Sample">Shipped trials that are run again here.</param>
/// <param name="Seed">Draws the sample.</param>
/// <param name="Workers">Slots.</param>
internal sealed record DemoChoices(string Store, bool IsFresh, bool Kill, int Sample, ulong Seed, int Workers);

/// <summary>
/// The demo: some shipped trials are run again and compared, then a worker process runs the sweep with the others looked up
/// (<see cref="DemoWatch"/>).
/// </summary>
/// <param name="files">The sweep and its pack.</param>
/// <param name="choices">What was asked.</param>
/// <param name="resume">The command line that goes on with it.</param>
internal sealed class DemoRun(DemoFiles files, DemoChoices choices, string resume)
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <exception cref="CommandException">The pack is damaged or is not of this sweep, or the worker failed.</exception>
    public async Task<DemoOutcome> ToEnd(CancellationToken cancellation)
    {
        var sweep = LoadedSweep.Read(files.Sweep, [], warns: false);
        var place = StorePlace.Folder(choices.Store);
        await place.DemandOwnFormat();
        var learns = Learner(sweep);
        var pack = choices.IsFresh ? null : await PackFile.Read(files.Pack, cancellation);
        var stored = new StoredSweeps(place);
        SweepSubmission submission;
        IReadOnlyList<PackCheck> checks;
        using (Sweeps.Grid.Take(choices.Store)) // the worker takes it next
        {
            await StoreFormat.Claim(place.Store, cancellation);
            submission = await SweepUpload.Put(sweep, place.Store, sweep.Engine.NumericClass, wholeModel: false, cancellation);
            await DemandNoOther(stored, submission, sweep.Spec.Name);
            checks = pack is null ? [] : await LookUp(pack, submission, sweep, place, cancellation);
        }

        var rounds = new DemoRounds(stored, [.. submission.Runs.Select(run => run.Context).Where(run => run.Arm.Name == learns)]);
        var heading = $"{sweep.Training.Count} training and {sweep.Evaluation.Count} new tasks";
        var watch = new DemoWatch(files.Sweep, sweep.Spec.Name, choices, rounds, stored, heading, resume);
        var isFromBefore =
            (await stored.Names()).Contains(sweep.Spec.Name, StringComparer.Ordinal)
            && (await stored.Status(sweep.Spec.Name)).ReportSha256 is not null;
        var kills = await watch.ToEnd(pack is null ? [] : Levels(pack.Parsed), cancellation);
        var status = await stored.Status(sweep.Spec.Name);
        var results =
            await SweepOutcome.Results(place, status)
            ?? throw new CommandException(
                ExitCode.Bug,
                $"The demo's sweep ended without results; {Path.Combine(choices.Store, Sweeps.Grid.LogName)} may say why."
            );
        if (isFromBefore)
        {
            Terminal.Say($"The store {choices.Store} has this demo from before, so nothing was learned anew. Delete it to see it again.");
        }
        else if (choices.Kill && kills == 0)
        {
            Terminal.Say($"Nothing was killed: the store {choices.Store} had most of the demo already. Delete it, or name another with --store.");
        }

        return new DemoOutcome(
            status.ReportSha256!,
            pack is not null && IsOfThisClass(pack, sweep) ? pack.ResultsSha256() : null,
            checks,
            kills,
            _watch.Elapsed,
            results,
            rounds,
            Levels(results)
        );
    }

    /// <summary>The name of the arm that learns, in a sweep that can be drawn.</summary>
    /// <exception cref="CommandException">Nothing learns in it, or there is no point of the curve for each round.</exception>
    private string Learner(LoadedSweep sweep)
    {
        var run =
            sweep.Runs.FirstOrDefault(run => RunMethods.Learns(run.Arm))
            ?? throw new CommandException(
                ExitCode.Usage,
                $"{files.Sweep}: no arm has proposer = \"{PolicyProposer.Name}\" and a method that trains it, so nothing learns in it."
            );
        return run.Settings is { Update.Rounds: >= 2, Evaluate.When: EvaluateWhen.Every }
            ? run.Arm.Name
            : throw new CommandException(ExitCode.Usage, $"{files.Sweep}: a demo needs update.rounds of 2 or more and evaluate.when = \"every\".");
    }

    /// <exception cref="CommandException">The store has another sweep of this name, e.g. that of an older version.</exception>
    private async Task DemandNoOther(StoredSweeps stored, SweepSubmission submission, string name)
    {
        if (
            (await stored.Names()).Contains(name, StringComparer.Ordinal)
            && SweepIdentity.Differences((await stored.State(name)).Submission!, submission) is [var first, ..]
        )
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"The store {choices.Store} has another sweep '{name}' ({first}). Delete the store, or name another with --store."
            );
        }
    }

    /// <summary>The dashed lines: what no learning is needed for.</summary>
    private static IReadOnlyList<PlotLevel> Levels(SweepResults results)
    {
        var rows = ResultTable.Of(LookUpArms.Of(results));
        return [.. Level(LookUpArms.HindsightConstant, "best constant"), .. Level(LookUpArms.Uniform, "random")];

        IEnumerable<PlotLevel> Level(string arm, string name) =>
            rows.Where(row => row.Arm == arm).Select(row => new PlotLevel(name, (double)row.Solved / row.Candidates));
    }

    private static bool IsOfThisClass(SweepPack pack, LoadedSweep sweep) => pack.Submission.Runs[0].Context.NumericClass == sweep.Engine.NumericClass;

    /// <summary>Puts the pack's trials into the store, and runs some of them again.</summary>
    private async Task<IReadOnlyList<PackCheck>> LookUp(
        SweepPack pack,
        SweepSubmission submission,
        LoadedSweep sweep,
        StorePlace place,
        CancellationToken cancellation
    )
    {
        var own = sweep.Engine.NumericClass;
        if (!IsOf(pack, submission))
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{files.Pack} was made from another {files.Sweep}. Compute everything here with --fresh."
            );
        }

        var verifier = new PackVerifier(pack, sweep.Engine, new SingleModel(sweep.ModelFolder));
        if (!verifier.ComparesBytes)
        {
            Terminal.Tell($"The shipped trials were made on {verifier.NumericClass}; this machine is {own}.");
            Terminal.Tell($"So verdicts are compared, not bytes, and the store {choices.Store} mixes both: use it for this demo alone.");
        }

        var some = Terminal.Count(Math.Min(choices.Sample, verifier.Trials), "shipped trial");
        Terminal.Say($"Running {some} again, drawn by --seed {choices.Seed.ToString(CultureInfo.InvariantCulture)} …");
        var checks = new List<PackCheck>();
        await foreach (var check in verifier.Run(choices.Sample, choices.Seed, choices.Workers, cancellation))
        {
            checks.Add(check);
            PackLines.Tell(check, brief: true);
        }

        Terminal.Tell($"{PackLines.Summary(verifier, checks)} The others are looked up.");
        if (verifier.ComparesBytes && checks.Any(check => !check.IsEqual))
        {
            throw new CommandException(
                ExitCode.Failures,
                $"{files.Pack} is not what this build computes, so nothing of it is looked up. Compute everything here with --fresh."
            );
        }

        await PackStore.Write(pack, place.Store, cancellation, own);
        return checks;
    }

    /// <summary>Whether a pack is of this very sweep, on whatever machine it was made.</summary>
    internal static bool IsOf(SweepPack pack, SweepSubmission submission)
    {
        return SealJson.Hash(Anywhere(pack.Submission)) == SealJson.Hash(Anywhere(submission));

        static SweepSubmission Anywhere(SweepSubmission sweep) =>
            sweep with
            {
                Runs = [.. sweep.Runs.Select(run => run with { Context = run.Context with { NumericClass = "" } })],
            };
    }
}
