namespace Seal.Pages;

/// <summary>A slot, or a silo with its slots, in words for people.</summary>
/// <param name="Name">E.g. <c>cpu-0</c>.</param>
/// <param name="State">E.g. <c>working</c>, <c>waits</c>, or why it was drained.</param>
/// <param name="Work">The job it is at, or nothing.</param>
/// <param name="Progress">Steps and loss, or how many slots are busy.</param>
/// <param name="Memory">What it takes, where that is known.</param>
public sealed record SlotLine(string Name, string State, string Work, string Progress, string Memory = "");
