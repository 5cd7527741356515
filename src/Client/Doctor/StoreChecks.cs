using System.Diagnostics;
using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Grains.Abstractions;
using Seal.Silo.Hosting;

namespace Seal.Client.Doctor;

/// <summary>What a sweep needs of the store's disk, tried out in a temporary folder beside it, and a whole miniature grid.</summary>
/// <param name="root">The store; it need not be there yet.</param>
/// <param name="scratch">An empty folder on the same disk.</param>
internal sealed class StoreChecks(string root, string scratch)
{
    private const double Gibibyte = 1L << 30;
    private const int Writes = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string Miniature = """
        name = "doctor"
        seeds = [1]
        [tasks]
        source = "generated"
        train_count = 1
        evaluate_count = 1
        max_side = 4
        [[arms]]
        name = "seal"
        proposer = "policy"
        [engine]
        kind = "fake"
        [proposal]
        candidates = 2
        evaluation_candidates = 1
        [inner]
        max_texts = 4
        [update]
        rounds = 1
        [evaluate]
        when = "last"
        views = 0
        """;

    public Finding Space()
    {
        var free = new DriveInfo(Path.GetFullPath(scratch)).AvailableFreeSpace / Gibibyte;
        var found = FormattableString.Invariant($"{free:0.0} GiB free");
        return free switch
        {
            < 0.1 => Finding.Fail("disk", found, "Make room, or put the store elsewhere with --store."),
            < 2 => Finding.Warn("disk", found, "A long sweep with its adapters can take more; make room."),
            _ => Finding.Ok("disk", found),
        };
    }

    public Finding Lock()
    {
        const string Check = "lock";
        if (StoreLock.Holder(root) is { } holder)
        {
            return Finding.Ok(Check, $"process {holder.Process} runs the sweep '{holder.Sweep}' on {root}");
        }

        using var first = StoreLock.TryTake(scratch);
        using var second = StoreLock.TryTake(scratch);
        return first is not null && second is null
            ? Finding.Ok(Check, $"{root} is free; a second host would be refused")
            : Finding.Fail(
                Check,
                $"a second host on {root} would not be refused",
                "This file system has no file locks (some network disks): put the store on a local disk."
            );
    }

    public async Task<Finding> Sync()
    {
        var store = new DirectoryArtifactStore(scratch);
        var times = new List<double>();
        for (var i = 0; i < Writes; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await store.WriteAsync("doctor/sync.json", new byte[1024], WriteCondition.Always);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        var median = times.Order().ElementAt(Writes / 2);
        var found = FormattableString.Invariant($"a durable write takes {median:0.0} ms (median of {Writes})");
        return median > 100
            ? Finding.Warn(
                "store",
                found,
                "Every step of the grid is written durably: a disk this slow will be what sweeps wait for. Put the store on a faster one."
            )
            : Finding.Ok("store", found);
    }

    /// <summary>Sweep, host, workers, a client that attaches: everything but tensors.</summary>
    public async Task<Finding> Grid(CancellationToken cancellation)
    {
        const string Check = "grid";
        var file = Path.Combine(scratch, "doctor.toml");
        await File.WriteAllTextAsync(file, Miniature, cancellation);
        var sweep = LoadedSweep.Read(file, []);
        var store = Path.Combine(scratch, "grid");
        var watch = Stopwatch.StartNew();
        try
        {
            using var refused = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            IOException? why = null;
            void Refuse(IOException told)
            {
                why ??= told;
                refused.Cancel();
            }

            await using var host = await Sweeps
                .Grid.HostHere(store, sweep.Spec.Name, sweep.Engine, 1, Refuse, cancellation)
                .WaitAsync(Patience, cancellation);
            SweepStatus? status = null;
            Sweeps.Grid? client = null;
            try
            {
                await host.Submit(sweep, store, extend: false, refused.Token).WaitAsync(Patience, refused.Token);
                client = await Sweeps.Grid.Attach(store, refused.Token);
                while (watch.Elapsed < Patience && status is not { State: not SweepState.Running })
                {
                    status = await (client ?? host)
                        .Sweep(sweep.Spec.Name)
                        .WaitForEnd(TimeSpan.FromSeconds(5), refused.Token)
                        .WaitAsync(Patience, refused.Token);
                }
            }
            catch (Exception) when (why is not null)
            {
                return Finding.Fail(Check, $"the store refused a write: {why.Message}", "Make room, or put the store elsewhere with --store.");
            }
            finally
            {
                await (client?.DisposeAsync() ?? ValueTask.CompletedTask);
            }

            return (status?.State, client) switch
            {
                (SweepState.Completed, not null) => Finding.Ok(
                    Check,
                    FormattableString.Invariant(
                        $"a miniature sweep ran to its end in {watch.Elapsed.TotalSeconds:0.0} s, {status.Accounting.Jobs} jobs; a client attached"
                    )
                ),
                (SweepState.Completed, _) => Finding.Warn(
                    Check,
                    "a miniature sweep ran, but no client could attach",
                    "'sweep watch' and 'cancel' will not find a running sweep; see 'lock' above."
                ),
                _ => Finding.Fail(
                    Check,
                    $"a miniature sweep did not end within {Patience.TotalSeconds} s",
                    "Is the machine very busy? Try again; then report this as a defect."
                ),
            };
        }
        catch (Exception broken) when (broken is TimeoutException or CommandException)
        {
            return Finding.Fail(Check, broken.Message, "Is the machine very busy, or loopback closed? See above.");
        }
    }
}
