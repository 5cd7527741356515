using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators.Programs;

/// <summary>
/// A family that is a list of rules and a kind of drawing: a task draws one rule, then inputs. Because the rules can be listed, it can be asked
/// whether any of them explains a given task (<see cref="Checks.FamilyCheck"/>).
/// </summary>
/// <param name="name">Name.</param>
/// <param name="description">One line.</param>
/// <param name="programs">All rules that name no colour but these. The first colour is the one to draw results in where only one is needed.</param>
/// <param name="scenes">Kinds of input that show the rule.</param>
internal sealed class ProgramFamily(
    string name,
    string description,
    Func<IReadOnlyList<byte>, IEnumerable<GridProgram>> programs,
    IReadOnlyList<Scene> scenes
) : TaskFamily(name, description), IProgramSource
{
    /// <summary>Colours from which a rule may choose: few, so that inputs show them.</summary>
    private const int RuleColours = 3;

    public override int LeastSide => 5;

    public IEnumerable<GridProgram> Programs(IReadOnlyList<byte> colours) => programs(colours);

    /// <summary>Kinds of input that show the rules.</summary>
    public IReadOnlyList<Scene> Scenes => scenes;

    protected override Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits)
    {
        var colours = Sketch.Palette(random, RuleColours);
        var all = programs(colours).ToArray();
        var program = all[random.NextInt(all.Length)];
        var scene = scenes[random.NextInt(scenes.Count)];
        // Inputs show the rule's colours and sometimes another.
        byte[] palette = [.. colours[..random.NextInt(1, RuleColours + 1)], .. random.NextBool(0.3) ? Sketch.Palette(random, 1) : []];
        return draw =>
        {
            var input = scene(draw, limits.MaxSide, palette);
            return program.Apply(input) is { } output && Math.Max(output.Height, output.Width) <= limits.MaxSide ? new ArcPair(input, output) : null;
        };
    }
}

/// <summary>What can list its rules.</summary>
internal interface IProgramSource
{
    /// <summary>All rules that name no colour but these, in a fixed order.</summary>
    IEnumerable<GridProgram> Programs(IReadOnlyList<byte> colours);
}

/// <summary>Draws an input: longest side, colours to use.</summary>
public delegate Grid Scene(CounterRandom random, int maxSide, IReadOnlyList<byte> palette);
