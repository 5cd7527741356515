using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators;

/// <summary>Drawing for generators: random sides, palettes, noise, rectangles and blobs on background 0.</summary>
internal static class Sketch
{
    /// <summary>A side in least..most; least where most is smaller.</summary>
    public static int Side(CounterRandom random, int least, int most) => most <= least ? least : random.NextInt(least, most + 1);

    /// <summary>Distinct colours from 1..9.</summary>
    public static byte[] Palette(CounterRandom random, int count)
    {
        Span<byte> colours = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        random.Shuffle(colours);
        return colours[..count].ToArray();
    }

    public static byte Pick(CounterRandom random, IReadOnlyList<byte> colours) => colours[random.NextInt(colours.Count)];

    /// <summary>Each cell a palette colour with the given probability, else 0.</summary>
    public static Grid Noise(CounterRandom random, int height, int width, IReadOnlyList<byte> colours, double density) =>
        Grid.Create(height, width, (_, _) => random.NextBool(density) ? Pick(random, colours) : 0);

    /// <summary>A connected blob grown from the middle, in one colour or in several, cropped to itself.</summary>
    public static Grid Blob(CounterRandom random, int maxHeight, int maxWidth, IReadOnlyList<byte> colours)
    {
        var cells = new byte[maxHeight * maxWidth];
        int row = random.NextInt(maxHeight),
            column = random.NextInt(maxWidth);
        for (var steps = random.NextInt(2, 3 + (2 * maxHeight * maxWidth / 3)); steps > 0; steps--)
        {
            cells[(row * maxWidth) + column] = Pick(random, colours);
            var direction = random.NextInt(4);
            row = Math.Clamp(
                row
                    + (
                        direction == 0 ? 1
                        : direction == 1 ? -1
                        : 0
                    ),
                0,
                maxHeight - 1
            );
            column = Math.Clamp(
                column
                    + (
                        direction == 2 ? 1
                        : direction == 3 ? -1
                        : 0
                    ),
                0,
                maxWidth - 1
            );
        }

        return CropToContent(new Grid(maxHeight, maxWidth, cells));
    }

    /// <summary>The smallest rectangle around the cells that are not 0; the grid itself when there are none.</summary>
    public static Grid CropToContent(Grid grid)
    {
        int top = grid.Height,
            bottom = -1,
            left = grid.Width,
            right = -1;
        for (var row = 0; row < grid.Height; row++)
        {
            for (var column = 0; column < grid.Width; column++)
            {
                if (grid[row, column] != 0)
                {
                    (top, bottom) = (Math.Min(top, row), Math.Max(bottom, row));
                    (left, right) = (Math.Min(left, column), Math.Max(right, column));
                }
            }
        }

        return bottom < 0 ? grid : Grid.Create(bottom - top + 1, right - left + 1, (row, column) => grid[top + row, left + column]);
    }

    /// <summary>A copy with another grid laid over it; 0 in the upper one is transparent.</summary>
    public static Grid Lay(Grid under, Grid over, int top, int left) =>
        Grid.Create(
            under.Height,
            under.Width,
            (row, column) =>
            {
                int r = row - top,
                    c = column - left;
                return r >= 0 && c >= 0 && r < over.Height && c < over.Width && over[r, c] != 0 ? over[r, c] : under[row, column];
            }
        );

    public static Grid Blank(int height, int width) => new(height, width, new byte[height * width]);

    /// <summary>Cell by cell, sizes kept.</summary>
    public static Grid Map(Grid grid, Func<byte, int> colour) => Grid.Create(grid.Height, grid.Width, (row, column) => colour(grid[row, column]));

    /// <summary>How often each colour occurs, [10].</summary>
    public static int[] Histogram(Grid grid)
    {
        var counts = new int[Grid.Colours];
        foreach (var cell in grid.Cells)
        {
            counts[cell]++;
        }

        return counts;
    }

    /// <summary>One of the eight symmetries of the square; 0 is the identity. Bit 0 flips rows, bit 1 flips columns, bit 2 transposes
    /// first.</summary>
    public static Grid Orient(Grid grid, int orientation)
    {
        bool flipRows = (orientation & 1) != 0,
            flipColumns = (orientation & 2) != 0,
            transpose = (orientation & 4) != 0;
        var (height, width) = transpose ? (grid.Width, grid.Height) : (grid.Height, grid.Width);
        return Grid.Create(
            height,
            width,
            (row, column) =>
            {
                int r = flipRows ? height - 1 - row : row,
                    c = flipColumns ? width - 1 - column : column;
                return transpose ? grid[c, r] : grid[r, c];
            }
        );
    }

    /// <summary>Orientation that undoes <see cref="Orient"/>.</summary>
    public static int Inverse(int orientation) =>
        orientation switch
        {
            5 => 6,
            6 => 5,
            _ => orientation,
        };

    /// <summary>Every cell that is not background drops to the bottom of its column; the order within a column stays.</summary>
    public static Grid Fall(Grid grid)
    {
        var cells = new byte[grid.Height * grid.Width];
        for (var column = 0; column < grid.Width; column++)
        {
            var floor = grid.Height;
            for (var row = grid.Height - 1; row >= 0; row--)
            {
                if (grid[row, column] != 0)
                {
                    cells[(--floor * grid.Width) + column] = grid[row, column];
                }
            }
        }

        return new Grid(grid.Height, grid.Width, cells);
    }
}
