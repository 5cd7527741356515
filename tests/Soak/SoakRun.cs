using System.Diagnostics;
using System.Globalization;
using Seal.Core.Randomness;
using Seal.EndToEnd.Support;

namespace Seal.Soak;

/// <summary>One undisturbed run, then <c>kills</c> runs in stores of their own, each killed with SIGKILL at a seeded moment and started
/// again.</summary>
internal sealed class SoakRun(string? file, int kills, ulong seed, int workers, IReadOnlyList<string> set, TextWriter output)
{
    public async Task<int> ToEnd(CancellationToken cancellation)
    {
        var sweep = file is null ? Repository.Sweep("soak.toml") : Path.GetFullPath(file);
        Say($"soak of {sweep}: {kills} kills, seed {seed}, {workers} workers");
        var (expected, duration) = await Undisturbed(sweep);
        Say($"undisturbed: {duration.TotalSeconds:0.0} s, report {expected.ReportSha256}");

        var random = new CounterRandom(new Seed(seed).Derive("soak"));
        var (done, good, unequal, committed) = (0, 0, 0, 0);
        while (done < kills)
        {
            cancellation.ThrowIfCancellationRequested();
            var share = random.NextDouble();
            var outcome = await Killed(sweep, duration * share, expected);
            if (outcome.Undisturbed is { } faster)
            {
                // The machine has become quieter: this run tells how long one takes now, or most later moments would miss too.
                duration = faster;
                Say($"    at {share:0%}: the run ended before the kill, after {faster.TotalSeconds:0.0} s, {outcome.Verdict}; another moment");
                unequal += outcome.Good ? 0 : 1;
                continue;
            }

            done++;
            good += outcome.Good ? 1 : 0;
            unequal += outcome.Good ? 0 : 1;
            committed += outcome.Committed;
            Say(
                $"{done, 3} killed at {outcome.At.TotalSeconds, 5:0.0} s ({share:0%}) with {outcome.Committed, 3} inner loops committed, resumed in {outcome.Resumed.TotalSeconds:0.0} s: {outcome.Verdict}"
            );
        }

        Say(
            $"{done} kills, {good} equal, {unequal} runs different; {committed} committed inner loops were at stake, see above for those that ran again"
        );
        return unequal == 0 ? 0 : 1;
    }

    private async Task<(SweepResult Result, TimeSpan Duration)> Undisturbed(string sweep)
    {
        using var folder = new TemporaryFolder();
        var run = Run(sweep, folder);
        var exit = await run.ToExit();
        return (SweepResult.Of(exit, run.Store), exit.Elapsed);
    }

    private async Task<Outcome> Killed(string sweep, TimeSpan moment, SweepResult expected)
    {
        using var folder = new TemporaryFolder();
        var run = Run(sweep, folder);
        var watch = new CommittedWatch(run.Store);
        TimeSpan at;
        using (var process = run.Start())
        {
            if (await process.Until(() => process.Elapsed >= moment))
            {
                process.Signal(Posix.Kill);
            }

            at = process.Elapsed;
            if (await process.Exit() is { Code: 0 } whole)
            {
                return new Outcome(at, 0, TimeSpan.Zero, Compare(whole, run.Store, expected, [])) { Undisturbed = whole.Elapsed };
            }
        }

        watch.Look();
        var committed = watch.Count;
        var started = Stopwatch.GetTimestamp();
        var exit = await run.ToExit();
        var resumed = Stopwatch.GetElapsedTime(started);
        watch.Look();
        return new Outcome(at, committed, resumed, Compare(exit, run.Store, expected, watch.Repeated));
    }

    private static string Compare(SealExit exit, string store, SweepResult expected, IReadOnlyList<string> repeated)
    {
        try
        {
            var result = SweepResult.Of(exit, store);
            return repeated.Count > 0 ? $"RAN AGAIN: {string.Join(", ", repeated)}"
                : result == expected ? Outcome.Equal
                : $"DIFFERENT: report {result.ReportSha256}, results.json {result.ResultsSha256}, policies\n{result.Policies}\ninstead of\n{expected.Policies}";
        }
        catch (InvalidOperationException failure)
        {
            return $"FAILED: {failure.Message}";
        }
    }

    private SweepRun Run(string sweep, TemporaryFolder folder) => new(sweep, folder.At("store")) { Workers = workers, Set = set };

    private void Say(FormattableString line)
    {
        output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }

    /// <param name="At">When the kill struck, from the start of the process.</param>
    /// <param name="Committed">Candidates committed by then.</param>
    /// <param name="Resumed">How long the second process took.</param>
    /// <param name="Verdict">For people; <see cref="Equal"/> if all is well.</param>
    private sealed record Outcome(TimeSpan At, int Committed, TimeSpan Resumed, string Verdict)
    {
        public const string Equal = "equal";

        public bool Good => Verdict == Equal;

        /// <summary>How long the run took, if it ended before it could be killed.</summary>
        public TimeSpan? Undisturbed { get; init; }
    }
}
