using Seal.Core.Sequences;

namespace Seal.Models.Llama;

/// <summary>
/// Cosines and sines of rotary positions (Su et al. 2021, half-split layout as Hugging Face), in fp32 as the reference computes them.
/// Tables grow with the largest coordinate seen. Not thread-safe.
/// </summary>
internal sealed class RotaryTable
{
    private readonly Section[] _sections;

    /// <param name="config">Shape of the model.</param>
    /// <param name="map">Where batches that use the table go.</param>
    public RotaryTable(LlamaConfig config, DeviceMap map)
    {
        Map = map;
        HalfDim = config.HeadDim / 2;
        _sections = config.Grid is { } grid
            ? [.. grid.Sections.Select((size, s) => new Section(GridFrequencies(size, grid.Thetas[s])))]
            : [new Section([]), new Section([]), new Section([]), new Section(SequenceFrequencies(config))];
    }

    public DeviceMap Map { get; }

    /// <summary>Rotary pairs of a head.</summary>
    public int HalfDim { get; }

    /// <summary>Angle per position of each pair of the ordinary rotary embedding, Llama 3 scaling included. [head_dim / 2]</summary>
    public static float[] SequenceFrequencies(LlamaConfig config)
    {
        var frequencies = new float[config.HeadDim / 2];
        for (var i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] = 1f / (float)Math.Pow(config.RopeTheta, 2f * i / config.HeadDim);
        }

        return config.RopeScaling is { } scaling ? [.. frequencies.Select(f => Scale(f, scaling))] : frequencies;
    }

    /// <summary>Fills cosines and sines of these positions, one row of <see cref="HalfDim"/> each.</summary>
    public void Fill(ReadOnlySpan<TokenPosition> positions, Span<float> cosines, Span<float> sines)
    {
        for (var n = 0; n < positions.Length; n++)
        {
            var position = positions[n];
            var at = n * HalfDim;
            for (var s = 0; s < _sections.Length; s++)
            {
                var section = _sections[s];
                var coordinate = s switch
                {
                    0 => position.Row,
                    1 => position.Column,
                    2 => position.Example,
                    _ => position.Sequence,
                };
                section.Row(coordinate, cosines.Slice(at, section.Size), sines.Slice(at, section.Size));
                at += section.Size;
            }
        }
    }

    private static float[] GridFrequencies(int size, double theta) =>
        [.. Enumerable.Range(0, size).Select(j => (float)Math.Pow(theta, -(double)j / size))];

    // Llama 3.1: wavelengths beyond the original context are stretched by the factor, those well inside it are kept.
    private static float Scale(float frequency, Llama3RopeScaling scaling)
    {
        var wavelength = 2 * Math.PI / frequency;
        if (wavelength < scaling.OriginalContextLength / scaling.HighFrequencyFactor)
        {
            return frequency;
        }

        if (wavelength > scaling.OriginalContextLength / scaling.LowFrequencyFactor)
        {
            return (float)(frequency / scaling.Factor);
        }

        var smooth =
            (scaling.OriginalContextLength / wavelength - scaling.LowFrequencyFactor) / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return (float)((1 - smooth) * frequency / scaling.Factor + smooth * frequency);
    }

    /// <summary>The pairs that turn by one coordinate.</summary>
    private sealed class Section(float[] frequencies)
    {
        private float[] _cosines = [];
        private float[] _sines = [];
        private int _known;

        public int Size => frequencies.Length;

        public void Row(int coordinate, Span<float> cosines, Span<float> sines)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(coordinate);
            if (coordinate >= _known)
            {
                Grow(Math.Max(64, Math.Max(2 * _known, coordinate + 1)));
            }

            _cosines.AsSpan(coordinate * Size, Size).CopyTo(cosines);
            _sines.AsSpan(coordinate * Size, Size).CopyTo(sines);
        }

        private void Grow(int rows)
        {
            Array.Resize(ref _cosines, rows * Size);
            Array.Resize(ref _sines, rows * Size);
            for (var at = _known * Size; at < _cosines.Length; at++)
            {
                var angle = (at / Size) * frequencies[at % Size];
                _cosines[at] = (float)Math.Cos(angle);
                _sines[at] = (float)Math.Sin(angle);
            }

            _known = rows;
        }
    }
}
