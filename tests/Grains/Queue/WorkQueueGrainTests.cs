using Seal.Core.Artifacts;
using Seal.Grains.Abstractions;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Queue;

/// <summary>What owners and workers rely on in the line between them.</summary>
public sealed class WorkQueueGrainTests
{
    private static readonly WorkTicket Ticket = new("toy/run/phase/task/000", "candidate/toy/run/phase/task/000", "toy", null);

    [Fact]
    public async Task Offer_OfATicketThatIsOut_StandsInLineOnceMoreWhenItIsReleased()
    {
        await using var host = await TestGrid.Start(new DirectoryArtifactStore(new MemoryFiles()), workers: 0);
        var queue = host.Grains.GetGrain<IWorkQueueGrain>("fake-1");
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

    private static Task<WorkTicket?> Take(IWorkQueueGrain queue) => queue.Take(new WorkerRef("cpu-0", "here"), TimeSpan.Zero, CancellationToken.None);
}
