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
        new BoundFamily("place-rows", "a row with coloured cells stays, is wiped or is filled, by its place", TrainingNeed.Place, 5, Rows),
        new BoundFamily("place-mask", "cells in certain places are wiped", TrainingNeed.Place, 5, Mask),
    ];

    public static IReadOnlyList<ITaskGenerator> Transfer { get; } =
    [
        new BoundFamily("place-lines", "a cell draws a line to the left, to the right or both ways, by its row", TrainingNeed.Place, 5, Lines),
        new BoundFamily("place-quarters", "a cell fills its quarter of the grid, vanishes or stays, by its place", TrainingNeed.Place, 5, Quarters),
    ];

    private static ArcPair[]? Rows(CounterRandom random, int side, int demonstrations)
    {
        int height = side, width = random.NextInt(3, side + 1);
        var acts = Enumerable.Range(0, height).Select(_ => random.NextInt(3)).ToArray();
        var shows = Shares(random, height, demonstrations);
        return acts.Distinct().Count() < 2 ? null : Pairs(random, demonstrations, (draw, shown, colour) =>
        {
            // One cell alone is blank or alone is coloured in a row, so that each of the three acts can be told.
            var odd = Enumerable.Range(0, height).Select(_ => draw.NextInt(width)).ToArray();
            var mostly = Enumerable.Range(0, height).Select(_ => draw.NextBool()).ToArray();
            var input = Grid.Create(height, width, (row, column) => shows(row, shown) && (column == odd[row]) != mostly[row] ? colour : 0);
            return new ArcPair(input, Grid.Create(height, width, (row, column) =>
                !shows(row, shown) ? 0 : acts[row] switch { 0 => input[row, column], 1 => 0, _ => colour }));
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

    private static ArcPair[]? Quarters(CounterRandom random, int side, int demonstrations)
    {
        var half = Math.Max(2, side / 2);
        int length = 2 * half;
        var acts = Enumerable.Range(0, 4).Select(_ => random.NextInt(3)).ToArray();
        var shows = Shares(random, 4, demonstrations);
        return acts.Distinct().Count() < 2 ? null : Pairs(random, demonstrations, (draw, shown, colour) =>
        {
            var cells = Enumerable.Range(0, 4).Select(_ => (Row: draw.NextInt(half), Column: draw.NextInt(half))).ToArray();
            Grid Draw(Func<int, bool, bool> isColoured) => Grid.Create(length, length, (row, column) =>
            {
                var quarter = (2 * (row / half)) + (column / half);
                return shows(quarter, shown) && isColoured(acts[quarter], cells[quarter] == (row % half, column % half)) ? colour : 0;
            });
            return new ArcPair(Draw((_, isCell) => isCell), Draw((act, isCell) => act switch { 0 => true, 1 => false, _ => isCell }));
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
