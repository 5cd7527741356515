using System.Text;

namespace Seal.Arc.Tasks;

/// <summary>An immutable rectangle of colours 0–9, at least 1 × 1. Equal by content.</summary>
public sealed class Grid : IEquatable<Grid>
{
    public const int Colours = 10;

    private readonly byte[] _cells;

    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="cells">Colours row by row, [height × width]; copied.</param>
    /// <exception cref="ArgumentException">The sizes do not match, or a colour is not in 0..9.</exception>
    public Grid(int height, int width, ReadOnlySpan<byte> cells)
    {
        if (height < 1 || width < 1 || cells.Length != height * width)
        {
            throw new ArgumentException(
                $"A grid of {height} × {width} needs {Math.Max(0, height) * Math.Max(0, width)} cells and at least one; got {cells.Length}."
            );
        }

        foreach (var cell in cells)
        {
            if (cell >= Colours)
            {
                throw new ArgumentException($"Colour {cell} is not in 0..9.");
            }
        }

        Height = height;
        Width = width;
        _cells = cells.ToArray();
    }

    public int Height { get; }

    public int Width { get; }

    /// <summary>Colours row by row.</summary>
    public ReadOnlySpan<byte> Cells => _cells;

    public byte this[int row, int column] => _cells[(row * Width) + column];

    /// <summary>Fills a grid from a function of (row, column).</summary>
    public static Grid Create(int height, int width, Func<int, int, int> colour)
    {
        var cells = new byte[height * width];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                cells[(row * width) + column] = checked((byte)colour(row, column));
            }
        }

        return new Grid(height, width, cells);
    }

    /// <summary>From nested rows, as in ARC's JSON.</summary>
    public static Grid FromRows(IReadOnlyList<IReadOnlyList<int>> rows) => Create(rows.Count, rows[0].Count, (row, column) => rows[row][column]);

    public bool Equals(Grid? other) => other is not null && Width == other.Width && _cells.AsSpan().SequenceEqual(other._cells);

    public override bool Equals(object? obj) => Equals(obj as Grid);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Width);
        hash.AddBytes(_cells);
        return hash.ToHashCode();
    }

    /// <summary>Rows of digits separated by '/', e.g. <c>012/345</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(_cells.Length + Height);
        for (var i = 0; i < _cells.Length; i++)
        {
            if (i > 0 && i % Width == 0)
            {
                text.Append('/');
            }

            text.Append((char)('0' + _cells[i]));
        }

        return text.ToString();
    }
}
