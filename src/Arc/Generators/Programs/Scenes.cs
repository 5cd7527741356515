using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Programs;

/// <summary>Kinds of input grids on background 0.</summary>
internal static class Scenes
{
    /// <summary>Every cell coloured or not by the toss of a coin; half of the draws leave no cell blank.</summary>
    public static Grid Noise(CounterRandom random, int maxSide, IReadOnlyList<byte> palette)
    {
        var density =
            random.NextBool() ? 0.5
            : random.NextBool() ? 0.75
            : 1;
        return Sketch.Noise(random, Side(random, maxSide), Side(random, maxSide), palette, density);
    }

    /// <summary>A few coloured cells.</summary>
    public static Grid Dots(CounterRandom random, int maxSide, IReadOnlyList<byte> palette) =>
        Sketch.Noise(random, Side(random, maxSide), Side(random, maxSide), palette, 0.05 + (0.15 * random.NextDouble()));

    /// <summary>A square of noise.</summary>
    public static Grid Square(CounterRandom random, int maxSide, IReadOnlyList<byte> palette)
    {
        var side = Sketch.Side(random, 2, maxSide);
        return Sketch.Noise(random, side, side, palette, random.NextBool() ? 0.5 : 1);
    }

    /// <summary>A small grid, which leaves room to grow.</summary>
    public static Grid Small(CounterRandom random, int maxSide, IReadOnlyList<byte> palette) => Noise(random, Math.Max(2, maxSide / 2), palette);

    /// <summary>A small square of noise.</summary>
    public static Grid SmallSquare(CounterRandom random, int maxSide, IReadOnlyList<byte> palette) =>
        Square(random, Math.Max(2, maxSide / 2), palette);

    /// <summary>Rectangles that do not touch, filled or hollow.</summary>
    public static Grid Boxes(CounterRandom random, int maxSide, IReadOnlyList<byte> palette) => Boxes(random, maxSide, palette, hollowShare: 0.4);

    /// <summary>The same, mostly filled: they have insides.</summary>
    public static Grid SolidBoxes(CounterRandom random, int maxSide, IReadOnlyList<byte> palette) =>
        Boxes(random, maxSide, palette, hollowShare: 0.1);

    /// <summary>The same, mostly hollow: they shut something in.</summary>
    public static Grid HollowBoxes(CounterRandom random, int maxSide, IReadOnlyList<byte> palette) =>
        Boxes(random, maxSide, palette, hollowShare: 0.9);

    private static Grid Boxes(CounterRandom random, int maxSide, IReadOnlyList<byte> palette, double hollowShare)
    {
        var grid = Sketch.Blank(Sketch.Side(random, Math.Min(4, maxSide), maxSide), Sketch.Side(random, Math.Min(4, maxSide), maxSide));
        // One has an inside at least; the others are as they come.
        var least = Math.Min(3, maxSide);
        for (var count = random.NextInt(2, 7); count > 0; count--, least = 1)
        {
            int height = Sketch.Side(random, least, 1 + (grid.Height / 2)),
                width = Sketch.Side(random, least, 1 + (grid.Width / 2));
            var hollow = random.NextBool(hollowShare);
            var colour = Sketch.Pick(random, palette);
            var box = Grid.Create(
                height,
                width,
                (row, column) => hollow && row > 0 && column > 0 && row < height - 1 && column < width - 1 ? 0 : colour
            );
            grid = Place(random, grid, box);
        }

        return grid;
    }

    /// <summary>Blobs that do not touch, each in one colour.</summary>
    public static Grid Blobs(CounterRandom random, int maxSide, IReadOnlyList<byte> palette)
    {
        var grid = Sketch.Blank(Side(random, maxSide), Side(random, maxSide));
        for (var count = random.NextInt(2, 6); count > 0; count--)
        {
            var blob = Sketch.Blob(
                random,
                random.NextInt(1, 2 + (grid.Height / 2)),
                random.NextInt(1, 2 + (grid.Width / 2)),
                [Sketch.Pick(random, palette)]
            );
            grid = Place(random, grid, blob);
        }

        return grid;
    }

    /// <summary>One blob of several colours somewhere.</summary>
    public static Grid Lone(CounterRandom random, int maxSide, IReadOnlyList<byte> palette)
    {
        var grid = Sketch.Blank(Side(random, maxSide), Side(random, maxSide));
        return Place(random, grid, Sketch.Blob(random, Math.Max(1, grid.Height / 2), Math.Max(1, grid.Width / 2), palette));
    }

    /// <summary>Noise that is mirrored half of the time: left to right, top to bottom or both.</summary>
    public static Grid Mirrored(CounterRandom random, int maxSide, IReadOnlyList<byte> palette)
    {
        var grid = Sketch.Noise(random, Side(random, maxSide), Side(random, maxSide), palette, 0.5);
        bool across = random.NextBool(),
            down = random.NextBool();
        return Grid.Create(
            grid.Height,
            grid.Width,
            (row, column) => grid[down ? Math.Min(row, grid.Height - 1 - row) : row, across ? Math.Min(column, grid.Width - 1 - column) : column]
        );
    }

    /// <summary>Two or three panels of equal size, side by side or stacked, without a line between them.</summary>
    public static Grid Panels(CounterRandom random, int maxSide, IReadOnlyList<byte> palette)
    {
        var count = random.NextInt(2, maxSide >= 6 ? 4 : 3);
        int length = Sketch.Side(random, 2, maxSide / count),
            other = Sketch.Side(random, 2, maxSide);
        var grid = Sketch.Noise(random, length * count, other, palette, 0.4);
        return random.NextBool() ? grid : Sketch.Orient(grid, 4);
    }

    /// <summary>The grid with something laid on it where it touches nothing; unchanged where eight tries find no such place.</summary>
    private static Grid Place(CounterRandom random, Grid grid, Grid thing)
    {
        if (thing.Height > grid.Height || thing.Width > grid.Width)
        {
            return grid;
        }

        for (var attempt = 0; attempt < 8; attempt++)
        {
            int top = random.NextInt(grid.Height - thing.Height + 1),
                left = random.NextInt(grid.Width - thing.Width + 1);
            if (IsFree(grid, top - 1, left - 1, thing.Height + 2, thing.Width + 2))
            {
                return Sketch.Lay(grid, thing, top, left);
            }
        }

        return grid;
    }

    private static bool IsFree(Grid grid, int top, int left, int height, int width)
    {
        for (var row = Math.Max(0, top); row < Math.Min(grid.Height, top + height); row++)
        {
            for (var column = Math.Max(0, left); column < Math.Min(grid.Width, left + width); column++)
            {
                if (grid[row, column] != 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static int Side(CounterRandom random, int maxSide) => Sketch.Side(random, Math.Min(maxSide, maxSide > 8 ? 4 : 2), maxSide);
}
