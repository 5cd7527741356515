namespace Seal.Arc.TaskSources;

/// <summary>The ARC-AGI-1 tasks of the paper's few-shot experiment, as its code lists them.</summary>
public static class PaperTasks
{
    public static IReadOnlyList<string> Training { get; } =
    ["44f52bb0", "4be741c5", "5582e5ca", "5614dbcf", "5bd6f4ac", "6150a2bd", "67e8384a", "6d0aefbc", "6e02f1e3", "8be77c9e", "8d5021e8", "8e1813be"];

    public static IReadOnlyList<string> Evaluation { get; } =
    ["358ba94e", "59341089", "66e6c45b", "68b67ca3", "903d1b4a", "af24b4cc", "b1fc8b8e", "bc4146bd", "c7d4e6ad", "ce8d95cc"];

    /// <summary><c>paper training</c>, <c>paper evaluation</c>, or null.</summary>
    public static string? ListOf(string id) =>
        Training.Contains(id) ? "paper training"
        : Evaluation.Contains(id) ? "paper evaluation"
        : null;
}
