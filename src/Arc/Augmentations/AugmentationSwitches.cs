namespace Seal.Arc.Augmentations;

/// <summary>Which of the paper's augmentation groups make training texts.</summary>
/// <param name="Basic">Rotations, flips, reflections, a translation, transposition.</param>
/// <param name="Size">Resolution, height, width × 2.</param>
/// <param name="Chain">Rotations, flips, transposition, each followed by resolution × 2.</param>
/// <param name="Repeat">Repetition × 2 along either axis and along both.</param>
public sealed record AugmentationSwitches(bool Basic, bool Size, bool Chain, bool Repeat);
