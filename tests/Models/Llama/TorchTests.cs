using TorchSharp;

namespace Seal.Models.Tests.Llama;

public sealed class TorchTests
{
    [Fact]
    public void Number_WhileTheCollectorRuns_IsWhatWasAsked()
    {
        // TorchSharp's own conversion fails here about once in 20,000 calls.
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        using var scope = torch.NewDisposeScope();
        var ones = torch.ones(4096);

        for (var i = 0; i < 60_000; i++)
        {
            ones.mul_(Torch.Number(1));
        }

        stop.Cancel();
        collector.Join();
        Assert.All(ones.data<float>().ToArray(), value => Assert.Equal(1f, value));
    }
}
