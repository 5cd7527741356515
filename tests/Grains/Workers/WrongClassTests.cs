using Microsoft.Extensions.Logging;
using Seal.Core.Artifacts;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Sequences;
using Seal.Grains.Abstractions;
using Seal.Grains.Tests.Support;
using Seal.Silo.Hosting;

namespace Seal.Grains.Tests.Workers;

/// <summary>What an engine computes goes under the name of its own class, or nowhere.</summary>
public sealed class WrongClassTests
{
    [Fact]
    public async Task Start_SlotWhoseEngineIsOfAnotherClassThanItsQueue_EndsAndSaysSoAndSpendsNoLease()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store, workers: 1, engine: () => new OtherEngine("fake-2"));
        await host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep).Submit(await TestGrid.SmallSubmission(store));

        var ended = new TaskCompletionSource();
        using var stopping = host.Stopping.Register(() => ended.TrySetResult());
        await ended.Task.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Contains("fake-1", host.Failure, StringComparison.Ordinal);
        Assert.Contains("fake-2", host.Failure, StringComparison.Ordinal);
        Assert.Contains("cpu-0", host.Failure, StringComparison.Ordinal);
        Assert.DoesNotContain(await store.ListAsync("grains/task"), key => key.EndsWith(".json", StringComparison.Ordinal));
        Assert.Empty(await store.ListAsync("cache"));
    }

    [Fact]
    public async Task Submit_RunOfAClassThatDoesNotComputeItsEngine_IsRefusedByName()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store, workers: 0);
        var good = await TestGrid.SmallSubmission(store);
        var run = good.Runs[0];
        var torch = good with { Runs = [run with { Context = run.Context with { Settings = run.Context.Settings with { Engine = new("torch") } } }] };

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep).Submit(torch));

        Assert.Contains(
            $"slots of '{FakeEngine.Class}' do not compute what the run '{run.Context.Run}' asks for, the engine torch in fp32",
            refused.Message,
            StringComparison.Ordinal
        );
    }

    /// <summary>The stand-in under another name.</summary>
    private sealed class OtherEngine(string name) : IEngine
    {
        private readonly FakeEngine _engine = new(new CharacterTokenizer());

        public string NumericClass => name;

        public IModelHandle Open(ModelRef model, IModelFiles files) => _engine.Open(model, files);

        public void Dispose() => _engine.Dispose();
    }
}
