namespace Seal.Silo.Reading;

/// <summary>What a candidate's model read, as text.</summary>
/// <param name="Prompt">The prompt under which the policy wrote the self-edit.</param>
/// <param name="Count">Texts that the self-edit trains on; 0 where it trains on none.</param>
/// <param name="Steps">Optimizer steps that it asks for.</param>
/// <param name="Sample">The first few of the texts.</param>
/// <param name="Refusal">Why nothing is trained although there is a self-edit, or null.</param>
public sealed record TrialTexts(string Prompt, int Count, int Steps, IReadOnlyList<TrainingText> Sample, string? Refusal);

/// <summary>One text that is trained on.</summary>
/// <param name="Context">What stands before the first token that counts in the loss.</param>
/// <param name="Learned">From there on.</param>
/// <param name="Tokens">Of both.</param>
public sealed record TrainingText(string Context, string Learned, int Tokens);
