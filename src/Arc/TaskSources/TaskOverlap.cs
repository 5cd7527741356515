namespace Seal.Arc.TaskSources;

/// <summary>What two tasks with pairs in common are to each other.</summary>
public enum TaskRelation
{
    /// <summary>Different tasks that show a pair, or some, in common.</summary>
    SharesPairs,

    /// <summary>One is the other with pairs taken out, added or moved: the demonstrations of one all stand in the other, or all its pairs but
    /// one.</summary>
    Altered,

    /// <summary>The demonstrations of each stand in the other.</summary>
    Same,
}

/// <summary>Two tasks that have pairs in common under one orientation and one exchange of colours. Neither order nor repetition of pairs
/// counts.</summary>
/// <param name="Task">The task that was asked about.</param>
/// <param name="Other">The one that it overlaps with.</param>
/// <param name="Relation">What they are to each other.</param>
/// <param name="Pairs">Different pairs in common, demonstrations and tests together; at least 1.</param>
public sealed record TaskOverlap(string Task, string Other, TaskRelation Relation, int Pairs)
{
    /// <summary>Whether one of the two tells what the other asks.</summary>
    public bool IsTwin => Relation != TaskRelation.SharesPairs;
}
