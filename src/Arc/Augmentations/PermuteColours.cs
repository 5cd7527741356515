using Seal.Arc.Tasks;
using Seal.Core.Randomness;

namespace Seal.Arc.Augmentations;

/// <summary>
/// Gives the task other colours, the same ones in all its grids. 0 (the background, mostly) stays. A colour takes one that the task does
/// not use; when those are used up, it changes places with another of the task's, drawn at random.
/// </summary>
internal sealed record PermuteColours : IAugmentation
{
    public string Name => "PermuteColours()";

    public IAugmentation? Inverse => null;

    public ArcTask Apply(ArcTask task, CounterRandom random) => Draw(task, random).Apply(task);

    /// <summary>A permutation of the colours for this task.</summary>
    public static ColourMap Draw(ArcTask task, CounterRandom random)
    {
        var used = Used(task);
        var colours = Enumerable.Range(1, Grid.Colours - 1).Select(colour => (byte)colour).Where(colour => used[colour]).ToArray();
        var unused = Enumerable.Range(1, Grid.Colours - 1).Select(colour => (byte)colour).Where(colour => !used[colour]).ToArray();
        random.Shuffle<byte>(unused);
        var partners = colours.ToArray();
        random.Shuffle<byte>(partners);

        var fresh = new Stack<byte>(unused);
        var open = new List<byte>(partners);
        var map = new Dictionary<byte, byte> { [0] = 0 };
        foreach (var colour in colours)
        {
            if (map.ContainsKey(colour))
            {
                continue;
            }

            if (fresh.TryPop(out var target))
            {
                map[colour] = target;
                continue;
            }

            target = open[^1];
            open.RemoveAt(open.Count - 1);
            open.Remove(colour);
            map[target] = colour;
            map[colour] = target;
        }

        return ColourMap.Complete(map);
    }

    public override string ToString() => Name;

    private static bool[] Used(ArcTask task)
    {
        var used = new bool[Grid.Colours];
        foreach (var pair in task.Train.Concat(task.Test))
        {
            foreach (var cell in pair.Input.Cells)
            {
                used[cell] = true;
            }

            foreach (var cell in pair.Output is null ? [] : pair.Output.Cells)
            {
                used[cell] = true;
            }
        }

        return used;
    }
}
