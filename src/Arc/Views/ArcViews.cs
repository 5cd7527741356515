using System.Globalization;
using Seal.Arc.Augmentations;
using Seal.Arc.Tasks;
using Seal.Arc.TrainingSets;
using Seal.Core.Randomness;

namespace Seal.Arc.Views;

/// <summary>Views of a test input for a vote: other orders of the demonstrations, and the task turned or mirrored.</summary>
internal static class ArcViews
{
    /// <summary>The maps beside the plain view, in the reference's order.</summary>
    public static IReadOnlyList<GridMap> Maps { get; } = [new Transpose(), new Flip(0), new Flip(1), new Rotate(90), new Rotate(180)];

    /// <summary>
    /// A chosen number of distinct views. The plain one comes first, then each of <see cref="Maps"/> under a drawn order of the demonstrations,
    /// then two more orders without a map, and so on. With 8 this is the mixture of the paper's evaluation.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="test">Which test pair, from 0.</param>
    /// <param name="count">Views wanted; fewer come back where the task has not so many.</param>
    /// <param name="seed">Decides the orders; more views begin with the same ones as fewer.</param>
    /// <param name="kinds">How views may differ from the plain one besides in the order of the demonstrations; null for the paper's.</param>
    public static IReadOnlyList<ArcView> Take(ArcTask task, int test, int count, Seed seed, ViewKinds? kinds = null)
    {
        kinds ??= ViewKinds.Paper;
        GridMap[] cycle = kinds.Geometry ? [.. Maps, new Identity(), new Identity(), new Identity()] : [new Identity()];
        var random = new CounterRandom(seed.Derive("views"));
        var plain = Only(task, test);
        var views = new List<ArcView> { new(plain, new Identity()) };
        var seen = new HashSet<ArcTask>(ArcTaskContent.Comparer) { plain };

        // A task of few demonstrations runs out of new views; drawing four times as often as asked finds nearly all of them.
        for (var draw = 0; views.Count < count && draw < 4 * Math.Max(count, Maps.Count + 3); draw++)
        {
            var map = cycle[draw % cycle.Length];
            var view = map.Apply(new ExampleOrder([.. random.NextPermutation(plain.Train.Count)]).Apply(plain));
            var colours = kinds.Colours ? PermuteColours.Draw(view, random) : null;
            view = colours?.Apply(view) ?? view;
            if (seen.Add(view))
            {
                views.Add(new ArcView(view, map) { Colours = colours });
            }
        }

        return [.. views.Take(count)];
    }

    /// <summary>
    /// The reference's views (its get_preprocessed_tasks_single): for each number of demonstrations to leave out, every choice of them, as it is
    /// and under <paramref name="permutations"/> drawn orders, and a drawn one of these under each of <see cref="Maps"/>. Without duplicates.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="test">Which test pair, from 0.</param>
    /// <param name="leaveOut">Numbers of demonstrations left out, each from 0; the reference's choices are [0], [1] and [0, 1].</param>
    /// <param name="permutations">Drawn orders for each choice; the reference's: 2.</param>
    /// <param name="seed">Decides the orders, and which view is mapped.</param>
    public static IReadOnlyList<ArcView> All(ArcTask task, int test, IReadOnlyList<int> leaveOut, int permutations, Seed seed)
    {
        var views = new List<ArcView>();
        foreach (var count in leaveOut)
        {
            var random = new CounterRandom(seed.Derive("views", "leave-out", count.ToString(CultureInfo.InvariantCulture)));
            var unmapped = Unmapped(task, test, count, permutations, random.NextPermutation);
            views.AddRange(unmapped.Select(view => new ArcView(view, new Identity())));
            if (unmapped.Count == 0)
            {
                continue;
            }

            var seen = unmapped.ToHashSet(ArcTaskContent.Comparer);
            foreach (var map in Maps)
            {
                var view = map.Apply(unmapped[random.NextInt(unmapped.Count)]);
                if (seen.Add(view))
                {
                    views.Add(new ArcView(view, map));
                }
            }
        }

        return views;
    }

    /// <summary>Every choice of demonstrations, as it is and in drawn orders, without duplicates.</summary>
    internal static IReadOnlyList<ArcTask> Unmapped(ArcTask task, int test, int leaveOut, int permutations, Func<int, int[]> drawOrder)
    {
        var plain = Only(task, test);
        var views = new List<ArcTask>();
        var places = Enumerable.Range(0, task.Train.Count).ToArray();
        foreach (var hidden in LeaveOut.Combinations(places, leaveOut))
        {
            var chosen = plain with { Train = [.. places.Except(hidden).Select(i => plain.Train[i])] };
            views.Add(chosen);
            for (var i = 0; i < permutations; i++)
            {
                views.Add(new ExampleOrder([.. drawOrder(chosen.Train.Count)]).Apply(chosen));
            }
        }

        return [.. views.Distinct(ArcTaskContent.Comparer)];
    }

    private static ArcTask Only(ArcTask task, int test) => task with { Test = [task.Test[test]] };
}

/// <summary>How views of a task may differ, besides in the order of the demonstrations.</summary>
/// <param name="Geometry">Turned and mirrored.</param>
/// <param name="Colours">In other colours.</param>
public sealed record ViewKinds(bool Geometry, bool Colours)
{
    /// <summary>The paper's evaluation, whatever the self-edit.</summary>
    public static ViewKinds Paper { get; } = new(Geometry: true, Colours: false);
}
