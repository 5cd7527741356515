using Seal.Core.Sequences;
using Seal.Models.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Decoding;

/// <summary>A prompt read once: keys and values of every layer, and the logits of what follows. Lives in the caller's dispose scope.</summary>
/// <param name="Keys">Per layer, [P, key-value heads, head_dim].</param>
/// <param name="Values">Per layer, [P, key-value heads, head_dim].</param>
/// <param name="Logits">Of the token after the prompt, [vocabulary].</param>
internal sealed record Prefill(Tensor[] Keys, Tensor[] Values, Tensor Logits)
{
    public static Prefill Read(LlamaModel model, int[] tokens, TokenPosition[] positions)
    {
        if (tokens.Length == 0)
        {
            throw new ArgumentException("A prompt needs at least one token; begin it with the vocabulary's first special token.", nameof(tokens));
        }

        using var scope = NewDisposeScope();
        var span = new TokenSpan(0, tokens.Length);
        var batch = TokenBatch.Of(model.Rotary, [span], tokens, positions);
        var attention = new Recorder(new CausalAttention([span]), model.Config.Layers);
        var hidden = LlamaDecoder.Hidden(model.Config, model.Weights, null, attention, batch); // [P, d]
        var logits = LlamaDecoder.Logits(model.Weights, hidden.narrow(0, tokens.Length - 1, 1).clone(), fewRows: true).squeeze(0);
        return new Prefill(
            [.. attention.Keys.Select(key => key.MoveToOuterDisposeScope())],
            [.. attention.Values.Select(value => value.MoveToOuterDisposeScope())],
            logits.MoveToOuterDisposeScope()
        );
    }

    private sealed class Recorder(CausalAttention inner, int layers) : IAttention
    {
        public Tensor[] Keys { get; } = new Tensor[layers];

        public Tensor[] Values { get; } = new Tensor[layers];

        public bool TakesHalf => inner.TakesHalf;

        public Tensor Attend(int layer, Tensor query, Tensor key, Tensor value)
        {
            var output = inner.Attend(layer, query, key, value);
            (Keys[layer], Values[layer]) = (key.MoveToOuterDisposeScope(), value.MoveToOuterDisposeScope()); // they outlive the layer
            return output;
        }
    }
}
