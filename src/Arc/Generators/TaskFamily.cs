using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Generators;

/// <summary>
/// The part that families share: draw a rule, then pairs that follow it. Pairs that show nothing (output equals input) or that were seen
/// already are drawn again, and after too many of them so is the rule.
/// </summary>
/// <param name="family">Name.</param>
/// <param name="description">One line.</param>
internal abstract class TaskFamily(string family, string description) : ITaskGenerator
{
    private const int DrawsPerPair = 24;
    private const int DrawsOfRule = 64;

    public string Family => family;

    public string Description => description;

    public virtual int LeastSide => GeneratorLimits.LeastMaxSide;

    public ArcTask Generate(CounterRandom random, GeneratorLimits limits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxSide, LeastSide, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limits.MaxSide, GeneratorLimits.MostMaxSide, nameof(limits));
        var count = random.NextInt(limits.MinDemonstrations, limits.MaxDemonstrations + 1) + 1;
        for (var i = 0; i < DrawsOfRule; i++)
        {
            if (DrawPairs(DrawRule(random, limits), random, limits, count) is { } pairs)
            {
                return new ArcTask(Family, pairs[..^1], pairs[^1..]);
            }
        }

        throw new InvalidOperationException($"The family {Family} made no task in {DrawsOfRule} rules with sides up to {limits.MaxSide}.");
    }

    /// <summary>Draws the parameters of one task. The rule draws an input and gives the pair, or null where that input shows nothing.</summary>
    protected abstract Func<CounterRandom, ArcPair?> DrawRule(CounterRandom random, GeneratorLimits limits);

    private static ArcPair[]? DrawPairs(Func<CounterRandom, ArcPair?> rule, CounterRandom random, GeneratorLimits limits, int count)
    {
        var pairs = new ArcPair[count];
        var found = 0;
        for (var draw = 0; draw < DrawsPerPair * count && found < count; draw++)
        {
            var pair = rule(random);
            if (
                pair is not null
                && !pair.Input.Equals(pair.Output)
                && Math.Max(pair.Output!.Height, pair.Output.Width) <= limits.MaxSide
                && !pairs.Take(found).Any(other => other.Input.Equals(pair.Input))
            )
            {
                pairs[found++] = pair;
            }
        }

        return found == count ? pairs : null;
    }
}
