using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Bound;

/// <summary>
/// Colour-bound: something is fixed per colour. Every demonstration shows some of the colours, and each from another side of the grid; the
/// test shows others of them together, from a side that was not shown.
/// </summary>
internal static class ColourFamilies
{
    public static IReadOnlyList<ITaskGenerator> Policy { get; } =
    [
        new BoundFamily("colour-map", "every colour becomes another", TrainingNeed.Colour, 5, Map),
        new BoundFamily("colour-line", "cells at one side draw a line across the grid, or vanish, by their colour", TrainingNeed.Colour, 5, Line),
    ];

    public static IReadOnlyList<ITaskGenerator> Transfer { get; } =
    [
        new BoundFamily("colour-slide", "cells at one side slide to the other side, one step, or stay, by their colour", TrainingNeed.Colour, 5, Slide),
        new BoundFamily("colour-tail", "cells at one side get a tail of another colour, by their own", TrainingNeed.Colour, 5, Tail),
    ];

    private static ArcPair[]? Map(CounterRandom random, int side, int demonstrations)
    {
        var colours = Sketch.Palette(random, random.NextInt(3, 6));
        var targets = colours.Select(_ => (byte)random.NextInt(1, 10)).ToArray();
        var orientations = Sides(random);
        return Pairs(demonstrations, i =>
        {
            byte[] shown = Shown(random, colours, i, demonstrations);
            int height = random.NextInt(2, side + 1), width = random.NextInt(2, side + 1);
            var input = Sketch.Noise(random, height, width, shown, 0.6);
            return shown.All(colour => Sketch.Histogram(input)[colour] > 0)
                ? Turned(input, Sketch.Map(input, cell => cell == 0 ? 0 : targets[Array.IndexOf(colours, cell)]), orientations[i % orientations.Length])
                : null;
        });
    }

    private static ArcPair[]? Line(CounterRandom random, int side, int demonstrations) => AtOneSide(
        random, side, demonstrations, acts: 2, (colour, act, length) => [.. Enumerable.Range(0, length).Select(_ => act == 0 ? colour : (byte)0)]);

    private static ArcPair[]? Slide(CounterRandom random, int side, int demonstrations) => AtOneSide(
        random, side, demonstrations, acts: 3, (colour, act, length) =>
        {
            var line = new byte[length];
            line[act switch { 0 => length - 1, 1 => 1, _ => 0 }] = colour;
            return line;
        });

    private static ArcPair[]? Tail(CounterRandom random, int side, int demonstrations) => AtOneSide(
        random, side, demonstrations, acts: 9, (colour, act, length) =>
        [
            .. Enumerable.Range(0, length).Select(i => i == 0 ? colour : i <= 2 ? (byte)(act + 1) : (byte)0),
        ]);

    /// <summary>Cells at one side; what becomes of the line of cells behind each is decided by its colour.</summary>
    private static ArcPair[]? AtOneSide(CounterRandom random, int side, int demonstrations, int acts, Func<byte, int, int, byte[]> act)
    {
        var colours = Sketch.Palette(random, random.NextInt(3, 5));
        var chosen = colours.Select(_ => random.NextInt(acts)).ToArray();
        var orientations = Sides(random);
        return chosen.Distinct().Count() < 2 ? null : Pairs(demonstrations, i =>
        {
            byte[] shown = Shown(random, colours, i, demonstrations);
            int height = random.NextInt(3, side + 1), width = random.NextInt(3, side + 1);
            var seeds = Enumerable.Range(0, height).Select(_ => random.NextBool(0.75) ? Sketch.Pick(random, shown) : (byte)0).ToArray();
            if (shown.Any(colour => !seeds.Contains(colour)))
            {
                return null;
            }

            var lines = seeds.Select(seed => seed == 0 ? new byte[width] : act(seed, chosen[Array.IndexOf(colours, seed)], width)).ToArray();
            return Turned(
                Grid.Create(height, width, (row, column) => column == 0 ? seeds[row] : 0),
                Grid.Create(height, width, (row, column) => lines[row][column]),
                orientations[i < demonstrations ? i % 3 : 3]);
        });
    }

    /// <summary>The four sides in a drawn order: as drawn, from the right, from above, from below.</summary>
    internal static int[] Sides(CounterRandom random)
    {
        int[] sides = [0, 2, 4, 5];
        random.Shuffle<int>(sides);
        return sides;
    }

    internal static ArcPair Turned(Grid input, Grid output, int orientation) => new(Sketch.Orient(input, orientation), Sketch.Orient(output, orientation));

    /// <summary>Two colours by turns, so that three demonstrations show five; the test shows three of any.</summary>
    private static byte[] Shown(CounterRandom random, byte[] colours, int pair, int demonstrations)
    {
        if (pair < demonstrations)
        {
            return [colours[2 * pair % colours.Length], colours[((2 * pair) + 1) % colours.Length]];
        }

        return [.. random.NextPermutation(colours.Length).Take(3).Select(i => colours[i])];
    }

    private static ArcPair[]? Pairs(int demonstrations, Func<int, ArcPair?> pair)
    {
        var pairs = new List<ArcPair>();
        for (var i = 0; i <= demonstrations; i++)
        {
            ArcPair? found = null;
            for (var attempt = 0; attempt < 20 && found is null; attempt++)
            {
                found = pair(i);
            }

            if (found is null)
            {
                return null;
            }

            pairs.Add(found);
        }

        return [.. pairs];
    }
}
