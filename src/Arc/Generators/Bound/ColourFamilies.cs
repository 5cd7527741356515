using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Bound;

/// <summary>
/// Colour-bound: a place stands for a colour, or what becomes of a cell is fixed by its colour; all pairs of a task are seen from one side.
/// </summary>
internal static class ColourFamilies
{
    private static readonly (int Down, int Right)[] Directions = [(-1, 0), (1, 0), (0, -1), (0, 1)];

    public static IReadOnlyList<ITaskGenerator> Policy { get; } =
    [
        new BoundFamily("colour-column", "every column has a colour, which its cells take", TrainingNeed.Colour, 5, Column),
        new BoundFamily("colour-line", "cells draw a line up, down, to the left or to the right, by their colour", TrainingNeed.Colour, 5, Line),
    ];

    public static IReadOnlyList<ITaskGenerator> Transfer { get; } =
    [
        new BoundFamily(
            "colour-slide",
            "cells at one side slide to the other side, one step, or stay, by their colour",
            TrainingNeed.Colour,
            5,
            Slide
        ),
        new BoundFamily("colour-tail", "cells at one side get a tail of another colour, by their own", TrainingNeed.Colour, 5, Tail),
    ];

    private static ArcPair[]? Column(CounterRandom random, int side, int demonstrations)
    {
        int width = random.NextInt(3, side + 1),
            orientation = random.NextInt(8);
        var palette = Sketch.Palette(random, width + 1);
        return Pairs(
            demonstrations,
            _ =>
            {
                var input = Sketch.Noise(random, random.NextInt(3, side + 1), width, [palette[width]], 0.4);
                return Turned(input, Grid.Create(input.Height, width, (row, column) => input[row, column] == 0 ? 0 : palette[column]), orientation);
            }
        );
    }

    private static ArcPair[]? Line(CounterRandom random, int side, int demonstrations)
    {
        const int Least = 4;
        var colours = Sketch.Palette(random, random.NextInt(3, 5));
        var directions = colours.Select(_ => Directions[random.NextInt(Directions.Length)]).ToArray();
        return directions.Distinct().Count() < 2
            ? null
            : Pairs(
                demonstrations,
                i =>
                {
                    int height = random.NextInt(Least, Math.Max(Least, side) + 1),
                        width = random.NextInt(Least, Math.Max(Least, side) + 1);
                    byte[] cells = new byte[height * width],
                        drawn = new byte[height * width];
                    foreach (var colour in Shown(random, colours, i, demonstrations).Take(2))
                    {
                        var (down, right) = directions[Array.IndexOf(colours, colour)];
                        int row = random.NextInt(1, height - 1),
                            column = random.NextInt(1, width - 1);
                        cells[(row * width) + column] = colour;
                        for (; row >= 0 && column >= 0 && row < height && column < width; row += down, column += right)
                        {
                            // Lines do not meet: which one is on top would be a second rule.
                            if (drawn[(row * width) + column] != 0)
                            {
                                return null;
                            }

                            drawn[(row * width) + column] = colour;
                        }
                    }

                    return new ArcPair(new Grid(height, width, cells), new Grid(height, width, drawn));
                }
            );
    }

    private static ArcPair[]? Slide(CounterRandom random, int side, int demonstrations) =>
        AtOneSide(
            random,
            side,
            demonstrations,
            acts: 3,
            (colour, act, length) =>
            {
                var line = new byte[length];
                line[
                    act switch
                    {
                        0 => length - 1,
                        1 => 1,
                        _ => 0,
                    }
                ] = colour;
                return line;
            }
        );

    private static ArcPair[]? Tail(CounterRandom random, int side, int demonstrations) =>
        AtOneSide(
            random,
            side,
            demonstrations,
            acts: 9,
            (colour, act, length) =>
                [
                    .. Enumerable
                        .Range(0, length)
                        .Select(i =>
                            i == 0 ? colour
                            : i <= 2 ? (byte)(act + 1)
                            : (byte)0
                        ),
                ]
        );

    /// <summary>Cells at one side; what becomes of the line of cells behind each is decided by its colour.</summary>
    private static ArcPair[]? AtOneSide(CounterRandom random, int side, int demonstrations, int acts, Func<byte, int, int, byte[]> act)
    {
        var colours = Sketch.Palette(random, random.NextInt(3, 5));
        var chosen = colours.Select(_ => random.NextInt(acts)).ToArray();
        var orientation = Sides(random)[0];
        return chosen.Distinct().Count() < 2
            ? null
            : Pairs(
                demonstrations,
                i =>
                {
                    byte[] shown = Shown(random, colours, i, demonstrations);
                    int height = random.NextInt(3, side + 1),
                        width = random.NextInt(3, side + 1);
                    var seeds = Enumerable.Range(0, height).Select(_ => random.NextBool(0.75) ? Sketch.Pick(random, shown) : (byte)0).ToArray();
                    if (shown.Any(colour => !seeds.Contains(colour)))
                    {
                        return null;
                    }

                    var lines = seeds.Select(seed => seed == 0 ? new byte[width] : act(seed, chosen[Array.IndexOf(colours, seed)], width)).ToArray();
                    return Turned(
                        Grid.Create(height, width, (row, column) => column == 0 ? seeds[row] : 0),
                        Grid.Create(height, width, (row, column) => lines[row][column]),
                        orientation
                    );
                }
            );
    }

    /// <summary>The four sides in a drawn order: as drawn, from the right, from above, from below.</summary>
    internal static int[] Sides(CounterRandom random)
    {
        int[] sides = [0, 2, 4, 5];
        random.Shuffle<int>(sides);
        return sides;
    }

    internal static ArcPair Turned(Grid input, Grid output, int orientation) =>
        new(Sketch.Orient(input, orientation), Sketch.Orient(output, orientation));

    /// <summary>Two colours by turns, as many as there are; the test shows three of any.</summary>
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
