using CsCheck;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Tests.Llama.Kernels;

public sealed class KernelLinearTests
{
    private static readonly Gen<int> Size = Gen.OneOf(Gen.Int[1, 40], Gen.Const(32), Gen.Const(64), Gen.Int[250, 270]);

    [SkippableFact]
    public void Apply_OnAnyShapes_GivesLibtorchsOutputsAndGradients()
    {
        Skip.IfNot(InstructionSet.HasKernels, "this processor (or ATEN_CPU_CAPABILITY) has no 512-bit vectors, so the kernel is never used");
        Gen.Select(Size.Array[1, 3], Size, Size, Gen.Int[0, 20], Gen.Bool, Gen.Bool, Gen.ULong)
            .Sample(
                (rows, width, height, rank, wantsInput, wantsWeight, seed) =>
                {
                    using var scope = NewDisposeScope();
                    var x = Leaf(seed, rows.Sum(), width).requires_grad_(wantsInput);
                    var w = Leaf(seed + 1, height, width).requires_grad_(wantsWeight || (rank == 0 && !wantsInput));
                    var delta =
                        rank == 0
                            ? null
                            : new LinearDelta(
                                [.. rows.Select((_, k) => Leaf(seed + 2 + (ulong)k, width, rank))],
                                [.. rows.Select((_, k) => Leaf(seed + 12 + (ulong)k, rank, height))],
                                new LinearMembers(rows, 0.5)
                            );
                    Tensor[] leaves = [.. new[] { x, w }.Concat(delta?.Downs ?? []).Concat(delta?.Ups ?? []).Where(leaf => leaf.requires_grad)];
                    var gradient = Leaf(seed + 30, rows.Sum(), height).detach();

                    var (expected, expectedGradients) = Run(() => Linear.Apply(x, w, delta, fewRows: true), gradient, leaves);
                    var (actual, actualGradients) = Run(() => Linear.Apply(x, w, delta, fewRows: false), gradient, leaves);

                    AssertClose(expected, actual);
                    Assert.All(expectedGradients.Zip(actualGradients), pair => AssertClose(pair.First, pair.Second));
                },
                iter: 100
            );
    }

    [SkippableFact]
    public void Apply_BesideOtherRows_GivesEqualBits()
    {
        Skip.IfNot(InstructionSet.HasKernels, "this processor (or ATEN_CPU_CAPABILITY) has no 512-bit vectors, so the kernel is never used");
        using var scope = NewDisposeScope();
        var (x, w) = (Leaf(1, 100, 300).detach(), Leaf(2, 70, 300).detach());

        var together = Linear.Apply(x, w, null, fewRows: false);

        foreach (var (start, count) in new[] { (0, 1), (3, 5), (8, 8), (17, 50), (99, 1) })
        {
            var alone = Linear.Apply(x.narrow(0, start, count).clone(), w, null, fewRows: false);
            Assert.Equal(together.narrow(0, start, count).clone().data<float>().ToArray(), alone.data<float>().ToArray());
        }
    }

    private static (Tensor Output, Tensor[] Gradients) Run(Func<Tensor> apply, Tensor gradient, Tensor[] leaves)
    {
        var output = apply();
        output.backward([gradient]);
        Tensor[] gradients = [.. leaves.Select(leaf => leaf.grad!.clone())];
        Array.ForEach(leaves, leaf => leaf.grad!.zero_());
        return (output.detach(), gradients);
    }

    private static Tensor Leaf(ulong seed, params long[] shape)
    {
        var random = new CounterRandom(new Seed(seed));
        return tensor([.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(_ => (float)random.NextGaussian())], shape)
            .requires_grad_(true);
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        var scale = Math.Max(1, expected.abs().max().ToSingle());
        var difference = Golden.LargestDifference(actual.data<float>().ToArray(), expected.data<float>().ToArray());
        Assert.True(difference < 2e-5 * scale, $"differs by {difference} where the largest is {scale}");
    }
}
