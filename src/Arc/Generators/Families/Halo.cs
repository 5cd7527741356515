using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Families;

internal sealed class Halo() : TaskFamily("halo", "every coloured cell gets a ring of another colour")
{
    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var palette = Sketch.Palette(random, 2);
        var plus = random.NextBool();
        return draw =>
        {
            int height = Sketch.Side(draw, 3, limits.MaxSide),
                width = Sketch.Side(draw, 3, limits.MaxSide);
            var input = Sketch.Noise(draw, height, width, [palette[0]], 0.08);
            bool Lit(int row, int column) => row >= 0 && column >= 0 && row < height && column < width && input[row, column] != 0;
            return new ArcPair(
                input,
                Grid.Create(
                    height,
                    width,
                    (row, column) =>
                    {
                        if (input[row, column] != 0)
                        {
                            return input[row, column];
                        }

                        for (var i = 0; i < 9; i++)
                        {
                            int down = (i / 3) - 1,
                                right = (i % 3) - 1;
                            if ((!plus || down == 0 || right == 0) && Lit(row + down, column + right))
                            {
                                return palette[1];
                            }
                        }

                        return 0;
                    }
                )
            );
        };
    }
}
