using CsCheck;
using Seal.Core.Jobs;

namespace Seal.Core.Tests.Jobs;

public sealed class JobLedgerTests
{
    private static readonly LeasePolicy Policy = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), 3);

    [Fact]
    public void Complete_OldEpoch_IsRefused()
    {
        var first = JobLedger.New.Begin("a", TimeSpan.Zero, Policy)!;
        var second = first.Expire(TimeSpan.FromSeconds(15), Policy).Begin("b", TimeSpan.FromSeconds(16), Policy)!;

        Assert.Null(second.Complete(first.Epoch));
        Assert.Null(second.Heartbeat(first.Epoch, TimeSpan.FromSeconds(17), Policy));
        Assert.Null(second.Return(first.Epoch));
        Assert.Null(second.Lose(first.Epoch, "late", TimeSpan.Zero, Policy));
        Assert.Equal(JobState.Done, second.Complete(second.Epoch)!.State);
    }

    [Fact]
    public void Expire_HeartbeatInTime_KeepsTheLease()
    {
        var leased = JobLedger.New.Begin("a", TimeSpan.Zero, Policy)!.Heartbeat(1, TimeSpan.FromSeconds(14), Policy)!;

        Assert.Same(leased, leased.Expire(TimeSpan.FromSeconds(28.9), Policy));
        Assert.Equal(JobState.Pending, leased.Expire(TimeSpan.FromSeconds(29), Policy).State);
    }

    [Fact]
    public void Expire_ThirdTime_Poisons()
    {
        var ledger = JobLedger.New;
        for (var loss = 1; loss <= 3; loss++)
        {
            Assert.Equal(JobState.Pending, ledger.State);
            ledger = ledger.Begin("a", TimeSpan.FromMinutes(loss), Policy)!.Expire(TimeSpan.FromMinutes(loss + 1), Policy);
            Assert.Equal(loss, ledger.Losses);
        }

        Assert.Equal(JobState.Poisoned, ledger.State);
        Assert.Null(ledger.Begin("a", TimeSpan.FromHours(1), Policy));
        Assert.Contains("no heartbeat", ledger.LastLoss, StringComparison.Ordinal);
    }

    [Fact]
    public void HolderGone_AnyNumberOfTimes_CountsNoLoss()
    {
        var ledger = JobLedger.New;
        for (var kill = 0; kill < 10; kill++)
        {
            ledger = ledger.Begin("a", TimeSpan.Zero, Policy)!.HolderGone();
        }

        Assert.Equal((JobState.Pending, 0, 10), (ledger.State, ledger.Losses, ledger.Epoch));
    }

    [Fact]
    public void Reactivated_LeaseOfUnknownAge_GetsAGrace()
    {
        var read = JobLedger.New.Begin("a", TimeSpan.FromHours(5), Policy)! with { ExpiresAt = default };
        var reactivated = read.Reactivated(TimeSpan.FromSeconds(1), Policy);

        Assert.Equal(JobState.Leased, reactivated.Expire(TimeSpan.FromSeconds(10.9), Policy).State);
        Assert.Equal(JobState.Pending, reactivated.Expire(TimeSpan.FromSeconds(11), Policy).State);
    }

    /// <summary>Workers and clocks do what they like; whatever they do, at most one commit is taken, by the last epoch that was leased.</summary>
    [Fact]
    public void AnyCommands_InAnyOrder_OneCommitUnderTheNewestEpochAndEpochsNeverFall()
    {
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 5], Gen.Int[0, 40])
            .Array[1, 60]
            .Sample(
                commands =>
                {
                    var (ledger, now, commits) = (JobLedger.New, TimeSpan.Zero, 0);
                    foreach (var (command, epoch, seconds) in commands)
                    {
                        now += TimeSpan.FromSeconds(seconds);
                        var before = ledger;
                        ledger =
                            command switch
                            {
                                0 => ledger.Begin("w", now, Policy),
                                1 => ledger.Heartbeat(epoch, now, Policy),
                                2 => ledger.Complete(epoch),
                                3 => ledger.Return(epoch),
                                4 => ledger.Lose(epoch, "infrastructure", now, Policy),
                                5 => ledger.Expire(now, Policy),
                                _ => ledger.HolderGone(),
                            } ?? before;
                        if (before.State != JobState.Done && ledger.State == JobState.Done)
                        {
                            commits++;
                            Assert.Equal(before.Epoch, epoch);
                            Assert.Equal(JobState.Leased, before.State);
                        }

                        Assert.True(ledger.Epoch >= before.Epoch);
                        Assert.False(before.IsEnded && !ReferenceEquals(before, ledger) && before != ledger);
                    }

                    Assert.InRange(commits, 0, 1);
                },
                iter: 10_000
            );
    }

    [Fact]
    public void Begin_ALease_ExpiresWhenItsTimeIsOverAndNotBefore()
    {
        var leased = JobLedger.New.Begin("host/cpu-0", TimeSpan.FromSeconds(100), Policy)!;

        Assert.Equal((1, "host/cpu-0", TimeSpan.FromSeconds(115)), (leased.Epoch, leased.Holder, leased.ExpiresAt));
        Assert.Same(leased, leased.Expire(TimeSpan.FromSeconds(114.9), Policy));
        Assert.Equal("no heartbeat from host/cpu-0 for 15 s", leased.Expire(TimeSpan.FromSeconds(115), Policy).LastLoss);
    }

    [Fact]
    public void Return_ByItsHolder_CountsNothingAndMayBeLeasedAgainAtOnce()
    {
        var returned = JobLedger.New.Begin("a", TimeSpan.Zero, Policy)!.Return(1)!;

        Assert.Equal((JobState.Pending, 0, 0, 0), (returned.State, returned.Losses, returned.Orphans, returned.Troubles));
        Assert.Equal(2, returned.Begin("a", TimeSpan.Zero, Policy)!.Epoch);
    }

    [Fact]
    public void Trouble_UnderAnOldEpoch_IsRefused()
    {
        var second = JobLedger.New.Begin("a", TimeSpan.Zero, Policy)!.Return(1)!.Begin("b", TimeSpan.Zero, Policy)!;

        Assert.Null(second.Trouble(1, "store is away", TimeSpan.Zero, Policy));
        Assert.Equal(
            (1, "store is away"),
            (second.Trouble(2, "store is away", TimeSpan.Zero, Policy)!.Troubles, second.Trouble(2, "store is away", TimeSpan.Zero, Policy)!.LastLoss)
        );
    }

    [Fact]
    public void Losses_OfAJobThatNobodyHas_ChangeNothing()
    {
        foreach (
            var ledger in new[]
            {
                JobLedger.New,
                JobLedger.New.Begin("a", TimeSpan.Zero, Policy)!.Complete(1)!,
                JobLedger.New.Begin("a", TimeSpan.Zero, Policy)!.Return(1)!,
            }
        )
        {
            Assert.Same(ledger, ledger.WorkerDied(Policy));
            Assert.Same(ledger, ledger.Orphaned(Policy));
            Assert.Same(ledger, ledger.HolderGone());
            Assert.Same(ledger, ledger.Retried());
            Assert.Same(ledger, ledger.Reactivated(TimeSpan.FromHours(1), Policy));
            Assert.Same(ledger, ledger.Expire(TimeSpan.FromHours(1), Policy));
        }
    }

    [Fact]
    public void LastLoss_OfEachKind_SaysWhoWentDown()
    {
        var leased = JobLedger.New.Begin("host/cpu-0", TimeSpan.Zero, Policy)!;

        Assert.Equal("host/cpu-0 went down", leased.WorkerDied(Policy).LastLoss);
        Assert.Equal("host/cpu-0 and the job's owner went down together", leased.Orphaned(Policy).LastLoss);
        Assert.Equal((JobState.Pending, 1, 0), (leased.Orphaned(Policy).State, leased.Orphaned(Policy).Orphans, leased.Orphaned(Policy).Losses));
    }
}
