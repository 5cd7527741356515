using Seal.Silo.Outages;

namespace Seal.Grains.Tests.Outages;

public sealed class OutageTests
{
    /// <summary>The reason why a worker's report to the owner of its job is not sent with it.</summary>
    [Fact]
    public async Task Retry_TokenIsCancelledAlready_MakesNoCall()
    {
        var retry = Outage.Retry(TimeProvider.System, _ => true, away => Assert.Fail(away.Message));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await retry.ExecuteAsync<int>(_ => throw new InvalidOperationException("called"), new CancellationToken(canceled: true))
        );
    }
}
