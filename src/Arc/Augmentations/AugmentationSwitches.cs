namespace Seal.Arc.Augmentations;

/// <summary>Which of the paper's groups of augmentations a self-edit turns on.</summary>
public sealed record AugmentationSwitches(bool Basic, bool Size, bool Chain, bool Repeat);
