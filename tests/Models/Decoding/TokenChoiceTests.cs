using CsCheck;
using Seal.Core.Randomness;
using Seal.Models.Decoding;

namespace Seal.Models.Tests.Decoding;

/// <summary>Which token a random number chooses, worked out by hand.</summary>
public sealed class TokenChoiceTests
{
    /// <summary>Logarithms of 0.1, 0.4, 0.2, 0.3.</summary>
    private static readonly float[] Logits = [.. new[] { 0.1, 0.4, 0.2, 0.3 }.Select(one => (float)Math.Log(one))];

    [Theory]
    [InlineData(0.39, new[] { 1 })]
    [InlineData(0.41, new[] { 1, 3 })]
    [InlineData(0.69, new[] { 1, 3 })]
    [InlineData(0.71, new[] { 1, 2, 3 })]
    [InlineData(0.91, new[] { 0, 1, 2, 3 })]
    [InlineData(0.0001, new[] { 1 })]
    public void Draw_FromANucleus_DrawsTheFewestThatReachItsShare(double topP, int[] nucleus) => Assert.Equal(nucleus, Drawn(Logits, null, 1, topP));

    /// <summary>At half the temperature the shares are 1/30, 16/30, 4/30, 9/30: two tokens reach 0.8.</summary>
    [Fact]
    public void Draw_FromANucleus_IsAtTheTemperature()
    {
        Assert.Equal([1, 3], Drawn(Logits, null, 0.5, 0.8));
        Assert.Equal([1, 2, 3], Drawn(Logits, null, 1, 0.8));
    }

    /// <summary>Of 0.1, 0.2 and 0.3, which a grammar allows, the last is half.</summary>
    [Fact]
    public void Draw_UnderAMask_TheNucleusIsAmongWhatIsAllowed()
    {
        Assert.Equal([3], Drawn(Logits, [0, 2, 3], 1, 0.49));
        Assert.Equal([2, 3], Drawn(Logits, [0, 2, 3], 1, 0.51));
    }

    [Fact]
    public void Draw_EqualTokens_TheSmallerIdsAreTheNucleus() => Assert.Equal([0, 1, 2], Drawn(new float[8], null, 1, 0.3));

    [Fact]
    public void Draw_ShareThatRoundsToNothing_LeavesOneToken() => Assert.Equal([0], Drawn(new float[8], null, 1, 1e-17));

    [Fact]
    public void Draw_FromANucleus_SaysHowLikelyTheTokenWasWithinItAndAmongAll()
    {
        var choice = TokenChoice.Draw(Logits, [0, 2, 3], 1, 0.7, new CounterRandom(new Seed(1)));
        var share = choice.Token == 3 ? 0.3 : 0.2;
        Assert.Equal(Math.Log(share / 0.5), choice.LogProbability, 1e-6);
        Assert.Equal(Math.Log(share), choice.UnmaskedLogProbability, 1e-6);
    }

    /// <summary>The nucleus reaches its share, and would not without its least likely token.</summary>
    [Fact]
    public void Draw_AnyLogits_StaysInTheSmallestSetThatReachesTheShare() =>
        Gen.Select(Gen.Float[-5, 5].Array[1, 40], Gen.Double[0.01, 0.99], Gen.Double[0.2, 3])
            .Sample(
                (logits, topP, temperature) =>
                {
                    double[] weights = [.. logits.Select(logit => Math.Exp(logit / temperature))];
                    var sum = weights.Sum();
                    int[] order = [.. Enumerable.Range(0, logits.Length).OrderByDescending(i => weights[i]).ThenBy(i => i)];
                    var reached = 0.0;
                    // A hair on either side: the sums here are rounded otherwise.
                    var least = order.TakeWhile(i => (reached += weights[i]) < (topP - 1e-9) * sum).Count() + 1;
                    reached = 0;
                    var most = order.TakeWhile(i => (reached += weights[i]) < (topP + 1e-9) * sum).Count() + 1;
                    foreach (var seed in Enumerable.Range(0, 20))
                    {
                        var choice = TokenChoice.Draw(logits, null, temperature, topP, new CounterRandom(new Seed((ulong)seed)));
                        // By its weight and not by its id: of two that are as likely but for rounding either may be the last.
                        Assert.True(weights[choice.Token] >= weights[order[Math.Min(most, order.Length) - 1]] * (1 - 1e-9));
                        var within = order.Take(least).Sum(i => weights[i]);
                        if (least == most)
                        {
                            Assert.Equal(Math.Log(weights[choice.Token] / within), choice.LogProbability, 1e-6);
                        }
                    }
                },
                iter: 300
            );

    [Fact]
    public void Draw_LogitsThatAreNotFinite_SaysSo() =>
        Assert.Throws<InvalidOperationException>(() => TokenChoice.Draw([float.NaN, 1], null, 1, 0.5, new CounterRandom(new Seed(1))));

    private static int[] Drawn(float[] logits, int[]? allowed, double temperature, double topP) =>
        [
            .. Enumerable
                .Range(0, 400)
                .Select(seed => TokenChoice.Draw(logits, allowed, temperature, topP, new CounterRandom(new Seed((ulong)seed))).Token)
                .Distinct()
                .Order(),
        ];
}
