using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Diagonal() : TaskFamily("diagonal", "every coloured cell sends a ray along one diagonal")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var orientation = random.NextInt(4);
        var colours = Sketch.Palette(random, random.NextInt(1, 4));
        return draw =>
        {
            int height = Sketch.Side(draw, 3, limits.MaxSide),
                width = Sketch.Side(draw, 3, limits.MaxSide);
            var cells = new byte[height * width];
            var drawn = new byte[height * width];
            for (var count = draw.NextInt(1, 3); count > 0; count--)
            {
                int row = draw.NextInt(height - 1),
                    column = draw.NextInt(width - 1);
                // Rays do not cross: which one is on top would be a second rule.
                if (Enumerable.Range(0, height * width).Any(i => cells[i] != 0 && (i / width) - (i % width) == row - column))
                {
                    continue;
                }

                var colour = Sketch.Pick(draw, colours);
                cells[(row * width) + column] = colour;
                for (; row < height && column < width; row++, column++)
                {
                    drawn[(row * width) + column] = colour;
                }
            }

            return new ArcPair(
                Sketch.Orient(new Grid(height, width, cells), orientation),
                Sketch.Orient(new Grid(height, width, drawn), orientation)
            );
        };
    }
}
