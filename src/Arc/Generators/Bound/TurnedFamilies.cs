using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Bound;

/// <summary>
/// Both: a rule that is the same from all four sides and in all colours. Every demonstration shows it from one of three sides and in colours of its
/// own; the test asks from the fourth side, in colours that were not shown.
/// </summary>
internal static class TurnedFamilies
{
    public static IReadOnlyList<ITaskGenerator> Policy { get; } =
    [
        new BoundFamily(
            "turned-fall",
            "cells fall towards a bar at one side and pile up there",
            TrainingNeed.Both,
            5,
            (random, side, count) => Draw(random, side, count, Fall)
        ),
        new BoundFamily(
            "turned-stripe",
            "cells at one side colour their whole line",
            TrainingNeed.Both,
            5,
            (random, side, count) => Draw(random, side, count, Stripe)
        ),
    ];

    public static IReadOnlyList<ITaskGenerator> Transfer { get; } =
    [
        new BoundFamily(
            "turned-shadow",
            "cells throw a shadow in the bar's colour on the way to the bar",
            TrainingNeed.Both,
            5,
            (random, side, count) => Draw(random, side, count, Shadow)
        ),
        new BoundFamily(
            "turned-echo",
            "what stands on one side of a bar is mirrored to its other side",
            TrainingNeed.Both,
            5,
            (random, side, count) => Draw(random, side, count, Echo)
        ),
    ];

    /// <summary>A pair as seen with the bar on the left.</summary>
    private delegate ArcPair Rule(CounterRandom random, int height, int width, byte bar, byte cell);

    private static ArcPair[]? Draw(CounterRandom random, int side, int demonstrations, Rule rule)
    {
        var sides = ColourFamilies.Sides(random);
        var palette = Sketch.Palette(random, 9);
        return
        [
            .. Enumerable
                .Range(0, demonstrations + 1)
                .Select(i =>
                {
                    // The first two colours are the test's own.
                    byte[] colours = i == demonstrations ? palette[..2] : palette[2..];
                    random.Shuffle<byte>(colours);
                    var (input, output) = rule(random, random.NextInt(3, side + 1), random.NextInt(3, side + 1), colours[0], colours[1]);
                    return ColourFamilies.Turned(input, output!, sides[i == demonstrations ? 3 : i % 3]);
                }),
        ];
    }

    private static ArcPair Fall(CounterRandom random, int height, int width, byte bar, byte cell)
    {
        var loose = Sketch.Noise(random, height, width, [cell], 0.3);
        var counts = Enumerable.Range(0, height).Select(row => Enumerable.Range(1, width - 1).Count(column => loose[row, column] != 0)).ToArray();
        return new ArcPair(
            Grid.Create(height, width, (row, column) => column == 0 ? bar : loose[row, column]),
            Grid.Create(
                height,
                width,
                (row, column) =>
                    column == 0 ? bar
                    : column <= counts[row] ? cell
                    : 0
            )
        );
    }

    private static ArcPair Stripe(CounterRandom random, int height, int width, byte bar, byte cell)
    {
        var seeds = Enumerable.Range(0, height).Select(_ => random.NextBool(0.5) ? cell : (byte)0).ToArray();
        return new ArcPair(
            Grid.Create(height, width, (row, column) => column == 0 ? seeds[row] : 0),
            Grid.Create(height, width, (row, _) => seeds[row])
        );
    }

    private static ArcPair Shadow(CounterRandom random, int height, int width, byte bar, byte cell)
    {
        var places = Enumerable.Range(0, height).Select(_ => random.NextBool(0.5) ? random.NextInt(2, width) : 0).ToArray();
        return new ArcPair(
            Grid.Create(
                height,
                width,
                (row, column) =>
                    column == 0 ? bar
                    : column == places[row] ? cell
                    : 0
            ),
            Grid.Create(
                height,
                width,
                (row, column) =>
                    column == 0 ? bar
                    : column == places[row] ? cell
                    : column < places[row] ? bar
                    : 0
            )
        );
    }

    private static ArcPair Echo(CounterRandom random, int height, int width, byte bar, byte cell)
    {
        var half = (width - 1) / 2;
        var picture = Sketch.Noise(random, height, half, [cell], 0.5);
        return new ArcPair(
            Grid.Create(
                height,
                (2 * half) + 1,
                (row, column) =>
                    column < half ? picture[row, column]
                    : column == half ? bar
                    : 0
            ),
            Grid.Create(height, (2 * half) + 1, (row, column) => column == half ? bar : picture[row, column < half ? column : (2 * half) - column])
        );
    }
}
