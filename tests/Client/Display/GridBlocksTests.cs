using CsCheck;
using Seal.Arc.Tasks;
using Seal.Client.Display;
using Spectre.Console.Testing;

namespace Seal.Client.Tests.Display;

public sealed class GridBlocksTests
{
    private static readonly Gen<Grid> AnyGrid =
        from height in Gen.Int[1, 30]
        from width in Gen.Int[1, 30]
        from cells in Gen.Byte[0, 9].Array[height * width]
        select new Grid(height, width, cells);

    [Fact]
    public void Cells_WithoutColours_AreDigitsTwoCharactersWide() =>
        Assert.Equal(
            "0 1 2 \n3 4 5 \n",
            Draw(
                new GridBlocks(80, false).Cells(
                    Grid.FromRows([
                        [0, 1, 2],
                        [3, 4, 5],
                    ])
                )
            )
        );

    [Fact]
    public void Cells_ThatDiffer_AreMarked()
    {
        var drawn = Draw(
            new GridBlocks(80, false).Cells(
                Grid.FromRows([
                    [0, 1],
                    [3, 4],
                ]),
                Grid.FromRows([
                    [0, 1],
                    [3, 5],
                ])
            )
        );
        Assert.Equal("0 1 \n3 4*\n", drawn);
    }

    [Fact]
    public void Cells_BeyondTheExpectedSize_AreMarked() =>
        Assert.Equal(
            "0 1*\n",
            Draw(
                new GridBlocks(80, false).Cells(
                    Grid.FromRows([
                        [0, 1],
                    ]),
                    Grid.FromRows([
                        [0],
                    ])
                )
            )
        );

    [Fact]
    public void Cells_InColours_HaveOneBackgroundPerColour()
    {
        var line = new GridBlocks(80, true)
            .Cells(
                Grid.FromRows([
                    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
                ])
            )
            .Lines[0];
        Assert.All(line, cell => Assert.Equal("  ", cell.Text));
        Assert.Equal(10, line.Select(cell => cell.Style.Background).Distinct().Count());
    }

    [Fact]
    public void Pair_ThatFits_StandsSideBySide() =>
        Assert.Equal(
            "demonstration 1: 2 × 1 → 1 × 2\n1  → 3 4                      \n2                             \n",
            Draw(
                Block.Flow(
                    [
                        new GridBlocks(80, false).Pair(
                            "demonstration 1",
                            new ArcPair(
                                Grid.FromRows([
                                    [1],
                                    [2],
                                ]),
                                Grid.FromRows([
                                    [3, 4],
                                ])
                            )
                        ),
                    ],
                    80
                )
            )
        );

    [Fact]
    public void Pair_WithoutOutput_SaysSo() =>
        Assert.Contains(
            "→ ?",
            Draw(
                new GridBlocks(80, false).Pair(
                    "test 1",
                    new ArcPair(
                        Grid.FromRows([
                            [1],
                        ]),
                        null
                    )
                )
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void Task_AnySizes_NeverWiderThanTheTerminal() =>
        (
            from pairs in AnyGrid.Select(AnyGrid).Select(grids => new ArcPair(grids.Item1, grids.Item2)).Array[2, 4]
            from width in Gen.Int[40, 200]
            select (pairs, width)
        ).Sample(
            drawn =>
            {
                var task = new ArcTask("t", drawn.pairs[..^1], drawn.pairs[^1..]);
                return new GridBlocks(drawn.width, false)
                    .Task(task)
                    .All(block => block.Lines.All(line => line.Sum(segment => segment.Text.Length) <= drawn.width));
            },
            iter: 200
        );

    private static string Draw(Block block)
    {
        using var console = new TestConsole();
        console.Profile.Width = 200;
        console.Write(block.ToRenderable());
        return console.Output;
    }
}
