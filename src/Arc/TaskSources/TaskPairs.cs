using Seal.Arc.Tasks;

namespace Seal.Arc.TaskSources;

/// <summary>A task as two sets of pairs, demonstrations and tests apart, with the canonical form of each pair.</summary>
internal sealed class TaskPairs
{
    public TaskPairs(ArcTask task)
    {
        Task = task;
        ArcPair[] demonstrations = [.. task.Train.Distinct()];
        Demonstrations = demonstrations.Length;
        Pairs = [.. demonstrations.Concat(task.Test).Distinct()];
        Forms = [.. Pairs.Select(PairForm.Of)];
    }

    public ArcTask Task { get; }

    /// <summary>Different pairs, demonstrations first.</summary>
    public ArcPair[] Pairs { get; }

    /// <summary>How many of the pairs are demonstrations.</summary>
    public int Demonstrations { get; }

    /// <summary>Canonical form of each pair.</summary>
    public UInt128[] Forms { get; }
}
