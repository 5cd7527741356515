namespace Seal.Samples.Digits;

/// <summary>A task's document: sequences that follow its rule, the beginning of one that is not shown, and how that goes on.</summary>
public sealed record DigitsTask(IReadOnlyList<string> Shown, string Given, string Answer);

/// <summary>A self-edit: train on <c>whole</c> sequences or on <c>pairs</c> of neighbours, for so many steps at so high a rate.</summary>
public sealed record DigitsEdit(string Texts, int Steps, double LearningRate);
