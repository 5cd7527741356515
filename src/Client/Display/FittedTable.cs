using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seal.Client.Display;

/// <summary>A column of a <see cref="FittedTable"/>.</summary>
/// <param name="Heading">Never cut.</param>
/// <param name="IsNumber">Aligned right and never broken into lines; a text may be.</param>
internal sealed record Column(string Heading, bool IsNumber = false)
{
    public static implicit operator Column(string heading) => new(heading);

    public static Column Number(string heading) => new(heading, IsNumber: true);
}

/// <summary>
/// A table that cuts no heading and no number, however narrow the terminal is. Where it is too wide, texts are broken into lines; where that is not
/// enough, borders give way; where that is not enough either, every row becomes a list of its headings and values.
/// </summary>
/// <param name="title">Above it, or null.</param>
/// <param name="columns">From left to right.</param>
internal sealed class FittedTable(string? title, IReadOnlyList<Column> columns) : Renderable
{
    private const int LeastText = 8;
    private const int PerColumn = 3;
    private const int PerColumnWithoutBorder = 2;

    private readonly List<string[]> _rows = [];

    public FittedTable(string? title, params Column[] columns)
        : this(title, (IReadOnlyList<Column>)columns) { }

    public IEnumerable<string> Headings => columns.Select(column => column.Heading);

    /// <param name="cells">Markup, one a column.</param>
    public void AddRow(params string[] cells) => _rows.Add(cells);

    protected override Measurement Measure(RenderOptions options, int maxWidth) => Layout(options, maxWidth).Measure(options, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => Layout(options, maxWidth).Render(options, maxWidth);

    private IRenderable Layout(RenderOptions options, int width)
    {
        int[] natural =
        [
            .. columns.Select((column, i) => _rows.Select(row => Width(options, row[i])).Append(Width(options, Markup.Escape(column.Heading))).Max()),
        ];
        return Fit(natural, width - (PerColumn * columns.Count) - 1) is { } bordered ? Table(TableBorder.Rounded, bordered)
            : Fit(natural, width - (PerColumnWithoutBorder * columns.Count) - 1) is { } plain ? Table(TableBorder.Simple, plain)
            : Records(options);
    }

    /// <summary>Widths that fit, texts made narrower, the widest first; null if that is not enough.</summary>
    private int[]? Fit(int[] natural, int room)
    {
        var widths = natural.ToArray();
        for (var over = widths.Sum() - room; over > 0; over--)
        {
            var widest = -1;
            for (var i = 0; i < widths.Length; i++)
            {
                var least = Math.Max(columns[i].Heading.Length, LeastText);
                if (!columns[i].IsNumber && widths[i] > least && (widest < 0 || widths[i] > widths[widest]))
                {
                    widest = i;
                }
            }

            if (widest < 0)
            {
                return null;
            }

            widths[widest]--;
        }

        return widths;
    }

    private IRenderable Table(TableBorder border, int[] widths)
    {
        var table = new Table { Border = border, ShowHeaders = columns.Any(column => column.Heading.Length > 0) };
        for (var i = 0; i < columns.Count; i++)
        {
            table.AddColumn(
                new TableColumn(Markup.Escape(columns[i].Heading))
                {
                    Width = widths[i],
                    NoWrap = columns[i].IsNumber,
                    Alignment = columns[i].IsNumber ? Justify.Right : Justify.Left,
                    Padding = border == TableBorder.Rounded ? new Padding(1, 0) : new Padding(0, 0, 1, 0),
                }
            );
        }

        foreach (var row in _rows)
        {
            table.AddRow(row);
        }

        // A title of the table's own would be cut at the table's width.
        return title is null ? table : new Rows(new Text(title), table);
    }

    private Rows Records(RenderOptions options)
    {
        var width = columns.Max(column => Width(options, Markup.Escape(column.Heading)));
        var blocks = new List<IRenderable>();
        if (title is not null)
        {
            blocks.Add(new Text(title));
        }

        foreach (var row in _rows)
        {
            var block = new Spectre.Console.Grid().AddColumn(new GridColumn { Width = width, NoWrap = true }).AddColumn();
            for (var i = 0; i < columns.Count; i++)
            {
                block.AddRow(Markup.Escape(columns[i].Heading), row[i]);
            }

            blocks.Add(new Text(""));
            blocks.Add(block);
        }

        // Without rows the headings still say what would be told.
        if (_rows.Count == 0)
        {
            blocks.Add(new Text(string.Join(", ", Headings)));
        }

        return new Rows(blocks);
    }

    private static int Width(RenderOptions options, string markup) => ((IRenderable)new Markup(markup)).Measure(options, int.MaxValue).Max;
}
