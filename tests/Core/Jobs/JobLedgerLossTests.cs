using CsCheck;
using Seal.Core.Jobs;

namespace Seal.Core.Tests.Jobs;

/// <summary>What counts against a job on a cluster, and what does not.</summary>
public sealed class JobLedgerLossTests
{
    private static readonly LeasePolicy Policy = LeasePolicy.Cluster;

    [Fact]
    public void WorkerDied_ThreeTimes_PoisonsAndRetriedStartsAnew()
    {
        var ledger = JobLedger.New;
        for (var death = 0; death < 3; death++)
        {
            ledger = ledger.Begin("silo/cpu-0", TimeSpan.Zero, Policy)!.WorkerDied(Policy);
        }

        Assert.Equal((JobState.Poisoned, 3), (ledger.State, ledger.Losses));
        var again = ledger.Retried();
        Assert.Equal((JobState.Pending, 0, 3), (again.State, again.Losses, again.Epoch));
        Assert.NotNull(again.Begin("silo/cpu-0", TimeSpan.Zero, Policy));
    }

    [Fact]
    public void Orphaned_AFewPowerCuts_DoNotPoisonButManyDo()
    {
        var ledger = JobLedger.New;
        for (var cut = 0; cut < Policy.MaxOrphans - 1; cut++)
        {
            ledger = ledger.Begin("silo/cpu-0", TimeSpan.Zero, Policy)!.Orphaned(Policy);
            Assert.Equal(JobState.Pending, ledger.State);
        }

        Assert.Equal(JobState.Poisoned, ledger.Begin("silo/cpu-0", TimeSpan.Zero, Policy)!.Orphaned(Policy).State);
    }

    [Fact]
    public void Lose_OnOneBrokenHost_IsLeftToOthersAndNotGivenUpBeforeTheHostIsDrained()
    {
        var (ledger, now) = (JobLedger.New, TimeSpan.Zero);
        for (var failure = 0; failure < 5; failure++)
        {
            ledger = ledger.Begin("broken/cpu-0", now, Policy)!;
            ledger = ledger.Lose(ledger.Epoch, "disk", now, Policy)!;
            Assert.Equal(JobState.Pending, ledger.State);
            Assert.Null(ledger.Begin("broken/cpu-1", now + Policy.Avoid - TimeSpan.FromTicks(1), Policy));
            Assert.NotNull(ledger.Begin("sound/cpu-0", now, Policy));
            now += Policy.Avoid;
        }

        ledger = ledger.Begin("sound/cpu-0", now, Policy)!;
        Assert.Equal(JobState.Poisoned, ledger.Lose(ledger.Epoch, "it is the job", now, Policy)!.State);
    }

    [Fact]
    public void Trouble_AnyNumberOfTimes_CountsNothingAndWaitsLongerEachTime()
    {
        var (ledger, now, waits) = (JobLedger.New, TimeSpan.Zero, new List<TimeSpan>());
        for (var trouble = 0; trouble < 10; trouble++)
        {
            ledger = ledger.Begin("w", now, Policy)!;
            ledger = ledger.Trouble(ledger.Epoch, "store is away", now, Policy)!;
            Assert.Null(ledger.Begin("w", ledger.NotBefore - TimeSpan.FromTicks(1), Policy));
            waits.Add(ledger.NotBefore - now);
            now = ledger.NotBefore;
        }

        Assert.Equal((JobState.Pending, 0), (ledger.State, ledger.Losses));
        Assert.Equal(waits.Order(), waits);
        Assert.Equal(Policy.LongestBackoff, waits[^1]);
    }

    /// <summary>
    /// The wall clocks of owner and worker may differ by any amount: times are monotonic and the owner's alone, and a lease read back by another
    /// machine, whose clock started elsewhere, gets a grace on that machine's own clock.
    /// </summary>
    [Fact]
    public void Reactivated_OnAMachineWithAnotherClock_NeverExpiresBeforeTheGrace()
    {
        Gen.Select(Gen.Double[-600, 600], Gen.Double[0, 8.9]).Sample((skew, later) =>
        {
            var there = TimeSpan.FromSeconds(1000);
            var here = there + TimeSpan.FromSeconds(skew);
            var read = JobLedger.New.Begin("silo/cpu-0", there, Policy)!.Reactivated(here, Policy);
            Assert.Equal(JobState.Leased, read.Expire(here + TimeSpan.FromSeconds(later), Policy).State);
            Assert.Equal(JobState.Pending, read.Expire(here + Policy.Grace, Policy).State);
        });
    }
}
