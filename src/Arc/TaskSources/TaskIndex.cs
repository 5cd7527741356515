using System.Runtime.InteropServices;
using Seal.Arc.Tasks;

namespace Seal.Arc.TaskSources;

/// <summary>Tasks by what their pairs show, so that a task that is one of them in disguise is found without comparing it with each.</summary>
public sealed class TaskIndex
{
    private readonly List<TaskPairs> _tasks = [];
    private readonly Dictionary<UInt128, List<(int Task, int Pair)>> _places = [];

    public TaskIndex(IEnumerable<ArcTask> tasks)
    {
        foreach (var task in tasks)
        {
            Add(task);
        }
    }

    /// <summary>One more, behind the others.</summary>
    public void Add(ArcTask task)
    {
        var pairs = new TaskPairs(task);
        for (var pair = 0; pair < pairs.Forms.Length; pair++)
        {
            (CollectionsMarshal.GetValueRefOrAddDefault(_places, pairs.Forms[pair], out _) ??= []).Add((_tasks.Count, pair));
        }

        _tasks.Add(pairs);
    }

    /// <summary>The indexed tasks that have a pair in common with this one, in the order of the index.</summary>
    public IReadOnlyList<TaskOverlap> Overlaps(ArcTask task) => [.. Overlaps(new TaskPairs(task), 0)];

    /// <summary>Every two of the indexed tasks that have a pair in common.</summary>
    public IEnumerable<TaskOverlap> Among() => _tasks.SelectMany((task, place) => Overlaps(task, place + 1));

    /// <param name="task">The task.</param>
    /// <param name="from">Place of the first task of the index to compare with.</param>
    private IEnumerable<TaskOverlap> Overlaps(TaskPairs task, int from)
    {
        SortedDictionary<int, List<(int Own, int Other)>>? alike = null;
        for (var pair = 0; pair < task.Forms.Length; pair++)
        {
            if (_places.TryGetValue(task.Forms[pair], out var places))
            {
                foreach (var (other, otherPair) in places.Where(place => place.Task >= from))
                {
                    alike ??= [];
                    if (!alike.TryGetValue(other, out var pairs))
                    {
                        alike.Add(other, pairs = []);
                    }

                    pairs.Add((pair, otherPair));
                }
            }
        }

        return alike is null ? [] : alike.Select(one => PairMatching.Compare(task, _tasks[one.Key], one.Value));
    }
}
