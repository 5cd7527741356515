using Orleans.Clustering.Redis;
using Orleans.Runtime;
using Seal.Cluster.Hosting;
using StackExchange.Redis;

namespace Seal.SiloHost.Hosting;

/// <summary>
/// Looks every few seconds whether this silo's row stands in the membership table. Without it the silo is a cluster of its own that nobody can
/// join: it is not ready, says so, and after a while ends itself, so that its supervisor starts it again and it joins whoever is there.
/// </summary>
/// <remarks>Registered after the silo and before its workers, so it is stopped between the two: running jobs have been handed back, and a table
/// without our row is not waited for.</remarks>
internal sealed partial class RowGuard(
    IMembershipTable table,
    ISiloStatusOracle members,
    MembershipRow row,
    FatalEnd end,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<RowGuard> logger
) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private bool _lost;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (_lost)
        {
            end.Leave("Its row has been missing from the membership table for too long; the table was emptied");
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (members.CurrentStatus == SiloStatus.Active)
            {
                Tell(row.Note(await IsThere(stoppingToken)));
            }
        }
    }

    private void Tell(RowNews news)
    {
        var self = members.SiloAddress;
        switch (news)
        {
            case RowNews.Vanished:
                LogVanished(logger, self, row.Left);
                break;
            case RowNews.Back:
                LogBack(logger, self);
                break;
            case RowNews.Lost when !_lost:
                _lost = true;
                LogLost(logger, self);
                lifetime.StopApplication();
                break;
        }
    }

    /// <returns>Null if the table did not answer.</returns>
    private async Task<bool?> IsThere(CancellationToken stopping)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stopping);
        try
        {
            var found = await table.ReadRowAsync(members.SiloAddress, either.Token);
            return found.TryGet(members.SiloAddress) is not null;
        }
        catch (RedisClusteringException)
        {
            // The table answers and has not even a version: it was emptied.
            return false;
        }
        catch (Exception away) when (away is RedisException or TimeoutException or OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The row of this silo ({Silo}) is gone from the membership table, as if Redis had lost its data. It is not ready, and ends itself "
            + "in {Left} unless the row comes back"
    )]
    private static partial void LogVanished(ILogger logger, SiloAddress silo, TimeSpan left);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The row of this silo ({Silo}) is in the membership table again")]
    private static partial void LogBack(ILogger logger, SiloAddress silo);

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "The row of this silo ({Silo}) has not come back: it hands running jobs back and ends itself"
    )]
    private static partial void LogLost(ILogger logger, SiloAddress silo);
}
