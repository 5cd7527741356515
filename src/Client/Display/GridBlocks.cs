using Seal.Arc.Tasks;
using Spectre.Console;
using Spectre.Console.Rendering;
using ArcGrid = Seal.Arc.Tasks.Grid;

namespace Seal.Client.Display;

/// <summary>Draws ARC grids: coloured cells on a terminal, digits where there are no colours.</summary>
/// <param name="Width">Of the terminal, in characters.</param>
/// <param name="Coloured">False: digits.</param>
internal sealed record GridBlocks(int Width, bool Coloured)
{
    private const string Arrow = " → ";

    /// <summary>The colours of ARC's own viewer, 0 to 9: black, blue, red, green, yellow, grey, magenta, orange, azure, maroon.</summary>
    private static readonly Color[] Palette =
    [
        new(0, 0, 0),
        new(0, 116, 217),
        new(255, 65, 54),
        new(46, 204, 64),
        new(255, 220, 0),
        new(170, 170, 170),
        new(240, 18, 190),
        new(255, 133, 27),
        new(127, 219, 255),
        new(135, 12, 37),
    ];

    public static GridBlocks For(IAnsiConsole console) =>
        new(console.Profile.Width, console.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors });

    /// <summary>One grid, two characters per cell, one where it would not fit.</summary>
    /// <param name="grid">The grid.</param>
    /// <param name="expected">Cells that differ from this are marked; all of them where the sizes differ.</param>
    public Block Cells(ArcGrid grid, ArcGrid? expected = null)
    {
        var wide = grid.Width * 2 <= Width;
        var lines = new List<IReadOnlyList<Segment>>();
        for (var row = 0; row < grid.Height; row++)
        {
            lines.Add([.. Enumerable.Range(0, grid.Width).Select(column => Cell(grid[row, column], Differs(row, column), wide))]);
        }

        return new Block(grid.Width * (wide ? 2 : 1), lines);

        bool Differs(int row, int column) =>
            expected is not null && (row >= expected.Height || column >= expected.Width || expected[row, column] != grid[row, column]);
    }

    /// <summary>Input and output side by side, under each other where they do not fit.</summary>
    public Block Pair(string caption, ArcPair pair)
    {
        var input = Cells(pair.Input);
        var output = pair.Output is null ? Block.Of("?") : Cells(pair.Output);
        var picture =
            input.Width + Arrow.Length + output.Width <= Width
                ? Block.Beside(input, Block.Of(Arrow), output)
                : Block.Under(input, Block.Of("↓"), output);
        return Block.Under(Block.Of($"{caption}: {Size(pair.Input)}{Arrow}{(pair.Output is null ? "unknown" : Size(pair.Output))}"), picture);
    }

    /// <summary>A grid under its caption.</summary>
    public Block Titled(string caption, ArcGrid? grid, ArcGrid? expected = null) =>
        Block.Under(Block.Of(caption), grid is null ? Block.Of("(no grid)") : Cells(grid, expected));

    /// <summary>Demonstrations and tests.</summary>
    public IEnumerable<Block> Task(ArcTask task)
    {
        yield return Block.Flow([.. task.Train.Select((pair, i) => Pair($"demonstration {i + 1}", pair))], Width);
        yield return Block.Flow([.. task.Test.Select((pair, i) => Pair($"test {i + 1}", pair))], Width);
    }

    public static string Size(ArcGrid grid) => FormattableString.Invariant($"{grid.Height} × {grid.Width}");

    private Segment Cell(byte colour, bool marked, bool wide)
    {
        if (!Coloured)
        {
            var digit = (char)('0' + colour);
            return new Segment(
                wide ? $"{digit}{(marked ? '*' : ' ')}"
                : marked ? "*"
                : $"{digit}"
            );
        }

        var text = marked ? "><" : "  ";
        var ink = colour is 3 or 4 or 5 or 8 ? Color.Black : Color.White;
        return new Segment(wide ? text : text[..1], new Style(foreground: ink, background: Palette[colour]));
    }
}
