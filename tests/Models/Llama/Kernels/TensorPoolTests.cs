using CsCheck;
using Seal.Models.Llama.Kernels;
using TorchSharp;

namespace Seal.Models.Tests.Llama.Kernels;

public sealed class TensorPoolTests : IDisposable
{
    private const int Unit = 1 << 18; // floats in a megabyte

    private readonly TensorPool _pool = new();

    public void Dispose() => _pool.Trim();

    [Fact]
    public void Take_InAnyOrderOfTakingAndDropping_SharesNoMemoryAndKeepsNoMoreThanWasOnceNeeded() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 9])
            .Array[1, 60]
            .Sample(
                steps =>
                {
                    Torch.Initialize();
                    var live = new List<(torch.Tensor Tensor, float Mark)>();
                    var (mark, most) = (0f, 0L);
                    foreach (var (size, dropped) in steps)
                    {
                        var tensor = _pool.Take([size, Unit + 3])!;
                        tensor.fill_(Torch.Number(++mark));
                        live.Add((tensor, mark));
                        var (used, kept) = _pool.Bytes;
                        most = Math.Max(most, used);
                        Assert.InRange(used + kept, used, most);
                        if (dropped < live.Count)
                        {
                            live[dropped].Tensor.Dispose();
                            live.RemoveAt(dropped);
                        }
                    }

                    foreach (var (tensor, expected) in live)
                    {
                        Assert.Equal(expected, tensor.min().ToSingle());
                        Assert.Equal(expected, tensor.max().ToSingle());
                        tensor.Dispose();
                    }

                    _pool.Trim();
                    Assert.Equal((0, 0), _pool.Bytes);
                },
                iter: 20,
                threads: 1
            );

    [Fact]
    public void Take_OfLittle_LeavesItToTheLibrary() => Assert.Null(_pool.Take([16, 16]));

    [Fact]
    public void Take_AfterATensorOfTheSizeIsDropped_HasItsMemoryAgain()
    {
        const long Rows = 37 * Unit;
        var first = _pool.Take([Rows])!;
        var there = Address(first);
        first.Dispose();

        using var second = _pool.Take([Rows])!;

        Assert.Equal(there, Address(second));
    }

    [Fact]
    public void Dispose_OfAViewLast_KeepsTheMemoryUntilThen()
    {
        var whole = _pool.Take([4, Unit])!;
        whole.fill_(Torch.Number(7));
        var view = whole.narrow(0, 2, 1);
        whole.Dispose();

        using var other = _pool.Take([4, Unit])!;
        other.fill_(Torch.Number(8));

        Assert.Equal(7, view.max().ToSingle());
        view.Dispose();
    }

    private static unsafe nint Address(torch.Tensor tensor) => (nint)tensor.Pointer();
}
