using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Bound;

/// <summary>
/// Position-bound: something is fixed per row or per cell of a grid of one size. Every pair has a colour of its own, the test's is shown nowhere else, and shows
/// about half of the places; every place is shown by some demonstration.
/// </summary>
internal static class PlaceFamilies
{
    public static IReadOnlyList<ITaskGenerator> Policy { get; } =
    [
        new BoundFamily("place-rows", "every row is reversed or rolled one step left or right, by its place", TrainingNeed.Place, 5, Rows),
        new BoundFamily("place-mask", "cells in certain places are wiped", TrainingNeed.Place, 5, Mask),
    ];

    public static IReadOnlyList<ITaskGenerator> Transfer { get; } =
    [
        new BoundFamily("place-lines", "a cell draws a line to the left, to the right or both ways, by its row", TrainingNeed.Place, 5, Lines),
        new BoundFamily("place-swap", "every cell moves to a place of its own", TrainingNeed.Place, 4, Swap),
    ];

    private static ArcPair[]? Rows(CounterRandom random, int side, int demonstrations)
    {
        int height = side, width = random.NextInt(3, side + 1);
        var acts = Enumerable.Range(0, height).Select(_ => random.NextInt(3)).ToArray();
        var shows = Shares(random, height, demonstrations);
        return acts.Distinct().Count() < 2 ? null : Pairs(random, demonstrations, (draw, shown, colour) =>
        {
            var input = Grid.Create(height, width, (row, _) => shows(row, shown) && draw.NextBool(0.6) ? colour : 0);
            return new ArcPair(input, Grid.Create(height, width, (row, column) =>
                input[row, acts[row] switch { 0 => width - 1 - column, 1 => (column + 1) % width, _ => (column + width - 1) % width }]));
        });
    }

    private static ArcPair[]? Mask(CounterRandom random, int side, int demonstrations)
    {
        int height = random.NextInt(2, side + 1), width = side;
        var wiped = Enumerable.Range(0, height * width).Select(_ => random.NextBool(0.4)).ToArray();
        var shows = Shares(random, height * width, demonstrations);
        return Pairs(random, demonstrations, (_, shown, colour) =>
        {
            var input = Grid.Create(height, width, (row, column) => shows((row * width) + column, shown) ? colour : 0);
            return new ArcPair(input, Grid.Create(height, width, (row, column) => wiped[(row * width) + column] ? 0 : input[row, column]));
        });
    }

    private static ArcPair[]? Lines(CounterRandom random, int side, int demonstrations)
    {
        int height = side, width = side;
        var acts = Enumerable.Range(0, height).Select(_ => random.NextInt(3)).ToArray();
        var shows = Shares(random, height, demonstrations);
        return acts.Distinct().Count() < 2 ? null : Pairs(random, demonstrations, (draw, shown, colour) =>
        {
            var marks = Enumerable.Range(0, height).Select(row => shows(row, shown) ? draw.NextInt(1, width - 1) : -1).ToArray();
            return new ArcPair(
                Grid.Create(height, width, (row, column) => column == marks[row] ? colour : 0),
                Grid.Create(height, width, (row, column) =>
                    marks[row] >= 0 && (column == marks[row] || (column < marks[row] ? acts[row] != 0 : acts[row] != 1)) ? colour : 0));
        });
    }

    private static ArcPair[]? Swap(CounterRandom random, int side, int demonstrations)
    {
        int height = 3, width = side;
        var from = random.NextPermutation(height * width);
        var shows = Shares(random, height * width, demonstrations);
        return Pairs(random, demonstrations, (_, shown, colour) =>
        {
            var input = Grid.Create(height, width, (row, column) =>
                shows((row * width) + column, shown) ? colour : 0);
            return new ArcPair(input, Grid.Create(height, width, (row, column) => input.Cells[from[(row * width) + column]]));
        });
    }

    /// <summary>Who shows what: every fact one demonstration at least, and every pair, the test too (−1), each fact by the toss of a coin.</summary>
    private static Func<int, int, bool> Shares(CounterRandom random, int facts, int demonstrations)
    {
        var place = random.NextPermutation(facts);
        var also = Enumerable.Range(0, facts * (demonstrations + 1)).Select(_ => random.NextBool(0.5)).ToArray();
        return (fact, shown) => also[((shown + 1) * facts) + fact] || (shown >= 0 && place[fact] % demonstrations == shown);
    }

    /// <summary>All pairs in one orientation; the pair's number is −1 for the test.</summary>
    private static ArcPair[] Pairs(CounterRandom random, int demonstrations, Func<CounterRandom, int, byte, ArcPair> pair)
    {
        var orientation = random.NextInt(8);
        var colours = Sketch.Palette(random, demonstrations + 1);
        return [.. Enumerable.Range(0, demonstrations + 1).Select(i =>
        {
            var (input, output) = pair(random, i < demonstrations ? i : -1, colours[i]);
            return new ArcPair(Sketch.Orient(input, orientation), Sketch.Orient(output!, orientation));
        })];
    }
}
