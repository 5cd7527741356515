using Seal.Client.Clusters;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Clusters;

public sealed class PatientlyTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Ask_ClusterIsAwayForAWhile_AsksEverySecondAndSaysSoOnce()
    {
        var time = new LeapingTime();
        var left = 8;
        var (answer, _, error) = await Shell.Catch(() =>
            Patiently.Ask(() => left-- > 0 ? throw new TimeoutException("late\nand more") : Task.FromResult(7), default, time)
        );

        Assert.Equal(7, answer);
        Assert.Equal(Enumerable.Repeat(Second, 8), time.Waits);
        Assert.Equal("The cluster does not answer at the moment (late); waiting.", error.Trim());
    }

    [Fact]
    public async Task Ask_NothingAnswersForThreeMinutes_EndsWithAdvice()
    {
        var time = new LeapingTime();
        var (thrown, _, _) = await Shell.Catch(() =>
            Assert.ThrowsAsync<CommandException>(() =>
                Patiently.Ask(() => Task.FromException<int>(new OperationCanceledException("the silo goes down")), default, time)
            )
        );

        Assert.Equal(ExitCode.Unreachable, thrown.ExitCode);
        Assert.Equal("The cluster has not answered for 3 minutes: the silo goes down", thrown.Message);
        Assert.Equal(181, time.Waits.Count);
    }

    [Fact]
    public async Task Ask_AnswerIsARefusal_IsToldAtOnce()
    {
        var time = new LeapingTime();
        await Assert.ThrowsAsync<NotSupportedException>(() =>
            Patiently.Ask(() => Task.FromException<int>(new NotSupportedException("another build")), default, time)
        );
        Assert.Empty(time.Waits);
    }

    [Fact]
    public async Task Ask_CtrlCWhileItWaits_EndsAndAsksNoMore()
    {
        using var stop = new CancellationTokenSource();
        var asked = 0;
        var time = new LeapingTime(stop.Cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Patiently.Ask<int>(() => ++asked > 0 ? throw new TimeoutException("late") : null!, stop.Token, time)
        );
        Assert.Equal((1, 1), (asked, time.Waits.Count));
    }

    [Fact]
    public async Task Ask_CallFailsAfterCtrlC_IsNotAskedAgain()
    {
        using var stop = new CancellationTokenSource();
        var time = new LeapingTime();
        await Assert.ThrowsAsync<TimeoutException>(() =>
            Patiently.Ask<int>(
                () =>
                {
                    stop.Cancel();
                    throw new TimeoutException("late");
                },
                stop.Token,
                time
            )
        );
        Assert.Empty(time.Waits);
    }
}
