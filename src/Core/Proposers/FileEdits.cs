using Seal.Core.Sweeps.Reading;

namespace Seal.Core.Proposers;

/// <summary>Whether a file of self-edits belongs to a sweep: it has some for every evaluation task, and none for a task that the sweep does not
/// have.</summary>
public static class FileEdits
{
    /// <summary>The key whose self-edits serve every task that is not named.</summary>
    public const string Others = "*";

    private const int Most = 5;

    /// <param name="edits">Self-edits by task id.</param>
    /// <param name="training">Ids of the sweep's training tasks.</param>
    /// <param name="evaluation">Ids of its evaluation tasks.</param>
    /// <returns>What is wrong, as the end of a sentence that names the file; or null.</returns>
    public static string? Problem(
        IReadOnlyDictionary<string, IReadOnlyList<string>> edits,
        IReadOnlyList<string> training,
        IReadOnlyList<string> evaluation
    )
    {
        string[] tasks = [.. evaluation, .. training];
        string[] strangers = [.. edits.Keys.Where(id => id != Others && !tasks.Contains(id, StringComparer.Ordinal)).Order(StringComparer.Ordinal)];
        if (strangers.Length > 0)
        {
            var near = strangers.Select(id => Spelling.Closest(id, tasks)).FirstOrDefault(close => close is not null);
            return $"has self-edits for {List(strangers)}, which the sweep does not have{(near is null ? "" : $" (did you mean {near}?)")}; its "
                + $"evaluation tasks are {List(evaluation)}. "
                + "Correct the ids, or take them out.";
        }

        string[] without = edits.ContainsKey(Others) ? [] : [.. evaluation.Where(id => !edits.ContainsKey(id))];
        return without.Length == 0 ? null : $"has no self-edits for {List(without)}; add them, or the key \"{Others}\" for all others.";
    }

    private static string List(IReadOnlyCollection<string> ids) => $"{string.Join(", ", ids.Take(Most))}{(ids.Count > Most ? " …" : "")}";
}
