using CsCheck;
using Seal.Core.Engines;
using Seal.Core.Grammars;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using static TorchSharp.torch;

namespace Seal.Models.Tests.Decoding;

public sealed class SamplerTests
{
    private const int End = 3;

    [Fact]
    public void Sample_UnderGrammar_FollowsItAndSaysHowLikelyEachTokenWas()
    {
        using var model = GreedyDecoderTests.Sharp(2);
        var request = Request(
            Steps.Of([
                [10],
                [11, 12],
                [13],
                [14],
                [15],
                [16],
                [17],
                [18, 19],
                [20, 21, 22],
                [End],
            ]),
            seeds: 6
        );

        var samples = Sampler.Sample(model, request, End, default);

        foreach (var sample in samples)
        {
            Assert.True(sample.Ended);
            Assert.Equal(9, sample.Tokens.Length);
            Assert.Equal([10, 13, 14, 15, 16, 17], new[] { 0, 2, 3, 4, 5, 6 }.Select(t => sample.Tokens[t]));
            foreach (var t in new[] { 1, 7, 8 })
            {
                var logits = Logits(model, request, sample.Tokens[..t]);
                int[] allowed = t switch
                {
                    1 => [11, 12],
                    7 => [18, 19],
                    _ => [20, 21, 22],
                };
                var scaled = logits.Select(logit => logit / request.Temperature).ToArray();
                Assert.Equal(scaled[sample.Tokens[t]] - LogSum(allowed.Select(id => scaled[id])), sample.LogProbabilities[t], 1e-4);
                Assert.Equal(scaled[sample.Tokens[t]] - LogSum(scaled), sample.UnmaskedLogProbabilities[t], 1e-4);
            }

            Assert.Equal(0, sample.LogProbabilities[3]);
            Assert.True(double.IsNaN(sample.UnmaskedLogProbabilities[3]));
        }
    }

    [Fact]
    public void Sample_FreeText_SaysWhatTheWholeVocabularySays()
    {
        using var model = GreedyDecoderTests.Sharp(4);
        var request = Request(null, seeds: 3, longest: 10);

        foreach (var sample in Sampler.Sample(model, request, -1, default))
        {
            Assert.False(sample.Ended);
            Assert.Equal(10, sample.Tokens.Length);
            Assert.Equal(sample.LogProbabilities, sample.UnmaskedLogProbabilities);
            for (var t = 0; t < 10; t++)
            {
                var scaled = Logits(model, request, sample.Tokens[..t]).Select(logit => logit / request.Temperature).ToArray();
                Assert.Equal(scaled[sample.Tokens[t]] - LogSum(scaled), sample.LogProbabilities[t], 1e-4);
            }
        }
    }

    [Fact]
    public void Sample_SeedsInAnotherCompany_DrawsTheSameText() =>
        Gen.Select(Gen.ULong, Gen.ULong, Gen.Int[2, 6])
            .Sample(
                (seed, other, seeds) =>
                {
                    using var model = GreedyDecoderTests.Sharp(seed);
                    var request = Request(
                        Steps.Of([
                            [10, 11],
                            [12],
                            [13, 14, 15],
                            [16],
                            [17],
                            [18],
                            [19],
                            [20],
                            [21, 22],
                            [End, 23],
                            [End],
                        ]),
                        seeds
                    );
                    var company = request with { Seeds = [.. request.Seeds.Select((s, i) => i == 1 ? s : new Seed(other + (ulong)i))] };

                    var expected = Sampler.Sample(model, request, End, default)[1];
                    var actual = Sampler.Sample(model, company, End, default)[1];

                    Assert.Equal(expected.Tokens, actual.Tokens);
                    Assert.Equal(expected.LogProbabilities, actual.LogProbabilities);
                    Assert.Equal(expected.UnmaskedLogProbabilities, actual.UnmaskedLogProbabilities);
                },
                iter: 20
            );

    [Fact]
    public void Sample_ManySeeds_DrawsInProportion()
    {
        using var model = GreedyDecoderTests.Sharp(8);
        var request = Request(
            Steps.Of([
                [10, 11, 12],
                [End],
            ]),
            seeds: 1000
        );
        var scaled = Logits(model, request, []).Select(logit => logit / request.Temperature).ToArray();
        var sum = LogSum(new[] { scaled[10], scaled[11], scaled[12] });

        var samples = Sampler.Sample(model, request, End, default);

        foreach (var token in new[] { 10, 11, 12 })
        {
            var expected = Math.Exp(scaled[token] - sum);
            var share = samples.Count(sample => sample.Tokens[0] == token) / 1000.0;
            Assert.Equal(expected, share, 4 * Math.Sqrt(expected * (1 - expected) / 1000) + 1e-9);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void Sample_AtTheLengthLimit_IsCut(int longest)
    {
        using var model = GreedyDecoderTests.Sharp(2);
        var request = Request(
            Steps.Of([
                [10],
                [11, 12],
                [13],
                [14],
                [15],
                [16],
                [17],
                [18, 19],
                [20, 21],
                [End],
            ]),
            seeds: 2,
            longest
        );

        Assert.All(
            Sampler.Sample(model, request, End, default),
            sample =>
            {
                Assert.Equal(longest, sample.Tokens.Length);
                Assert.False(sample.Ended);
            }
        );
    }

    [Fact]
    public void Sample_FreeText_EndsAtWhicheverEndTokenComesFirst()
    {
        using var model = GreedyDecoderTests.Sharp(2);
        var request = Request(null, seeds: 1);
        var whole = Sampler.Sample(model, request, -1, default)[0].Tokens;
        Assert.Equal(request.MaxNewTokens, whole.Length);
        foreach (var place in new[] { 1, 4, whole.Length - 1 })
        {
            var ends = new EndTokens(whole[place], whole[^1], 1000);
            var sample = Sampler.Sample(model, request, ends, default)[0];
            Assert.Equal(whole[..Array.FindIndex(whole, ends.Contains)], sample.Tokens);
            Assert.True(sample.Ended);
        }
    }

    [Fact]
    public void Sample_UnderGrammar_EndsAsItDoesWithOneEndToken()
    {
        using var model = GreedyDecoderTests.Sharp(2);
        var request = Request(
            Steps.Of([
                [10],
                [11, 12],
                [13],
                [18, 19],
                [End],
            ]),
            seeds: 4
        );
        Assert.Equal(
            Sampler.Sample(model, request, End, default).Select(sample => string.Join(' ', sample.Tokens)),
            Sampler.Sample(model, request, new EndTokens(End, 30, 31), default).Select(sample => string.Join(' ', sample.Tokens))
        );
    }

    private static SampleRequest Request(ITokenConstraint? constraint, int seeds, int longest = 32) =>
        new(
            [1, 5, 6, 7, 8, 9],
            GreedyDecoderTests.Wrapped.Instance,
            constraint,
            [.. Enumerable.Range(0, seeds).Select(s => new Seed(77).Derive($"{s}"))],
            0.8,
            longest
        );

    private static float[] Logits(LlamaModel model, SampleRequest request, int[] continuation)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        int[] text = [.. request.Prompt, .. continuation];
        return Prefill.Read(model, text, TokenSequence.Locate(request.Positions, text)).Logits.data<float>().ToArray();
    }

    private static double LogSum(IEnumerable<double> values) => Math.Log(values.Sum(Math.Exp));

    /// <summary>A grammar that lists what may stand at each place.</summary>
    private sealed class Steps(int[][] places, int at) : ITokenConstraint, ITokenConstraintState
    {
        public static Steps Of(int[][] places) => new(places, 0);

        public ITokenConstraintState Start => this;

        public IReadOnlyList<int> Allowed => places[at];

        public bool IsComplete => false;

        public ITokenConstraintState Next(int token)
        {
            Assert.Contains(token, places[at]);
            return token == End ? new Complete() : new Steps(places, at + 1);
        }

        private sealed class Complete : ITokenConstraintState
        {
            public IReadOnlyList<int> Allowed => [End];

            public bool IsComplete => true;

            public ITokenConstraintState Next(int token) => throw new ArgumentException("complete", nameof(token));
        }
    }
}
