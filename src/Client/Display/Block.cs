using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seal.Client.Display;

/// <summary>Lines of text that are placed as one: a grid, a pair of grids, a caption.</summary>
/// <param name="Width">Of the widest line, in characters.</param>
/// <param name="Lines">Top to bottom, each at most <paramref name="Width"/> wide.</param>
internal sealed record Block(int Width, IReadOnlyList<IReadOnlyList<Segment>> Lines)
{
    public static Block Of(params IReadOnlyList<string> lines) =>
        new(lines.Max(line => line.Length), [.. lines.Select(line => new[] { new Segment(line) })]);

    /// <summary>Blocks next to each other, centred on one another.</summary>
    public static Block Beside(params IReadOnlyList<Block> blocks)
    {
        var height = blocks.Max(block => block.Lines.Count);
        var lines = Enumerable
            .Range(0, height)
            .Select(row => (IReadOnlyList<Segment>)[.. blocks.SelectMany(block => block.Line(row - ((height - block.Lines.Count) / 2)))]);
        return new Block(blocks.Sum(block => block.Width), [.. lines]);
    }

    /// <summary>Blocks under each other.</summary>
    public static Block Under(params IReadOnlyList<Block> blocks)
    {
        var width = blocks.Max(block => block.Width);
        return new Block(width, [.. blocks.SelectMany(block => block.Lines)]);
    }

    /// <summary>Blocks in reading order, as many side by side as the width allows, an empty line between rows.</summary>
    public static Block Flow(IReadOnlyList<Block> blocks, int width, int gap = 4)
    {
        var rows = new List<Block>();
        var row = new List<Block>();
        foreach (var block in blocks)
        {
            if (row.Count > 0 && row.Sum(placed => placed.Width + gap) + block.Width > width)
            {
                Close();
            }

            row.Add(block);
        }

        Close();
        return Under([.. rows.SkipLast(1)]);

        void Close()
        {
            var height = row.Max(placed => placed.Lines.Count);
            // Captions stand on one line, whatever the heights.
            var tops = row.Select(placed =>
                placed with
                {
                    Lines = [.. placed.Lines, .. Enumerable.Repeat<IReadOnlyList<Segment>>([], height - placed.Lines.Count)],
                }
            );
            rows.Add(Beside([.. tops.SelectMany((placed, i) => i == 0 ? [placed] : new[] { Space(gap), placed })]));
            rows.Add(Of(""));
            row.Clear();
        }
    }

    public static Block Space(int width) => Of(new string(' ', width));

    public IRenderable ToRenderable() => new Picture(this);

    private IEnumerable<Segment> Line(int row)
    {
        IReadOnlyList<Segment> line = row >= 0 && row < Lines.Count ? Lines[row] : [];
        var missing = Width - line.Sum(segment => segment.Text.Length);
        return missing > 0 ? [.. line, new Segment(new string(' ', missing))] : line;
    }

    private sealed class Picture(Block block) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => new(block.Width, block.Width);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => block.Lines.SelectMany(line => line.Append(Segment.LineBreak));
    }
}
