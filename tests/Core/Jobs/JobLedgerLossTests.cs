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
    public void Lose_OnTwoHostsAndOnTheSecondAgain_IsGivenUpAtTheThirdLoss()
    {
        // That it failed elsewhere is remembered: the last two losses on one host do not make it that host's fault.
        var (ledger, now) = (JobLedger.New, TimeSpan.Zero);
        foreach (var (host, expected) in new[] { ("a", JobState.Pending), ("b", JobState.Pending), ("b", JobState.Poisoned) })
        {
            ledger = ledger.Begin($"{host}/cpu-0", now, Policy)!;
            ledger = ledger.Lose(ledger.Epoch, "disk", now, Policy)!;
            Assert.Equal((expected, host), (ledger.State, ledger.FailedOn));
            now += Policy.Avoid;
        }

        Assert.True(ledger.FailedElsewhere);
        Assert.Equal(3, ledger.Losses);
    }

    [Fact]
    public void Lose_OnOneHostOnly_IsGivenUpAtTheSixthLoss()
    {
        var (ledger, now) = (JobLedger.New, TimeSpan.Zero);
        for (var failure = 1; failure <= 6; failure++)
        {
            Assert.Equal(JobState.Pending, ledger.State);
            ledger = ledger.Begin("broken/cpu-0", now, Policy)!;
            ledger = ledger.Lose(ledger.Epoch, "disk", now, Policy)!;
            now += Policy.Avoid;
        }

        Assert.Equal((JobState.Poisoned, 6, false), (ledger.State, ledger.Losses, ledger.FailedElsewhere));
    }

    [Fact]
    public void Retried_AfterFailuresOnTwoHosts_ForgetsTheHostsToo()
    {
        var (ledger, now) = (JobLedger.New, TimeSpan.Zero);
        foreach (var host in new[] { "a", "b", "a" })
        {
            ledger = ledger.Begin($"{host}/cpu-0", now, Policy)!;
            ledger = ledger.Lose(ledger.Epoch, "disk", now, Policy)!;
            now += Policy.Avoid;
        }

        var again = ledger.Retried();
        Assert.Equal((JobState.Pending, 0, 0, 0, 3), (again.State, again.Losses, again.Orphans, again.Troubles, again.Epoch));
        Assert.Equal((null, false), (again.FailedOn, again.FailedElsewhere));
        // The host that failed last may have it at once, and again has six tries.
        Assert.NotNull(again.Begin("a/cpu-1", now, Policy));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    [InlineData(6, 30)]
    [InlineData(1000, 30)]
    public void Backoff_OfTheNthTrouble_DoublesFromTheFirstToTheLongest(int trouble, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), LeasePolicy.Default.Backoff(trouble));

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
        Assert.Equal([1, 2, 4, 5, 5, 5, 5, 5, 5, 5], waits.Select(wait => wait.TotalSeconds));
    }

    /// <summary>
    /// The wall clocks of owner and worker may differ by any amount: times are monotonic and the owner's alone, and a lease read back by another
    /// machine, whose clock started elsewhere, gets a grace on that machine's own clock.
    /// </summary>
    [Fact]
    public void Reactivated_OnAMachineWithAnotherClock_NeverExpiresBeforeTheGrace()
    {
        Gen.Select(Gen.Double[-600, 600], Gen.Double[0, 8.9])
            .Sample(
                (skew, later) =>
                {
                    var there = TimeSpan.FromSeconds(1000);
                    var here = there + TimeSpan.FromSeconds(skew);
                    var read = JobLedger.New.Begin("silo/cpu-0", there, Policy)!.Reactivated(here, Policy);
                    Assert.Equal(JobState.Leased, read.Expire(here + TimeSpan.FromSeconds(later), Policy).State);
                    Assert.Equal(JobState.Pending, read.Expire(here + Policy.Grace, Policy).State);
                }
            );
    }
}
