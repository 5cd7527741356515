using CsCheck;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Tests.Llama.Kernels;

public sealed class KernelAttentionTests
{
    private static readonly Gen<int> Length = Gen.OneOf(Gen.Int[1, 20], Gen.Const(63), Gen.Const(64), Gen.Const(65), Gen.Int[100, 300]);

    [SkippableFact]
    public void Apply_OnAnySequences_GivesLibtorchsOutputsAndGradients()
    {
        Skip.IfNot(InstructionSet.HasKernels, "this processor (or ATEN_CPU_CAPABILITY) has no 512-bit vectors, so the kernel is never used");
        Gen.Select(
                Length.Array[1, 3],
                Gen.OneOf(Gen.Const((4, 4)), Gen.Const((4, 2)), Gen.Const((3, 1))),
                Gen.OneOf(Gen.Const(32), Gen.Const(64)),
                Gen.Double[0.1, 2.5],
                Gen.ULong
            )
            .Sample(
                (lengths, heads, dim, spread, seed) =>
                {
                    using var scope = NewDisposeScope();
                    var rows = lengths.Sum();
                    var (query, key, value) = (
                        Leaf(seed, spread, rows, heads.Item1, dim),
                        Leaf(seed + 1, spread, rows, heads.Item2, dim),
                        Leaf(seed + 2, 1, rows, heads.Item2, dim)
                    );
                    var gradient = Leaf(seed + 3, 1, rows, heads.Item1 * dim).detach();
                    var attention = new CausalAttention(Spans(lengths));

                    var (expected, expectedGradients) = Run(() => attention.Sdpa(query, key, value), gradient, query, key, value);
                    var (actual, actualGradients) = Run(() => attention.Attend(0, query, key, value), gradient, query, key, value);

                    AssertClose(expected, actual, 2e-5);
                    foreach (var (e, a) in expectedGradients.Zip(actualGradients))
                    {
                        AssertClose(e, a, 2e-5);
                    }
                },
                iter: 40
            );
    }

    [SkippableFact]
    public void Apply_BesideOtherSequences_GivesEqualBits()
    {
        Skip.IfNot(InstructionSet.HasKernels, "this processor (or ATEN_CPU_CAPABILITY) has no 512-bit vectors, so the kernel is never used");
        using var scope = NewDisposeScope();
        var rows = Leaf(1, 1, 300, 2, 32).detach();

        var together = new CausalAttention(Spans([90, 140, 70])).Attend(0, rows, rows, rows).narrow(0, 90, 140).clone();
        var middle = rows.narrow(0, 90, 140).clone();
        var alone = new CausalAttention(Spans([140])).Attend(0, middle, middle, middle);

        Assert.Equal(alone.data<float>().ToArray(), together.data<float>().ToArray());
    }

    private static (Tensor Output, Tensor[] Gradients) Run(Func<Tensor> attend, Tensor gradient, params Tensor[] leaves)
    {
        var output = attend();
        output.backward([gradient]);
        Tensor[] gradients = [.. leaves.Select(leaf => leaf.grad!.clone())];
        Array.ForEach(leaves, leaf => leaf.grad!.zero_());
        return (output.detach(), gradients);
    }

    private static TokenSpan[] Spans(int[] lengths)
    {
        var start = 0;
        return [.. lengths.Select(length => new TokenSpan((start += length) - length, length))];
    }

    private static Tensor Leaf(ulong seed, double spread, params long[] shape)
    {
        var random = new CounterRandom(new Seed(seed));
        return tensor([.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (float)(spread * random.NextGaussian()))], shape)
            .requires_grad_(true);
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        var scale = Math.Max(1, expected.abs().max().ToSingle());
        Assert.True(Golden.LargestDifference(actual.data<float>().ToArray(), expected.data<float>().ToArray()) < tolerance * scale);
    }
}
