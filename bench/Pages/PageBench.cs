using System.Diagnostics;
using System.Globalization;
using System.Net.ServerSentEvents;
using Seal.Core.Candidates;
using Seal.Pages;
using Seal.Pages.Tests.Support;

namespace Seal.Bench.Pages;

/// <summary>What the page about sweeps costs: sizes, times of the server, and ten viewers.</summary>
internal static class PageBench
{
    private const int Viewers = 10,
        Seconds = 30,
        Repeats = 15;

    private const string Sweep = $"/sweeps/{WrittenStore.Sweep}";

    public static async Task Run(TextWriter output)
    {
        using (var store = await Written(runs: 12, tasks: 15, candidates: 10, rounds: 4, ended: 5))
        {
            output.WriteLine("12 runs x 15 tasks x 10 candidates, 4 rounds");
            await Times(output, store, "/", Sweep, $"{Sweep}/runs/base-seal-s1");
        }

        using (var store = await Written(runs: 1, tasks: 50, candidates: 20, rounds: 100, ended: 101))
        {
            output.WriteLine("1 run x 50 tasks x 20 candidates, 100 rounds");
            await Times(output, store, Sweep, $"{Sweep}/runs/base-seal-s1", $"{Sweep}/runs/base-seal-s1?phase=train-50");
        }

        using (var store = await Written(runs: 12, tasks: 15, candidates: 10, rounds: 4, ended: 2))
        {
            await Watched(output, store);
        }
    }

    private static async Task<WrittenStore> Written(int runs, int tasks, int candidates, int rounds, int ended)
    {
        var store = await WrittenStore.Of(runs, tasks, candidates, rounds);
        for (var run = 0; run < runs; run++)
        {
            await store.End(run, ended, Candidate);
        }

        return store;
    }

    private static CandidateRecord Candidate(string task, int index) =>
        WrittenStore.Tried(
            index,
            index % 3 == 0,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"data_generation\":{{\"use_basic_augmentations\":true}},\"training\":{{\"learning_rate\":0.00{index + 1}}}}}"
            )
        );

    /// <summary>Cold: the first look of this process at the store. Warm: after the documents have been read, a page rendered anew.</summary>
    private static async Task Times(TextWriter output, WrittenStore store, params string[] addresses)
    {
        foreach (var address in addresses)
        {
            var cold = 0.0;
            var warm = new List<double>();
            var bytes = 0;
            await using var server = await PageServer.Start(Options(store));
            using var http = new HttpClient { BaseAddress = server.Address };
            // Not the store's first look, but the server's: connections, routes, the JIT.
            _ = await http.GetStringAsync(new Uri("/slots", UriKind.Relative));
            for (var n = 0; n <= Repeats; n++)
            {
                // Another version, so that nothing rendered is used again.
                await store.Touch(n);
                await Task.Delay(TimeSpan.FromSeconds(1.1));
                var watch = Stopwatch.StartNew();
                bytes = (await http.GetByteArrayAsync(new Uri(address, UriKind.Relative))).Length;
                if (n == 0)
                {
                    cold = watch.Elapsed.TotalMilliseconds;
                }
                else
                {
                    warm.Add(watch.Elapsed.TotalMilliseconds);
                }
            }

            warm.Sort();
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  {address, -45} {bytes / 1000.0, 7:0.0} kB  cold {cold, 6:0} ms  warm {warm[warm.Count / 2], 6:0.0} ms"
                )
            );
        }
    }

    /// <summary>Processor time of a process with ten viewers, their own included, and of the same process without.</summary>
    private static async Task Watched(TextWriter output, WrittenStore store)
    {
        await using var server = await PageServer.Start(Options(store));
        using var stop = new CancellationTokenSource();
        var alone = await Cost(store);
        var viewers = Enumerable.Range(0, Viewers).Select(_ => View(server.Address, stop.Token)).ToArray();
        var watched = await Cost(store);
        await stop.CancelAsync();
        await Task.WhenAll(viewers);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Viewers} viewers of a sweep that changes every second: {100 * (watched - alone):0.0} % of a core, theirs included "
                    + $"({100 * watched:0.0} with, {100 * alone:0.0} without)"
            )
        );
    }

    private static async Task<double> Cost(WrittenStore store)
    {
        using var self = Process.GetCurrentProcess();
        var before = self.TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        for (var second = 0; second < Seconds; second++)
        {
            await store.Touch(second);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        self.Refresh();
        return (self.TotalProcessorTime - before) / watch.Elapsed;
    }

    /// <summary>What the page's script does: it hears the feed and loads the page when something has changed.</summary>
    private static async Task View(Uri server, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = server };
        try
        {
            await using var stream = await http.GetStreamAsync(new Uri($"{Sweep}/feed", UriKind.Relative), stop);
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(stop))
            {
                if (item.EventType == "changed")
                {
                    _ = await http.GetByteArrayAsync(new Uri(Sweep, UriKind.Relative), stop);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private static PageOptions Options(WrittenStore store) =>
        new()
        {
            Store = store.Store,
            StoreName = "bench",
            Port = 0,
            Token = "0123456789abcdef",
        };
}
