using CsCheck;
using Seal.Core.Artifacts;
using Seal.Core.Engines.Fake;
using Seal.Grains.Abstractions;
using Seal.Grains.Tests.Support;

namespace Seal.Grains.Tests.Jobs;

/// <summary>A clock that is put ten minutes forward and back again and again while a sweep runs: no lease expires that should not, and none
/// outlives its holder's silence for it.</summary>
public sealed class WrongClockTests
{
    [Fact]
    public async Task Sweep_ClockPutForwardAndBack_LosesNoLeaseAndGivesTheSameBytes()
    {
        var undisturbed = await Run(TimeProvider.System);
        await Gen.Int[-10, 10]
            .Array[1, 12]
            .SampleAsync(
                async minutes =>
                {
                    var clock = new JumpingClock(minutes);
                    var status = await Run(clock);
                    Assert.Equal((undisturbed.ReportSha256, undisturbed.Accounting.Attempts), (status.ReportSha256, status.Accounting.Attempts));
                    Assert.True(clock.Jumps > 0);
                },
                iter: 12,
                threads: 1
            );
    }

    private static async Task<SweepStatus> Run(TimeProvider time)
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(
            store,
            engine: () => new FakeEngine(new CharacterTokenizer(), TimeSpan.FromMilliseconds(1)),
            time: time
        );
        return await TestGrid.RunToEnd(host, await TestGrid.SmallSubmission(store));
    }

    /// <summary>The machine's time, whose time of day jumps whenever anybody has looked at a clock a few times.</summary>
    private sealed class JumpingClock(int[] minutes) : TimeProvider
    {
        private const int Looks = 10;

        private int _looks;

        public int Jumps => Volatile.Read(ref _looks) / Looks;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromMinutes(minutes[Look() / Looks % minutes.Length]);

        public override long GetTimestamp()
        {
            Look();
            return base.GetTimestamp();
        }

        private int Look() => Interlocked.Increment(ref _looks);
    }
}
