using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Decoding;

/// <summary>
/// Draws several samples after one prompt, which is read once. All randomness is the samples' own; libtorch's generators are not used.
/// </summary>
internal static class Sampler
{
    // Under a grammar most tokens are forced: reading up to four of them per forward pass costs little more than reading one. The width
    // is fixed, so that no sample's numbers depend on how much another has to read.
    private const int WidthUnderGrammar = 4;

    /// <param name="end">The tokens that end a text.</param>
    public static IReadOnlyList<SampleRecord> Sample(LlamaModel model, SampleRequest request, EndTokens end, CancellationToken cancellation)
    {
        if (!(request.Temperature > 0))
        {
            throw new ArgumentException(
                $"Temperature must be greater than 0; got {request.Temperature}. For the likeliest text use Generate.",
                nameof(request)
            );
        }

        if (request.TopP is { } share && !(share is > 0 and < 1))
        {
            throw new ArgumentException($"TopP must be in (0, 1), or null for all tokens; got {share}.", nameof(request));
        }

        model.Enter();
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var start = new SampledText(request, end);
        var texts = request.Seeds.Select(start.Fork).ToArray();
        if (texts.Length == 0 || start.Done)
        {
            return [.. texts.Select(text => text.ToRecord())];
        }

        var shared = Enumerable.Range(0, start.Pending).Select(_ => start.Dequeue()).ToArray();
        var prompt = Prefill.Read(model, [.. shared.Select(s => s.Token)], [.. shared.Select(s => s.Position)]);
        Draw(prompt.Logits, texts, _ => 0);

        var width = request.Constraint is null ? 1 : WidthUnderGrammar;
        using var cache = new DecodingCache(model, texts.Length, 64 * width);
        cache.Share(prompt);
        while (Array.Exists(texts, text => !text.Done))
        {
            cancellation.ThrowIfCancellationRequested();
            Advance(model, cache, texts, width);
        }

        return [.. texts.Select(text => text.ToRecord())];
    }

    private static void Advance(LlamaModel model, DecodingCache cache, SampledText[] texts, int width)
    {
        using var scope = NewDisposeScope();
        var tokens = new int[texts.Length * width];
        var positions = new TokenPosition[tokens.Length];
        var fed = new bool[tokens.Length];
        var last = new long[texts.Length]; // row of each text's newest token
        for (var r = 0; r < texts.Length; r++)
        {
            last[r] = r * width;
            for (var w = 0; w < width && !texts[r].Done && texts[r].Pending > 0; w++)
            {
                last[r] = r * width + w;
                (tokens[last[r]], positions[last[r]]) = texts[r].Dequeue();
                fed[last[r]] = true;
            }
        }

        var hidden = cache.Feed(tokens, positions, fed, width);
        var logits = LlamaDecoder.Logits(model.Weights, hidden.index_select(0, model.Map.Last.Of(last)), fewRows: true); // [R, vocabulary]
        Draw(logits, texts, r => r);
    }

    /// <summary>Each text that has read all it knows draws its next token; a large vocabulary makes this work for several threads.</summary>
    private static unsafe void Draw(Tensor logits, SampledText[] texts, Func<int, int> rowOf)
    {
        var width = (int)logits.shape[^1];
        fixed (float* values = logits.Values<float>())
        {
            var start = values;
            KernelThreads.Run(
                texts.Length,
                r =>
                {
                    if (!texts[r].Done && texts[r].Pending == 0)
                    {
                        texts[r].Draw(new ReadOnlySpan<float>(start + (long)rowOf(r) * width, width));
                    }
                }
            );
        }

        GC.KeepAlive(logits);
    }
}
