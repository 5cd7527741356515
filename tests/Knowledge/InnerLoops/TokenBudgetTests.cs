using CsCheck;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Knowledge.InnerLoops;

namespace Seal.Knowledge.Tests.InnerLoops;

public sealed class TokenBudgetTests
{
    /// <summary>Whatever the texts are, the tokens are those asked for, but for the last text, and every text comes as often as the others, but for
    /// the last pass. Texts longer than a step come one a step, and then there may be more.</summary>
    [Fact]
    public void Batches_AnyTexts_HaveTheTokensThatWereAskedFor() =>
        Gen.Select(Gen.Int[1, 60].Array[1, 12], Gen.Int[1, 40], Gen.Int[1, 200], Gen.ULong)
            .Sample(
                (lengths, steps, stepTokens, seed) =>
                {
                    var texts = Texts(lengths);
                    var batches = TokenBudget.Batches(texts, steps, stepTokens, new Seed(seed));
                    Assert.Equal(steps, batches.Count);
                    Assert.All(batches, batch => Assert.NotEmpty(batch));
                    var used = batches.SelectMany(batch => batch).ToArray();
                    long tokens = used.Sum(text => lengths[text]);
                    var longest = lengths.Max();
                    Assert.True(tokens >= (long)steps * stepTokens);
                    if (stepTokens >= longest)
                    {
                        Assert.InRange(tokens, (long)steps * stepTokens, ((long)steps * stepTokens) + longest - 1);
                    }

                    var counts = Enumerable.Range(0, texts.Length).Select(text => used.Count(one => one == text)).ToArray();
                    Assert.InRange(counts.Max() - counts.Min(), 0, 1);
                }
            );

    /// <summary>Beside others a batch may be empty, and then the tokens are right whatever the texts' lengths are.</summary>
    [Fact]
    public void Batches_BesideOthers_HaveTheirShareOfTokens() =>
        Gen.Select(Gen.Int[1, 60].Array[1, 12], Gen.Int[1, 40], Gen.Int[1, 30], Gen.ULong)
            .Sample(
                (lengths, steps, stepTokens, seed) =>
                {
                    var texts = Texts(lengths);
                    var batches = TokenBudget.Batches(texts, steps, stepTokens, new Seed(seed), mayBeEmpty: true);
                    Assert.Equal(steps, batches.Count);
                    long tokens = batches.SelectMany(batch => batch).Sum(text => lengths[text]);
                    Assert.InRange(tokens, (long)steps * stepTokens, ((long)steps * stepTokens) + lengths.Max() - 1);
                }
            );

    private static TokenSequence[] Texts(int[] lengths) => [.. lengths.Select(length => new TokenSequence(new int[length], new float[length]))];
}
