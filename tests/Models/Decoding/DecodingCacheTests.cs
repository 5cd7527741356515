using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using static TorchSharp.torch;

namespace Seal.Models.Tests.Decoding;

public sealed class DecodingCacheTests
{
    [SkippableTheory]
    [InlineData("tied", true)]
    [InlineData("tied", false)]
    [InlineData("headdim32-untied", true)]
    [InlineData("rope-llama3", false)]
    public void Feed_TokenByToken_ComputesWhatOnePassComputes(string folder, bool sharesPrefix)
    {
        using var golden = Golden.Open($"llama/{folder}");
        using var model = LlamaModel.Load(golden.Folder);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var ids = golden.Ids("long_input_ids")[0];
        const int Prompt = 41;
        const int Width = 3;
        var prefill = Prefill.Read(model, ids[..Prompt], Positions(0, Prompt));
        using var cache = new DecodingCache(model, 2, 4);
        if (sharesPrefix)
        {
            cache.Share(prefill);
        }
        else
        {
            cache.Start([prefill, Prefill.Read(model, ids[..7], Positions(0, 7))]);
        }

        // The second text walks along with other tokens and idle places.
        var expected = Golden.Logits(model, [ids]);
        var vocabulary = model.Config.VocabularySize;
        var largest = Golden.LargestDifference(prefill.Logits.data<float>().ToArray(), expected.AsSpan((Prompt - 1) * vocabulary, vocabulary));
        for (var at = Prompt; at + Width <= ids.Length; at += Width)
        {
            var hidden = cache.Feed(
                [.. ids[at..(at + Width)], 5, 6, 7],
                [.. Positions(at, Width), .. Positions(at, Width)],
                [true, true, true, true, at % 2 == 0, false],
                Width
            );
            var logits = LlamaDecoder.Logits(model.Weights, hidden.narrow(0, 0, Width)).data<float>().ToArray();
            largest = Math.Max(largest, Golden.LargestDifference(logits, expected.AsSpan(at * vocabulary, Width * vocabulary)));
        }

        Assert.True(largest < 2e-5, $"logits differ by {largest}");
    }

    private static TokenPosition[] Positions(int start, int count) => [.. Enumerable.Range(start, count).Select(i => new TokenPosition(0, 0, 0, i))];
}
