using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Frame() : TaskFamily("frame", "a frame is drawn, inside the edge or around the grid")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var colour = Sketch.Palette(random, 1)[0];
        var colours = Sketch.Palette(random, random.NextInt(1, 4));
        var grow = random.NextBool() ? 1 : 0;
        return draw =>
        {
            int most = limits.MaxSide - (2 * grow);
            var input = Sketch.Noise(
                draw,
                Sketch.Side(draw, 1 + (2 - (2 * grow)), most),
                Sketch.Side(draw, 1 + (2 - (2 * grow)), most),
                colours,
                0.4
            );
            int height = input.Height + (2 * grow),
                width = input.Width + (2 * grow);
            return new ArcPair(
                input,
                Grid.Create(
                    height,
                    width,
                    (row, column) => row == 0 || column == 0 || row == height - 1 || column == width - 1 ? colour : input[row - grow, column - grow]
                )
            );
        };
    }
}
