using Seal.Arc.Generators;
using Seal.Arc.Tasks;

namespace Seal.Arc.TaskSources;

/// <summary>
/// Two tasks, pair by pair: which pairs of one are pairs of the other under one orientation and one exchange of colours for all of them? Pairs that
/// are alike one by one may still need different colours, so the largest matching is searched for.
/// </summary>
internal sealed class PairMatching
{
    /// <summary>Steps of a search per orientation: tasks have a handful of pairs, and a file made to have thousands that are alike must not take
    /// hours.</summary>
    private const int MostSteps = 20_000;

    private readonly TaskPairs _task;
    private readonly TaskPairs _other;
    private readonly int[] _own;
    private readonly int[][] _choices;
    private readonly bool[] _matched;
    private readonly bool[] _taken;
    private readonly int _leastOfTwins;
    private (TaskRelation Relation, int Pairs) _best;
    private int _count;
    private int _steps;

    private PairMatching(TaskPairs task, TaskPairs other, List<(int Own, int Other)> alike)
    {
        (_task, _other) = (task, other);
        _own = [.. alike.Select(pair => pair.Own).Distinct()];
        _choices = [.. _own.Select(own => alike.Where(pair => pair.Own == own).Select(pair => pair.Other).ToArray())];
        (_matched, _taken) = (new bool[task.Pairs.Length], new bool[other.Pairs.Length]);
        _leastOfTwins = Math.Min(Math.Min(task.Demonstrations, other.Demonstrations), AllButOne);
    }

    /// <param name="task">The task that is asked about.</param>
    /// <param name="other">Another one.</param>
    /// <param name="alike">Places of pairs with equal forms, ordered by the first; at least one.</param>
    public static TaskOverlap Compare(TaskPairs task, TaskPairs other, List<(int Own, int Other)> alike)
    {
        var matching = new PairMatching(task, other, alike);
        var (relation, pairs) = alike.Count == 1 ? matching.OfOne(alike[0]) : matching.Search();
        return new TaskOverlap(task.Task.Id, other.Task.Id, relation, pairs);
    }

    /// <summary>All pairs of the smaller task but one; one pair alone is too little.</summary>
    private int AllButOne => Math.Max(2, Math.Min(_matched.Length, _taken.Length) - 1);

    /// <summary>Equal forms are one pair, so nothing needs to be turned.</summary>
    private (TaskRelation Relation, int Pairs) OfOne((int Own, int Other) pair)
    {
        (_matched[pair.Own], _taken[pair.Other], _count) = (true, true, 1);
        return (Relation(), 1);
    }

    private (TaskRelation Relation, int Pairs) Search()
    {
        Span<byte> colours = stackalloc byte[2 * Grid.Colours];
        for (var orientation = 0; orientation < 8 && _best.Relation != TaskRelation.Same; orientation++)
        {
            ArcPair[] turned = [.. _own.Select(pair => Turn(_task.Pairs[pair], orientation))];
            colours.Fill(byte.MaxValue);
            _steps = 0;
            Search(0, turned, colours);
        }

        return _best;
    }

    private void Search(int at, ArcPair[] turned, ReadOnlySpan<byte> colours)
    {
        var possible = _count + turned.Length - at;
        var isHopeless = possible <= _best.Pairs && (possible < _leastOfTwins || _best.Relation != TaskRelation.SharesPairs);
        if (_best.Relation == TaskRelation.Same || isHopeless || _steps++ > MostSteps)
        {
            return;
        }

        if (at == turned.Length)
        {
            var found = (_count > 0 ? Relation() : TaskRelation.SharesPairs, _count);
            _best = found.CompareTo(_best) > 0 ? found : _best;
            return;
        }

        Span<byte> more = stackalloc byte[2 * Grid.Colours];
        foreach (var choice in _choices[at])
        {
            colours.CopyTo(more);
            if (
                !_taken[choice]
                && Extend(turned[at].Input, _other.Pairs[choice].Input, more)
                && Extend(turned[at].Output, _other.Pairs[choice].Output, more)
            )
            {
                (_taken[choice], _matched[_own[at]]) = (true, true);
                _count++;
                Search(at + 1, turned, more);
                (_taken[choice], _matched[_own[at]]) = (false, false);
                _count--;
            }
        }

        Search(at + 1, turned, colours);
    }

    private TaskRelation Relation()
    {
        var own = !_matched.AsSpan(0, _task.Demonstrations).Contains(false);
        var other = !_taken.AsSpan(0, _other.Demonstrations).Contains(false);
        return own && other ? TaskRelation.Same
            : own || other || _count >= AllButOne ? TaskRelation.Altered
            : TaskRelation.SharesPairs;
    }

    private static ArcPair Turn(ArcPair pair, int orientation) =>
        new(Sketch.Orient(pair.Input, orientation), pair.Output is null ? null : Sketch.Orient(pair.Output, orientation));

    /// <summary>Whether one grid is the other in other colours, by the exchange so far; which grows by the colours that are new in it.</summary>
    /// <param name="grid">A grid.</param>
    /// <param name="other">Another one.</param>
    /// <param name="colours">[there, back]: what each colour becomes, then what each comes from; 255 where that is open.</param>
    private static bool Extend(Grid? grid, Grid? other, Span<byte> colours)
    {
        if (grid is null || other is null)
        {
            return grid is null && other is null;
        }

        if (grid.Height != other.Height || grid.Width != other.Width)
        {
            return false;
        }

        var there = colours[..Grid.Colours];
        var back = colours[Grid.Colours..];
        for (var cell = 0; cell < grid.Cells.Length; cell++)
        {
            var (from, to) = (grid.Cells[cell], other.Cells[cell]);
            if (there[from] == byte.MaxValue && back[to] == byte.MaxValue)
            {
                (there[from], back[to]) = (to, from);
            }
            else if (there[from] != to)
            {
                return false;
            }
        }

        return true;
    }
}
