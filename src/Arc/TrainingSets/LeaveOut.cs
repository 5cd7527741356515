using Seal.Arc.Tasks;

namespace Seal.Arc.TrainingSets;

/// <summary>Makes tasks with known answers out of a task's demonstrations. Its test pairs are not looked at.</summary>
internal static class LeaveOut
{
    /// <summary>
    /// Each demonstration in turn becomes the question of a task whose demonstrations are the others less <paramref name="count"/> − 1 of them,
    /// in every way, in their order: N · C(N − 1, count − 1) tasks for N demonstrations.
    /// </summary>
    /// <param name="task">The task.</param>
    /// <param name="count">Demonstrations left out, the question included; at least 1. None left for more than there are.</param>
    public static IEnumerable<ArcTask> Tasks(ArcTask task, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        for (var question = 0; question < task.Train.Count; question++)
        {
            var others = Enumerable.Range(0, task.Train.Count).Where(i => i != question).ToArray();
            foreach (var hidden in Combinations(others, count - 1))
            {
                yield return new ArcTask(task.Id, [.. others.Except(hidden).Select(i => task.Train[i])], [task.Train[question]]);
            }
        }
    }

    /// <summary>Every choice of <paramref name="count"/> items, in lexicographic order of their places.</summary>
    public static IEnumerable<int[]> Combinations(int[] items, int count)
    {
        if (count > items.Length)
        {
            yield break;
        }

        var places = Enumerable.Range(0, count).ToArray();
        while (true)
        {
            yield return [.. places.Select(place => items[place])];
            var last = count - 1;
            while (last >= 0 && places[last] == items.Length - count + last)
            {
                last--;
            }

            if (last < 0)
            {
                yield break;
            }

            places[last]++;
            for (var i = last + 1; i < count; i++)
            {
                places[i] = places[i - 1] + 1;
            }
        }
    }
}
