using Seal.Core.Artifacts;
using Seal.Grains.Abstractions;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Queue;

/// <summary>What owners and workers rely on in the line between them.</summary>
public sealed class WorkQueueGrainTests
{
    private static readonly WorkTicket Ticket = new("toy/run/phase/task/000", $"{GridNames.Candidate}/toy/run/phase/task/000", "toy", null);

    [Fact]
    public async Task Offer_OfATicketThatIsOut_StandsInLineOnceMoreWhenItIsReleased()
    {
        await using var host = await Start();
        var queue = host.Queue;
        await queue.Offer(Ticket);
        Assert.Equal(Ticket, await Take(queue));

        // Its job was lost: the owner offers it again before the worker that lost it has let go of the ticket.
        await queue.Offer(Ticket);
        await queue.Offer(Ticket);
        Assert.Null(await Take(queue));
        await queue.Release(Ticket.JobId);

        Assert.Equal(Ticket, await Take(queue));
        await queue.Release(Ticket.JobId);
        Assert.Null(await Take(queue));
    }

    [Fact]
    public async Task Offer_OfATicketThatWaits_ChangesNothing()
    {
        await using var host = await Start();
        await host.Queue.Offer(Ticket);
        await host.Queue.Offer(Ticket);

        Assert.Equal(new QueueLength(1, 0), await host.Queue.Length());
        Assert.Equal(Ticket, await Take(host.Queue));
        Assert.Equal(new QueueLength(0, 1), await host.Queue.Length());
        await host.Queue.Release(Ticket.JobId);
        Assert.Equal(new QueueLength(0, 0), await host.Queue.Length());
    }

    [Fact]
    public async Task Offer_OfATicketThatIsOutForLongerThanALease_StandsInLineAtOnce()
    {
        await using var host = await Start();
        await host.Queue.Offer(Ticket);
        Assert.Equal(Ticket, await Take(host.Queue));

        host.Clock.Advance(host.Lease);
        await host.Queue.Offer(Ticket);

        Assert.Equal(Ticket, await Take(host.Queue));
    }

    [Fact]
    public async Task Take_SeveralTickets_FirstComeFirstServedAndLostJobsBeforeTheOthers()
    {
        await using var host = await Start();
        await Offer(host.Queue, "one", "two");
        await host.Queue.Offer(Job("lost") with { Again = true });

        Assert.Equal(["lost", "one", "two"], await TakeAll(host.Queue, 3));
    }

    [Fact]
    public async Task Take_TwinOfATicketThatIsOut_WaitsUntilThatIsReleased()
    {
        await using var host = await Start();
        await host.Queue.Offer(Job("first") with { SingleFlight = "trial" });
        await host.Queue.Offer(Job("twin") with { SingleFlight = "trial" });
        await host.Queue.Offer(Job("other") with { SingleFlight = "other trial" });

        // The twin is passed over, not waited for.
        Assert.Equal(["first", "other"], await TakeAll(host.Queue, 2));
        Assert.Null(await Take(host.Queue));
        await host.Queue.Release("other");
        Assert.Null(await Take(host.Queue));

        await host.Queue.Release("first");
        Assert.Equal("twin", (await Take(host.Queue))?.JobId);
    }

    [Fact]
    public async Task Take_TwinOfATicketThatIsOutForHalfAnHour_IsHandedOut()
    {
        await using var host = await Start();
        await host.Queue.Offer(Job("first") with { SingleFlight = "trial" });
        await host.Queue.Offer(Job("twin") with { SingleFlight = "trial" });
        Assert.Equal("first", (await Take(host.Queue))?.JobId);

        host.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.Null(await Take(host.Queue));
        host.Clock.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("twin", (await Take(host.Queue))?.JobId);
        // The late one comes back in the end: that is not the flight that is out now.
        await host.Queue.Offer(Job("third") with { SingleFlight = "trial" });
        await host.Queue.Release("first");
        Assert.Null(await Take(host.Queue));
        await host.Queue.Release("twin");
        Assert.Equal("third", (await Take(host.Queue))?.JobId);
    }

    [Fact]
    public async Task Take_SweepOfTwiceTheWeight_GetsTwiceTheSlots()
    {
        await using var host = await Start();
        await host.Queue.SetWeight("b", 2);
        foreach (var i in Enumerable.Range(0, 6))
        {
            await host.Queue.Offer(Job($"a{i}") with { Sweep = "a" });
            await host.Queue.Offer(Job($"b{i}") with { Sweep = "b" });
        }

        var first = await TakeAll(host.Queue, 6);

        Assert.Equal(["a0", "a1"], first.Where(id => id.StartsWith('a')));
        Assert.Equal(["b0", "b1", "b2", "b3"], first.Where(id => id.StartsWith('b')));
    }

    [Fact]
    public async Task Take_WhileNothingIsThere_IsWokenByTheNextOffer()
    {
        await using var host = await Start();
        var taking = host.Queue.Take(new WorkerRef("cpu-0", "here"), TimeSpan.FromSeconds(20), CancellationToken.None);
        await host.Queue.Offer(Ticket);

        // Without being woken it would look again only after its 20 seconds of patience.
        Assert.Equal(Ticket, await taking.WaitAsync(TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public async Task Take_WhileATwinIsOut_IsWokenByItsRelease()
    {
        await using var host = await Start();
        await host.Queue.Offer(Job("first") with { SingleFlight = "trial" });
        Assert.Equal("first", (await Take(host.Queue))?.JobId);
        await host.Queue.Offer(Job("twin") with { SingleFlight = "trial" });

        var taking = host.Queue.Take(new WorkerRef("cpu-1", "here"), TimeSpan.FromSeconds(20), CancellationToken.None);
        await host.Queue.Release("first");

        Assert.Equal("twin", (await taking.WaitAsync(TimeSpan.FromSeconds(15)))?.JobId);
    }

    private static WorkTicket Job(string id) => Ticket with { JobId = id };

    private static async Task Offer(IWorkQueueGrain queue, params string[] ids)
    {
        foreach (var id in ids)
        {
            await queue.Offer(Job(id));
        }
    }

    private static async Task<List<string>> TakeAll(IWorkQueueGrain queue, int count)
    {
        var taken = new List<string>();
        for (var i = 0; i < count; i++)
        {
            taken.Add((await Take(queue))!.JobId);
        }

        return taken;
    }

    private static Task<WorkTicket?> Take(IWorkQueueGrain queue) => queue.Take(new WorkerRef("cpu-0", "here"), TimeSpan.Zero, CancellationToken.None);

    private static async Task<Line> Start()
    {
        var clock = new AdvancingClock();
        return new Line(await TestGrid.Start(new DirectoryArtifactStore(new MemoryFiles()), workers: 0, time: clock), clock);
    }

    private sealed record Line(Silo.Hosting.SealHost Host, AdvancingClock Clock) : IAsyncDisposable
    {
        public IWorkQueueGrain Queue { get; } = Host.Grains.GetGrain<IWorkQueueGrain>("fake-1");

        public TimeSpan Lease { get; } = Core.Jobs.LeasePolicy.Default.Lease;

        public ValueTask DisposeAsync() => Host.DisposeAsync();
    }
}
