using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Shift() : TaskFamily("shift", "everything moves by a fixed step; what leaves one side comes back on the other, or is lost")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        int down = random.NextInt(-2, 3),
            right = down == 0 ? random.NextInt(1, 3) : random.NextInt(-2, 3);
        var around = random.NextBool();
        var colours = Sketch.Palette(random, random.NextInt(1, 5));
        return draw =>
        {
            var input = Sketch.Noise(draw, Sketch.Side(draw, 3, limits.MaxSide), Sketch.Side(draw, 3, limits.MaxSide), colours, 0.4);
            return new ArcPair(
                input,
                Grid.Create(
                    input.Height,
                    input.Width,
                    (row, column) =>
                    {
                        int r = row - down,
                            c = column - right;
                        return around ? input[(r + (2 * input.Height)) % input.Height, (c + (2 * input.Width)) % input.Width]
                            : r >= 0 && c >= 0 && r < input.Height && c < input.Width ? input[r, c]
                            : 0;
                    }
                )
            );
        };
    }
}
