using Seal.Core.Sequences;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Llama;

/// <summary>A stretch of rows in a <see cref="TokenBatch"/> that attends to itself, causally.</summary>
/// <param name="Start">First row.</param>
/// <param name="Length">Rows.</param>
/// <param name="Attended">
/// Rows from <paramref name="Start"/> that may be attended to. Shorter than <paramref name="Length"/> only for a sequence with padding
/// behind it, whose pads look at the text and not at each other (as Hugging Face's attention_mask does).
/// </param>
internal readonly record struct TokenSpan(int Start, int Length, int Attended)
{
    public TokenSpan(int start, int length)
        : this(start, length, length) { }
}

/// <summary>
/// Sequences laid end to end in rows [N], each a <see cref="TokenSpan"/>. There is no padding: everything but attention works on rows,
/// attention on spans, so a sequence costs what it is long and its numbers do not depend on how long its neighbours are.
/// </summary>
internal sealed class TokenBatch : IDisposable
{
    private readonly TokenBatch[] _at; // as the devices behind the first one see it

    private TokenBatch(DeviceMap map, IReadOnlyList<TokenSpan> spans, Tensor tokens, Tensor cosines, Tensor sines, bool fewRows)
        : this(map, map.First, spans, tokens, cosines, sines, fewRows)
    {
        _at =
        [
            .. map.Devices.Skip(1).Select(device => new TokenBatch(map, device, spans, tokens, device.Take(cosines), device.Take(sines), fewRows)),
        ];
    }

    private TokenBatch(DeviceMap map, Placement at, IReadOnlyList<TokenSpan> spans, Tensor tokens, Tensor cosines, Tensor sines, bool fewRows)
    {
        _at = [];
        Map = map;
        Placement = at;
        Spans = spans;
        Tokens = tokens;
        Cosines = cosines;
        Sines = sines;
        FewRows = fewRows;
    }

    public IReadOnlyList<TokenSpan> Spans { get; }

    /// <summary>Token ids, [N] int64, where the embedding is.</summary>
    public Tensor Tokens { get; }

    /// <summary>Rotary cosines, [N, 1, head_dim].</summary>
    public Tensor Cosines { get; }

    /// <summary>Rotary sines, negative in the first half, [N, 1, head_dim].</summary>
    public Tensor Sines { get; }

    /// <summary>Where the layers of the model are that reads it.</summary>
    public DeviceMap Map { get; }

    /// <summary>Where cosines and sines are.</summary>
    public Placement Placement { get; }

    /// <summary>True for a decoding step, whose rows are few and need not be computed as a long text's would be.</summary>
    public bool FewRows { get; }

    public int Rows => (int)Tokens.size(0);

    /// <summary>The batch as a layer on this device reads it.</summary>
    public TokenBatch At(Placement device) =>
        ReferenceEquals(device, Placement) ? this : Array.Find(_at, batch => ReferenceEquals(batch.Placement, device))!;

    /// <summary>Lays whole sequences end to end.</summary>
    /// <param name="attended">Per sequence, see <see cref="TokenSpan.Attended"/>; null for all of it.</param>
    public static TokenBatch Of(RotaryTable rotary, IReadOnlyList<TokenSequence> sequences, IReadOnlyList<int>? attended = null)
    {
        var spans = new TokenSpan[sequences.Count];
        var rows = sequences.Sum(sequence => sequence.Length);
        var tokens = new int[rows];
        var positions = new TokenPosition[rows];
        var start = 0;
        for (var s = 0; s < spans.Length; s++)
        {
            var sequence = sequences[s];
            spans[s] = new TokenSpan(start, sequence.Length, attended?[s] ?? sequence.Length);
            sequence.Tokens.CopyTo(tokens, start);
            (sequence.Positions ?? TokenSequence.Locate(SequentialPositions.Instance, sequence.Tokens)).CopyTo(positions, start);
            start += sequence.Length;
        }

        return Of(rotary, spans, tokens, positions);
    }

    /// <summary>Rows as given.</summary>
    public static TokenBatch Of(RotaryTable rotary, IReadOnlyList<TokenSpan> spans, int[] tokens, TokenPosition[] positions, bool fewRows = false)
    {
        var half = rotary.HalfDim;
        var halfCosines = new float[tokens.Length * half];
        var halfSines = new float[tokens.Length * half];
        rotary.Fill(positions, halfCosines, halfSines);
        var cosines = new float[2 * halfCosines.Length];
        var sines = new float[2 * halfSines.Length];
        for (var n = 0; n < tokens.Length; n++)
        {
            for (var j = 0; j < half; j++)
            {
                var at = 2 * n * half + j;
                cosines[at] = cosines[at + half] = halfCosines[n * half + j];
                sines[at] = -(sines[at + half] = halfSines[n * half + j]);
            }
        }

        long[] shape = [tokens.Length, 1, 2 * half];
        var first = rotary.Map.First;
        return new TokenBatch(
            rotary.Map,
            spans,
            first.Of(Array.ConvertAll(tokens, token => (long)token)),
            first.Of(cosines, shape),
            first.Of(sines, shape),
            fewRows
        );
    }

    public void Dispose()
    {
        Tokens.Dispose();
        foreach (var batch in _at.Prepend(this))
        {
            batch.Cosines.Dispose();
            batch.Sines.Dispose();
        }
    }
}
