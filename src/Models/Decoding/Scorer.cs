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

    /// <summary>Each sequence is read by itself, so its numbers do not depend on what it is read with.</summary>
    public static SequenceScore Score(LlamaModel model, TokenSequence sequence)
    {
        model.Enter();
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var logProbabilities = new float[sequence.Length];
        var argmax = new int[sequence.Length];
        if (sequence.Length == 0)
        {
            return new SequenceScore(logProbabilities, argmax);
        }

        argmax[0] = -1;
        var batch = TokenBatch.Of(model.Rotary, [sequence]);
        var hidden = LlamaDecoder.Hidden(model.Config, model.Weights, null, new CausalAttention(batch.Spans), batch); // [T, d]
        var tokens = model.Map.Last.Take(batch.Tokens);
        var chunk = Math.Max(1, LogitsPerChunk / model.Config.VocabularySize);
        for (var t = 1; t < sequence.Length; t += chunk)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(chunk, sequence.Length - t);
            var logits = LlamaDecoder.Logits(model.Weights, hidden.narrow(0, t - 1, count)); // [count, vocabulary]
            var losses = nn.functional.cross_entropy(logits, tokens.narrow(0, t, count), reduction: nn.Reduction.None);
            var best = logits.argmax(1);
            var loss = losses.Values<float>();
            var ids = best.Values<long>();
            for (var i = 0; i < count; i++)
            {
                logProbabilities[t + i] = -loss[i];
                argmax[t + i] = (int)ids[i];
            }
        }

        return new SequenceScore(logProbabilities, argmax);
    }
}
