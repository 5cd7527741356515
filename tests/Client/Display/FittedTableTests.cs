using Seal.Client.BaseModels;
using Seal.Client.Display;
using Seal.Core.Results;
using Seal.Grains.Abstractions;
using Seal.Models.Llama;
using Spectre.Console.Rendering;
using Spectre.Console.Testing;

namespace Seal.Client.Tests.Display;

public sealed class FittedTableTests
{
    private const string Long = "cell-rank-16-alpha-64-learning-rate-0.0003-seal-with-a-long-name-s1000";

    private static readonly Core.Candidates.Accounting Much = new(12_345_678, 12_345_678, 0, 1.5, 123_456_789, 987_654_321);

    private static readonly SweepStatus Status = new(
        Long,
        SweepState.Running,
        [new RunProgress(Long, "seal", "base", 1, "cross-old-on-new-12", 10, 14, 112, 118, 12_345, 123_456, 12_345, false, null, Much)],
        new string('a', 64),
        Much
    );

    private static readonly ResultRow Row = new(Long, Long, 12, 123_456, 12, 12, 12_345, 12_345, 12_345, 12_345, 118, 118, 1_234_567, 123);

    /// <summary>Every table of the console, with long names and large numbers in it.</summary>
    private static readonly Dictionary<string, (string[] Headings, Func<IRenderable> Table)> Tables = new(StringComparer.Ordinal)
    {
        ["progress"] = (
            ["run", "phase", "tasks", "edits", "solved", "jobs", "steps"],
            () => StatusView.Progress(Status, [], TimeSpan.FromHours(1), null, TimeSpan.FromHours(99))
        ),
        ["list"] = (["sweep", "state", "runs ended", "jobs", "report"], () => StatusView.List([(Status, StatusView.Interrupted)])),
        ["results"] = (
            ["cell", "arm", "rounds", "edits", "solved", "95 %", "plain", "vote", "top 2", "tasks", "invalid", "failed", "steps"],
            () => StatusView.Results([Row with { Score = "vote-top-2" }, Row with { Cell = "other", Score = "vote-top-2" }])
        ),
        ["silos"] = (
            ["silo", "role", "state", "slots", "open", "busy", "numeric classes"],
            () =>
                StatusView.Silos([
                    new SiloReport(
                        "trainer-with-a-long-name-10.0.0.123:11111@123456789",
                        "host",
                        "trainer",
                        ["fp32/cuda-NVIDIA-H100-80GB-HBM3/libtorch-2.7.1"],
                        128,
                        128,
                        127,
                        "draining",
                        null,
                        "build",
                        "contract"
                    ),
                ])
        ),
        ["memory"] = (
            ["work", "weights in", "trained", "memory", "weights", "optimizer", "activations", "fits"],
            () => SizeTable.Of(new LlamaConfig(2048, 8192, 16, 32, 8, 64, 128_256, 131_072, 1e-5, 500_000, true), 8192, 2, 1L << 34).ToTable()
        ),
        ["any"] = (
            ["self-edit", "inner loops ≤", "steps ≤", "update steps ≤", "a − b", "95 %", "description"],
            () =>
                Filled(
                    "self-edit",
                    Column.Number("inner loops ≤"),
                    Column.Number("steps ≤"),
                    Column.Number("update steps ≤"),
                    Column.Number("a − b"),
                    Column.Number("95 %"),
                    "description"
                )
        ),
    };

    public static IEnumerable<object[]> Cases =>
        Tables.Keys.SelectMany(table => new[] { 40, 80, 120, 160 }.Select(width => new object[] { table, width }));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Table_AtAnyWidth_CutsNoHeading(string table, int width)
    {
        var (headings, make) = Tables[table];
        var lines = Draw(make(), width).Split('\n');
        Assert.All(headings, heading => Assert.Contains(lines, line => Words(line).Contains($" {heading} ", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.DoesNotContain("…", string.Concat(lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(80)]
    [InlineData(60)]
    public void Table_AtANarrowWidth_CutsNoNumber(int width)
    {
        var drawn = Draw(StatusView.Progress(Status, [], null), width);
        Assert.All(new[] { "112/118", "12345/123456", "12345678", "123456789" }, number => Assert.Contains(number, drawn, StringComparison.Ordinal));
    }

    [Fact]
    public void Table_WithRoom_HasOneLineARow()
    {
        var table = new FittedTable("title", "name", Column.Number("number"));
        table.AddRow("[green]one[/]", "1");
        Assert.Equal(
            ["title", "╭──────┬────────╮", "│ name │ number │", "├──────┼────────┤", "│ one  │      1 │", "╰──────┴────────╯"],
            Draw(table, 80).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim())
        );
    }

    [Fact]
    public void Table_WithoutRoomForItsNumbers_IsAListOfHeadingsAndValues()
    {
        var table = new FittedTable("title", "name", Column.Number("first number"), Column.Number("second number"));
        table.AddRow("one", "1234567890", "2");
        Assert.Equal(
            ["title", "name           one", "first number   1234567890", "second number  2"],
            Draw(table, 30).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim()).Where(line => line.Length > 0)
        );
    }

    private static FittedTable Filled(params Column[] columns)
    {
        var table = new FittedTable(Long + Long, columns);
        table.AddRow([.. columns.Select(column => column.IsNumber ? "123,456,789" : Long + Long)]);
        return table;
    }

    private static string Words(string line) => $" {string.Join(' ', line.Split([' ', '│', ','], StringSplitOptions.RemoveEmptyEntries))} ";

    private static string Draw(IRenderable picture, int width)
    {
        using var console = new TestConsole();
        console.Profile.Width = width;
        console.Write(picture);
        return console.Output;
    }
}
