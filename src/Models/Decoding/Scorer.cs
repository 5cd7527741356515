using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Decoding;

/// <summary>Teacher-forced reading: what the model thinks of each token of a given text, in one forward pass.</summary>
internal static class Scorer
{
    // Logits of a chunk are the largest thing in memory: 16 Mi floats are 64 MiB.
    private const int LogitsPerChunk = 16 << 20;

    /// <summary>Rows of texts that are read together: by then an operation costs more than its call.</summary>
    private const int RowsTogether = 1024;

    /// <summary>A text's numbers do not depend on what it is read with: where our kernels compute every row by itself texts are read together, and
    /// elsewhere one after the other.</summary>
    public static SequenceScore[] Score(LlamaModel model, IReadOnlyList<TokenSequence> sequences, CancellationToken cancellation)
    {
        var together = KernelAttention.TakesAll(model) ? RowsTogether : 1;
        var scores = new List<SequenceScore>(sequences.Count);
        while (scores.Count < sequences.Count)
        {
            cancellation.ThrowIfCancellationRequested();
            var next = new List<TokenSequence>();
            for (var (at, rows) = (scores.Count, 0); at < sequences.Count && rows < together; at++)
            {
                next.Add(sequences[at]);
                rows += sequences[at].Length;
            }

            scores.AddRange(Read(model, next));
        }

        return [.. scores];
    }

    /// <summary>One text.</summary>
    public static SequenceScore Score(LlamaModel model, TokenSequence sequence) => Read(model, [sequence])[0];

    private static SequenceScore[] Read(LlamaModel model, IReadOnlyList<TokenSequence> sequences)
    {
        model.Enter();
        using var scope = NewDisposeScope();
        using var off = no_grad();
        SequenceScore[] scores = [.. sequences.Select(sequence => new SequenceScore(new float[sequence.Length], new int[sequence.Length]))];
        TokenSequence[] texts = [.. sequences.Where(sequence => sequence.Length > 0)];
        if (texts.Length == 0)
        {
            return scores;
        }

        // Where the token of each row is told of.
        (SequenceScore Score, int At)[] told = [.. scores.SelectMany(score => Enumerable.Range(0, score.Argmax.Length).Select(at => (score, at)))];
        var batch = TokenBatch.Of(model.Rotary, texts);
        var hidden = LlamaDecoder.Hidden(model.Config, model.Weights, null, new CausalAttention(batch.Spans), batch); // [T, d]
        var tokens = model.Map.Last.Take(batch.Tokens);
        var chunk = Math.Max(1, LogitsPerChunk / model.Config.VocabularySize);
        for (var row = 1; row < told.Length; row += chunk)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(chunk, told.Length - row);
            var logits = LlamaDecoder.Logits(model.Weights, hidden.narrow(0, row - 1, count)); // [count, vocabulary]
            var losses = nn.functional.cross_entropy(logits, tokens.narrow(0, row, count), reduction: nn.Reduction.None);
            var best = logits.argmax(1);
            var loss = losses.Values<float>();
            var ids = best.Values<long>();
            for (var i = 0; i < count; i++)
            {
                var (score, at) = told[row + i];
                (score.LogProbabilities[at], score.Argmax[at]) = (-loss[i], (int)ids[i]);
            }
        }

        // Nothing is before a text's first token.
        foreach (var score in scores.Where(score => score.Argmax.Length > 0))
        {
            (score.LogProbabilities[0], score.Argmax[0]) = (0, -1);
        }

        return scores;
    }
}
