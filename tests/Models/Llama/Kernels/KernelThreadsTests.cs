using Seal.Models.Llama.Kernels;

namespace Seal.Models.Tests.Llama.Kernels;

public sealed class KernelThreadsTests : IDisposable
{
    public void Dispose() => KernelThreads.Count = 1;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_ManyTimes_DoesEveryPartOnce(int threads)
    {
        KernelThreads.Count = threads;
        for (var round = 0; round < 200; round++)
        {
            var done = new int[round % 40];
            KernelThreads.Run(done.Length, part => Interlocked.Increment(ref done[part]));
            Assert.All(done, times => Assert.Equal(1, times));
        }
    }

    [Fact]
    public void Run_APartThatThrows_FailsAtTheCallerAndLeavesTheThreadsUsable()
    {
        KernelThreads.Count = 2;

        Assert.Throws<InvalidOperationException>(() => KernelThreads.Run(10, part => _ = part == 7 ? throw new InvalidOperationException() : part));

        var sum = 0;
        KernelThreads.Run(10, part => Interlocked.Add(ref sum, part));
        Assert.Equal(45, sum);
    }

    [Fact]
    public void Count_OfAnotherThread_IsItsOwn()
    {
        KernelThreads.Count = 3;
        var seen = 0;
        var other = new Thread(() => seen = KernelThreads.Count);
        other.Start();
        other.Join();

        Assert.Equal((3, 1), (KernelThreads.Count, seen));
    }
}
