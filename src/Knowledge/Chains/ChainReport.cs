namespace Seal.Knowledge.Chains;

/// <summary>What was seen of a task with several passages.</summary>
/// <param name="Untouched">Share of each passage's questions that the model answered before any training. [passages]</param>
/// <param name="After">After each training the shares of the passages so far: row k has k + 1 of them. One row of all passages where they were
/// trained together or apart, or not at all.</param>
/// <param name="Background">Share of background questions before any training and after each; empty where none were asked.</param>
/// <param name="Merged">Whether each training was merged; empty where nothing is.</param>
/// <param name="Written">What the model wrote about each passage, for people to read: an empty text where that was no self-edit, so that the passage
/// alone was trained on. No texts where lines were written by rule, or not at all.</param>
public sealed record ChainReport(
    IReadOnlyList<double> Untouched,
    IReadOnlyList<IReadOnlyList<double>> After,
    IReadOnlyList<double> Background,
    IReadOnlyList<bool> Merged,
    IReadOnlyList<string> Written
);
