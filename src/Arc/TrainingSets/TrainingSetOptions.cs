using Seal.Arc.Tasks;

namespace Seal.Arc.TrainingSets;

/// <summary>How large a training set may get.</summary>
/// <param name="MaxTexts">Training tasks kept, after shuffling; at least 1.</param>
/// <param name="MaxGridSide">Tasks with a longer side in any grid are dropped, 1..64.</param>
/// <param name="Permutations">Copies of each task under fresh colour and example permutations, 0..16; the paper's is 1.</param>
/// <param name="Fits">Further tasks to drop before the cut to <paramref name="MaxTexts"/>, e.g. those whose text is too long; null for none.
/// Asked in the final order, and only until enough tasks are found.</param>
public sealed record TrainingSetOptions(int MaxTexts = 250, int MaxGridSide = 30, int Permutations = 1, Func<ArcTask, bool>? Fits = null)
{
    /// <summary>How many demonstrations are left out at once: one of them becomes the question, the others are not shown. The paper's: 1 and
    /// 2.</summary>
    public IReadOnlyList<int> LeaveOut { get; init; } = [1, 2];

    /// <summary>Whether the permuted copies get other colours; null: where there is any augmentation, as in the paper.</summary>
    public bool? Recolour { get; init; }
}
