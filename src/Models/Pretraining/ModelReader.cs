using Seal.Core.Sequences;
using Seal.Models.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Pretraining;

/// <summary>Teacher-forced reading: the loss of a batch, and whether answers are exact.</summary>
internal sealed class ModelReader(LlamaConfig config, LlamaWeights weights)
{
    private readonly RotaryTable _rotary = new(config, DeviceMap.On(Placement.Cpu));

    /// <summary>Mean negative log-likelihood over the batch's weighted tokens, a scalar with gradient.</summary>
    public Tensor Loss(IReadOnlyList<TokenSequence> batch)
    {
        var (logits, targets, factors) = Read(batch);
        var losses = nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None);
        return (losses * factors).sum() / factors.sum();
    }

    /// <summary>Sum of weighted losses, sum of weights, and per sequence whether every weighted token is the most likely one.</summary>
    public (double LossSum, double WeightSum, bool[] Exact) Judge(IReadOnlyList<TokenSequence> batch)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (logits, targets, factors) = Read(batch);
        var losses = nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None);
        var hits = logits.argmax(1).eq(targets).to(ScalarType.Byte).data<byte>().ToArray();
        var exact = new bool[batch.Count];
        var at = 0;
        for (var s = 0; s < exact.Length; s++)
        {
            var count = batch[s].WeightedLength;
            exact[s] = hits.AsSpan(at, count).IndexOf((byte)0) < 0;
            at += count;
        }

        return ((losses * factors).sum().item<float>(), factors.sum().item<float>(), exact);
    }

    /// <summary>Logits where a token counts [M, vocabulary], the tokens [M], their weights [M].</summary>
    private (Tensor Logits, Tensor Targets, Tensor Factors) Read(IReadOnlyList<TokenSequence> batch)
    {
        var rows = new List<long>();
        var targets = new List<long>();
        var factors = new List<float>();
        var start = 0;
        foreach (var sequence in batch)
        {
            for (var t = 1; t < sequence.Length; t++)
            {
                if (sequence.Weights[t] != 0)
                {
                    rows.Add(start + t - 1);
                    targets.Add(sequence.Tokens[t]);
                    factors.Add(sequence.Weights[t]);
                }
            }

            start += sequence.Length;
        }

        var tokens = TokenBatch.Of(_rotary, batch);
        var hidden = LlamaDecoder.Hidden(config, weights, null, new CausalAttention(tokens.Spans), tokens);
        var logits = LlamaDecoder.Logits(weights, hidden.index_select(0, Placement.Cpu.Of(rows.ToArray())));
        return (logits, Placement.Cpu.Of(targets.ToArray()), Placement.Cpu.Of(factors.ToArray(), factors.Count));
    }
}
