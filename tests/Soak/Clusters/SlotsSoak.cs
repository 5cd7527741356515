using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Soak.Clusters;

/// <summary>
/// How much of their time slots train: trials of about a minute (an engine that sleeps) under one control silo, more and more trainers.
/// A slot counts as busy while its trial's steps run; what starts, scores, writes and commits a trial counts as idle.
/// </summary>
internal sealed class SlotsSoak(IReadOnlyList<int> counts, int slotsPerSilo, int waves, TextWriter output)
{
    /// <summary>Share of the slots' time that has to be busy.</summary>
    private const double Bar = 0.95;

    /// <summary>Share of the slots that run at once when all have opened.</summary>
    private const double Open = 0.97;
    private const int TrialsPerRun = 100;
    private const string Candidates = "grains/candidate/";

    /// <summary>A trial of tiny-fake has 4 to 20 steps, 12 on average.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    public Task<int> ToEnd(CancellationToken cancellation) =>
        output.WithServers(async servers =>
        {
            output.Say($"slots | trials | minutes | a trial, s | busy % | control, Azurite, Redis, trainers: cores");
            var isBusy = true;
            foreach (var slots in counts)
            {
                isBusy &= await Measured(servers, slots, cancellation) >= Bar;
            }

            return isBusy;
        });

    private async Task<double> Measured(Servers servers, int slots, CancellationToken cancellation)
    {
        await using var cluster = await TestCluster.Start(servers, silos: 1, Step, set: ["Silo.Role=control"]);
        for (var left = slots; left > 0; left -= slotsPerSilo)
        {
            var here = Math.Min(left, slotsPerSilo).ToString(CultureInfo.InvariantCulture);
            cluster.Add(["Silo.Role=trainer", $"Work.Slots={here}"]);
            // One after the other: dozens of processes that start at once on two cores do not start in time.
            await cluster.Ready();
        }

        Part[] parts =
        [
            new("control", cluster.Silos[0].Process.Id),
            new("Azurite", servers.AzuriteId),
            new("Redis", servers.RedisId),
            new("trainers", [.. cluster.Silos.Skip(1).Select(silo => silo.Process.Id)]),
        ];

        // As many again until all slots are open (a silo opens one more after every job that went well), and a last wave that drains.
        var runs = Math.Max(1, (slots * (waves + 2) + TrialsPerRun - 1) / TrialsPerRun);
        using var run = cluster.Seal(
            "run",
            Repository.Sweep("tiny-fake.toml"),
            "--json",
            "--set",
            $"seeds=[{string.Join(',', Enumerable.Range(1, runs))}]",
            "--set",
            "arms=[{ name = \"random\", proposer = \"random\" }]",
            "--set",
            "tasks.train_count=2",
            "--set",
            "tasks.evaluate_count=10",
            "--set",
            $"proposal.evaluation_candidates={TrialsPerRun / 10}",
            "--set",
            "proposal.distinct=true",
            "--set",
            "evaluate.when=\"last\"",
            "--set",
            "update.rounds=0"
        );
        var watch = new StoreWatch(servers.Container(cluster.Id));
        var all = runs * TrialsPerRun;
        // Of many slots some are always between two trials.
        await Until(watch, run, (running, _) => running >= Open * slots, cancellation);
        var (from, before) = (DateTimeOffset.UtcNow, parts.Select(part => part.Processor).ToArray());
        await Until(watch, run, (running, committed) => running + committed >= all, cancellation);
        var (until, after) = (DateTimeOffset.UtcNow, parts.Select(part => part.Processor).ToArray());
        var window = until - from;

        // What was running when nothing waited any more has to be committed, to be counted up to there.
        await Until(watch, run, (_, committed) => committed >= all, cancellation);
        var trials = await Trials(servers.Container(cluster.Id), cancellation);
        var inside = trials.Where(trial => trial.End > from && trial.End - trial.Training < until).ToArray();
        var busy = inside.Sum(trial => (Earlier(trial.End, until) - Later(trial.End - trial.Training, from)).TotalSeconds);
        var share = busy / (window.TotalSeconds * slots);
        var cores = parts.Select(
            (part, i) => ((after[i] - before[i]).TotalSeconds / window.TotalSeconds).ToString("0.00", CultureInfo.InvariantCulture)
        );
        output.Say(
            $"{slots} | {inside.Length} | {window.TotalMinutes:0.0} | {trials.Average(trial => trial.Training.TotalSeconds):0} | {100 * share:0.0} | {string.Join(", ", cores)}"
        );
        return share;
    }

    /// <param name="isThere">From the numbers of trials that run and that are committed.</param>
    private static async Task Until(StoreWatch watch, SealProcess run, Func<int, int, bool> isThere, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            // Before the look: what a console that has ended has committed is there to be seen.
            var hasExited = run.HasExited;
            var running = (await watch.Look()).Count(lease => lease.Key.StartsWith(Candidates, StringComparison.Ordinal));
            if (isThere(running, watch.Committed))
            {
                return;
            }

            if (hasExited || Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new InvalidOperationException($"{running} trials run and {watch.Committed} are committed, and no more comes:\n{run.Err}");
            }

            await Task.Delay(BetweenLooks, cancellation);
        }
    }

    /// <summary>Committed trials: when their state was written last, to the second, and how long their steps took.</summary>
    private static async Task<IReadOnlyList<(DateTimeOffset End, TimeSpan Training)>> Trials(
        BlobContainerClient container,
        CancellationToken cancellation
    )
    {
        var trials = new List<(DateTimeOffset, TimeSpan)>();
        await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = Candidates }, cancellation))
        {
            var text = Encoding.UTF8.GetString((await container.GetBlobClient(blob.Name).DownloadContentAsync(cancellation)).Value.Content);
            // The first line is the hash of the rest.
            using var state = JsonDocument.Parse(text.AsMemory(text.IndexOf('\n') + 1));
            if (state.RootElement.GetProperty("outcome") is { ValueKind: JsonValueKind.Object } outcome)
            {
                var steps = outcome.GetProperty("trials").EnumerateArray().Sum(trial => trial.GetProperty("steps").GetInt32());
                trials.Add((blob.Properties.LastModified!.Value, steps * Step));
            }
        }

        return trials;
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
