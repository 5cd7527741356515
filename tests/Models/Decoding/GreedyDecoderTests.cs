using CsCheck;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;

namespace Seal.Models.Tests.Decoding;

public sealed class GreedyDecoderTests
{
    [SkippableTheory]
    [InlineData("tied")]
    [InlineData("headdim32-untied")]
    [InlineData("rope-llama3")]
    public void Generate_OfReferencePrompts_IsTheReference(string folder)
    {
        using var golden = Golden.Open($"llama/{folder}");
        using var model = LlamaModel.Load(golden.Folder);
        var cases = golden.Json().GetProperty("greedy").EnumerateArray().ToArray();
        var expected = cases.Select(c => c.GetProperty("continuation").EnumerateArray().Select(id => id.GetInt32()).ToArray()).ToArray();

        var actual = GreedyDecoder.Generate(
            model,
            [
                .. cases.Select(
                    (c, i) =>
                        new GenerateRequest(
                            [.. c.GetProperty("prompt").EnumerateArray().Select(id => id.GetInt32())],
                            SequentialPositions.Instance,
                            -1,
                            expected[i].Length
                        )
                ),
            ],
            default
        );

        Assert.Equal(expected, actual);
    }

    [SkippableFact]
    public void Generate_OfBfloat16Reference_IsTheReference()
    {
        using var golden = Golden.Open("llama/rope-llama3-bf16");
        using var model = LlamaModel.Load(golden.Folder);
        var reference = golden.Json().GetProperty("greedy_weights_bf16_compute_f32");
        int[] expected = [.. reference.GetProperty("continuation").EnumerateArray().Select(id => id.GetInt32())];
        int[] prompt = [.. reference.GetProperty("prompt").EnumerateArray().Select(id => id.GetInt32())];

        var actual = GreedyDecoder.Generate(model, [new GenerateRequest(prompt, SequentialPositions.Instance, -1, expected.Length)], default);

        Assert.Equal(expected, actual[0]);
    }

    [Fact]
    public void Generate_SeveralEndTokens_EndsAtWhicheverComesFirstAloneAndInCompany()
    {
        using var model = Sharp(3);
        GenerateRequest Ask(EndTokens stop, params int[] prompt) => new(prompt, SequentialPositions.Instance, stop, 12);
        var whole = GreedyDecoder.Generate(model, [Ask(-1, 1, 2), Ask(-1, 4, 5, 6)], default);
        EndTokens[] stops = [new(1000, whole[0][2]), new(whole[1][5], whole[1][1])];
        int[][] expected = [whole[0][..Array.FindIndex(whole[0], stops[0].Contains)], whole[1][..Array.FindIndex(whole[1], stops[1].Contains)]];

        Assert.Equal(expected, GreedyDecoder.Generate(model, [Ask(stops[0], 1, 2), Ask(stops[1], 4, 5, 6)], default));
        Assert.Equal(expected[1], GreedyDecoder.Generate(model, [Ask(stops[1], 4, 5, 6)], default)[0]);
    }

    [Fact]
    public void Generate_OfRandomModels_IsWhatTeacherForcingAccepts() =>
        Gen.Select(Gen.ULong, Gen.Int[1, 4], Gen.Int[1, 12])
            .Sample(
                (seed, prompts, length) =>
                {
                    using var model = Sharp(seed);
                    var requests = TinyModel
                        .Texts(prompts, 1, 20, seed)
                        .Select(text => new GenerateRequest(text.Tokens, Wrapped.Instance, 3, length))
                        .ToArray();

                    var answers = GreedyDecoder.Generate(model, requests, default);

                    foreach (var (request, answer) in requests.Zip(answers))
                    {
                        int[] text = [.. request.Prompt, .. answer, .. answer.Length < length ? new[] { 3 } : []];
                        var score = Scorer.Score(
                            model,
                            new TokenSequence(text, new float[text.Length], TokenSequence.Locate(Wrapped.Instance, text))
                        );
                        for (var t = request.Prompt.Length; t < text.Length; t++)
                        {
                            // Where best and second are closer than rounding, either may win.
                            Assert.True(
                                score.Argmax[t] == text[t] || Gap(model, text, t) < 1e-5,
                                $"token {t} is {text[t]}, teacher forcing says {score.Argmax[t]}"
                            );
                        }
                    }
                },
                iter: 30
            );

    [Fact]
    public void Generate_WithWrongLastToken_IsNotWhatTeacherForcingAccepts()
    {
        using var model = Sharp(5);
        var prompt = TinyModel.Texts(1, 12, 12, 5)[0].Tokens;
        var answer = GreedyDecoder.Generate(model, [new GenerateRequest(prompt, Wrapped.Instance, -1, 6)], default)[0];
        int[] text = [.. prompt, .. answer[..^1], (answer[^1] + 1) % 20];

        var score = Scorer.Score(model, new TokenSequence(text, new float[text.Length], TokenSequence.Locate(Wrapped.Instance, text)));

        Assert.NotEqual(text[^1], score.Argmax[^1]);
        Assert.Equal(answer[^1], score.Argmax[^1]);
    }

    [Fact]
    public void Generate_WhereAllLogitsTie_TakesTheSmallestId()
    {
        using var random = LlamaModel.Random(TinyModel.Config(40), new Seed(1));
        using var model = random.With(new Dictionary<string, TorchSharp.torch.Tensor> { [TensorNames.Embedding] = TorchSharp.torch.ones(40, 32) });

        var answer = GreedyDecoder.Generate(model, [new GenerateRequest([5, 6], SequentialPositions.Instance, -1, 3)], default)[0];

        Assert.Equal([0, 0, 0], answer);
    }

    [Fact]
    public void Generate_NothingAsked_GivesNothing()
    {
        using var model = Sharp(1);

        Assert.Empty(GreedyDecoder.Generate(model, [], default));
        Assert.Equal(
            [
                [],
            ],
            GreedyDecoder.Generate(model, [new GenerateRequest([1], SequentialPositions.Instance, -1, 0)], default)
        );
    }

    /// <summary>A random model whose logits are far enough apart to argue about.</summary>
    internal static LlamaModel Sharp(ulong seed)
    {
        using var random = LlamaModel.Random(TinyModel.Config(40), new Seed(seed));
        return random.With(
            random
                .Config.Tensors()
                .Where(t => t.Shape.Length == 2)
                .ToDictionary(t => t.Name, t => random[t.Name].mul(Torch.Number(8)), StringComparer.Ordinal)
        );
    }

    private static double Gap(LlamaModel model, int[] text, int t)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var off = TorchSharp.torch.no_grad();
        var logits = Prefill.Read(model, text[..t], TokenSequence.Locate(Wrapped.Instance, text.AsSpan(0, t))).Logits.data<float>().ToArray();
        Array.Sort(logits);
        return logits[^1] - logits[^2];
    }

    /// <summary>Grid positions three wide that depend on the tokens: token 7 starts a new row.</summary>
    internal sealed class Wrapped : IPositionScheme
    {
        public static Wrapped Instance { get; } = new();

        public IPositionTracker Start() => new Tracker();

        private sealed class Tracker : IPositionTracker
        {
            private TokenPosition _next;

            public TokenPosition Next(int token)
            {
                var here = _next;
                _next =
                    token == 7 || here.Column == 2
                        ? new TokenPosition(here.Row + 1, 0, here.Example, here.Sequence + 1)
                        : here with
                        {
                            Column = here.Column + 1,
                            Sequence = here.Sequence + 1,
                        };
                return here;
            }

            public IPositionTracker Fork() => (Tracker)MemberwiseClone();
        }
    }
}
