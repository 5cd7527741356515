using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Seal.Core.Artifacts;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Grains.Telemetry;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Telemetry;

/// <summary>What a listener sees of a sweep: one trace with every level in its place, and meters that add up to what accounting says.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Sweep_Listened_IsOneTraceOfRoundsCandidatesAndJobs()
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GridSpan.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using (var host = await TestGrid.Start(store))
        {
            await TestGrid.RunToEnd(host, await OneRun(store));
        }

        // Other tests' sweeps are heard too: ours is the trace of one of them.
        var state = StoredDocument.Parse<SweepGrainState>("sweep", (await store.ReadAsync($"grains/sweep/{TestGrid.Sweep}.json"))!.Bytes);
        var trace = ActivityContext.Parse(state.Trace!, null).TraceId;
        var ours = spans.Where(span => span.TraceId == trace).ToArray();
        var byId = ours.ToDictionary(span => span.SpanId);
        Assert.Single(ours, span => span.OperationName == "sweep");
        Assert.Equal(state.Ended[0].Phases, ours.Count(span => span.OperationName == "round"));
        Assert.All(ours, span => Assert.Equal(ActivityStatusCode.Ok, span.Status));
        Assert.All(ours.Where(span => span.OperationName != "sweep"), span => Assert.Contains(byId[span.ParentSpanId].OperationName, Above(span)));
        Assert.Contains(ours, span => span.OperationName == "candidate" && Equals(span.GetTagItem("seal.task"), "ta"));
        Assert.Equal(
            ["fine-tune", "propose", "update"],
            ours.Select(span => span.GetTagItem("seal.kind")).OfType<string>().Distinct().Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Sweep_Listened_MetersAddUpToItsAccounting()
    {
        var sums = new ConcurrentDictionary<(string Instrument, string? Outcome), double>();
        // A name of its own tells it from the sweeps of other tests.
        var sweep = $"meters-{Environment.ProcessId}";
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == GridSpan.Source)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        var store = new DirectoryArtifactStore(new MemoryFiles());
        var host = await TestGrid.Start(store);
        var submission = await OneRun(store);
        submission = submission with { Runs = [.. submission.Runs.Select(run => run with { Context = run.Context with { Sweep = sweep } })] };
        var grain = host.Grains.GetGrain<ISweepGrain>(sweep);
        var status = (await grain.Submit(submission)).Status!;
        while (status.State == SweepState.Running)
        {
            status = (await grain.WaitForEnd(TimeSpan.FromSeconds(10)))!;
        }

        // A worker counts when all is done, which may be after the sweep has ended.
        await host.DisposeAsync();
        Assert.Equal(status.Accounting.Attempts, sums[("seal.attempts", "committed")]);
        // The fake engine takes all steps of a training that diverges at its first.
        Assert.True(sums[("seal.steps", null)] >= status.Accounting.Steps && status.Accounting.Steps > 0);
        Assert.True(sums[("seal.device.hours", "committed")] >= status.Accounting.DeviceHours);

        var accounting = SealJson.Parse<SweepAccounting>((await store.ReadAsync(SweepDocuments.AccountingKey(sweep)))!.Bytes);
        var run = submission.Runs[0].Context.Run;
        Assert.Equal([$"{sweep}/{run}"], accounting.Lineage[run].Records);
        Assert.Equal([null, "train-1"], accounting.Lineage[run].Policies.Select(policy => policy.Phase));
        Assert.Equal(accounting.Lineage[run].Policies[0].Sha256, accounting.Lineage[run].Policies[1].Parent);

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string? outcome = null;
            var ours = false;
            foreach (var (key, tag) in tags)
            {
                ours |= key == "seal.sweep" && Equals(tag, sweep);
                outcome = key == "seal.outcome" ? (string?)tag : outcome;
            }

            if (ours)
            {
                sums.AddOrUpdate((instrument.Name, outcome), value, (_, sum) => sum + value);
            }
        }
    }

    [Fact]
    public void Queue_Listened_TellsItsDepthUntilItsGrainHasGone()
    {
        var depths = new Dictionary<string, int>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "seal.queue.waiting")
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, depth, tags, _) => depths[(string)tags[0].Value!] = depth);
        listener.Start();

        GridMeters.Queue("class-of-this-test", 3, 1);
        listener.RecordObservableInstruments();
        Assert.Equal(3, depths["class-of-this-test"]);
        GridMeters.QueueGone("class-of-this-test");
        depths.Clear();
        listener.RecordObservableInstruments();
        Assert.DoesNotContain("class-of-this-test", depths.Keys);
    }

    /// <summary>A run that learns in its one round.</summary>
    private static async Task<SweepSubmission> OneRun(DirectoryArtifactStore store)
    {
        var whole = await TestGrid.Submission(store, rounds: 1);
        return whole with { Runs = [whole.Runs[0]] };
    }

    private static string[] Above(Activity span) =>
        span.OperationName switch
        {
            "round" => ["sweep"],
            "candidate" => ["round"],
            _ => Equals(span.GetTagItem("seal.kind"), "fine-tune") ? ["candidate"] : ["round"],
        };
}
