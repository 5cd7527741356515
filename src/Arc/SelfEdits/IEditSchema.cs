using Seal.Core.Domains;
using Seal.Core.Grammars;
using Seal.Core.Randomness;

namespace Seal.Arc.SelfEdits;

/// <summary>A version of what a self-edit may say. A further schema is a further implementation, entered in <see cref="EditSchemas"/>.</summary>
public interface IEditSchema : IEditSpace
{
    /// <summary>Name in sweep files and results, e.g. <c>paper</c>.</summary>
    string Id { get; }

    /// <summary>The canonical self-edits that sampling offers; every one of them parses to itself.</summary>
    Grammar Grammar { get; }

    /// <summary>Reads any text, of which <see cref="Grammar"/> knows only a part. Never throws.</summary>
    EditReading Parse(string text);

    /// <summary>The training that a payload stands for.</summary>
    /// <exception cref="ArgumentException">Not a valid self-edit of this schema; payloads come from <see cref="Parse"/>.</exception>
    EditRecipe Interpret(string payload);
}

/// <summary>A self-edit in the domain's terms: which texts are made of a task, and how they are trained on.</summary>
/// <param name="Augmentations">Which augmentation groups make training texts.</param>
/// <param name="Strategy">Which tokens count in the loss.</param>
/// <param name="LearningRate">Peak learning rate.</param>
/// <param name="TrainingEpochs">Passes over the texts.</param>
public sealed record EditRecipe(Augmentations.AugmentationSwitches Augmentations, TrainingStrategy Strategy, double LearningRate, int TrainingEpochs)
{
    /// <summary>Whether texts come in other colours too; null: where any augmentation is on, as in the paper.</summary>
    public bool? PermuteColours { get; init; }

    /// <summary>Training ends after so many steps, with its schedule; null: after its epochs, and more than the sweep's cap is refused, as in the
    /// paper.</summary>
    public int? MaxSteps { get; init; }

    /// <summary>Full fine-tuning or a LoRA of this rank; null: as the sweep says.</summary>
    public EditDelta? Delta { get; init; }

    /// <summary>Training ends once the loss has stayed under this for <see cref="StopAfterSteps"/> steps; 0 for never, as in the paper.</summary>
    public double StopBelowLoss { get; init; }

    /// <summary>See <see cref="StopBelowLoss"/>.</summary>
    public int StopAfterSteps { get; init; }

    /// <summary>Views of a vote: a model that was trained without an augmentation is not asked under it. Null: the paper's, for every edit.</summary>
    public Views.ViewKinds? Views { get; init; }

    /// <summary>Copies of each text under fresh colours and orders, before the cut to the sweep's number of texts.</summary>
    public int Permutations { get; init; } = 1;
}

/// <summary>What is trained.</summary>
/// <param name="Rank">Rank of the LoRA; 0 for full fine-tuning.</param>
public sealed record EditDelta(int Rank);

/// <summary>Which tokens of a training text count in the loss.</summary>
public enum TrainingStrategy
{
    /// <summary><c>train_using_all_tokens</c>: every token but the first.</summary>
    AllTokens,

    /// <summary><c>train_using_output_tokens</c>: the tokens of output grids.</summary>
    OutputTokens,
}
