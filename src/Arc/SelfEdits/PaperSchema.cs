using Seal.Arc.Augmentations;

namespace Seal.Arc.SelfEdits;

/// <summary>
/// The self-edit of the paper's few-shot experiment (arXiv 2506.10943): four augmentation switches, loss strategy, learning rate, epochs.
/// The parser's ranges are wider than the menus that sampling offers.
/// </summary>
public sealed class PaperSchema : DeclaredSchema
{
    public const double LeastLearningRate = 1e-6;
    public const double MostLearningRate = 1e-1;
    public const int LeastTrainingEpochs = 1;
    public const int MostTrainingEpochs = 64;

    /// <summary>
    /// Half decades, even on a logarithmic scale. The paper's best, 1e-4, is for a LoRA on a billion parameters; a model a thousand times
    /// smaller wants 1e-3 to 3e-3. Both ends are there to be avoided.
    /// </summary>
    public static readonly IReadOnlyList<double> LearningRates = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2];

    /// <summary>With 250 texts in batches of 2, 4 and 5 epochs are over the paper's cap of 375 steps: a policy can learn not to ask for
    /// them.</summary>
    public static readonly IReadOnlyList<double> TrainingEpochs = [1, 2, 3, 4, 5];

    private PaperSchema()
        : base(
            "paper",
            [
                new EditSection(
                    "data_generation",
                    [
                        new SwitchField("use_basic_augmentations"),
                        new SwitchField("use_size_augmentations"),
                        new SwitchField("use_chain_augmentations"),
                        new SwitchField("use_repeat_augmentations"),
                    ]
                ),
                new EditSection(
                    "training",
                    [
                        // In the order of TrainingStrategy.
                        new WordField("strategy", ["train_using_all_tokens", "train_using_output_tokens"]),
                        new RealField("learning_rate", LeastLearningRate, MostLearningRate, LearningRates),
                        new CountField("num_train_epochs", LeastTrainingEpochs, MostTrainingEpochs, TrainingEpochs),
                    ]
                ),
            ]
        ) { }

    public static PaperSchema Instance { get; } = new();

    /// <summary>The canonical text of an edit.</summary>
    public string Write(PaperEdit edit) =>
        Write([
            edit.UseBasicAugmentations ? 1 : 0,
            edit.UseSizeAugmentations ? 1 : 0,
            edit.UseChainAugmentations ? 1 : 0,
            edit.UseRepeatAugmentations ? 1 : 0,
            (int)edit.Strategy,
            edit.LearningRate,
            edit.TrainingEpochs,
        ]);

    /// <summary>The edit that a payload says.</summary>
    /// <exception cref="ArgumentException">Not a valid self-edit.</exception>
    public PaperEdit ReadEdit(string payload)
    {
        var values = Values(payload);
        return new PaperEdit(
            values[0] != 0,
            values[1] != 0,
            values[2] != 0,
            values[3] != 0,
            (TrainingStrategy)(int)values[4],
            values[5],
            (int)values[6]
        );
    }

    public override EditRecipe Interpret(string payload)
    {
        var edit = ReadEdit(payload);
        return new EditRecipe(
            new AugmentationSwitches(edit.UseBasicAugmentations, edit.UseSizeAugmentations, edit.UseChainAugmentations, edit.UseRepeatAugmentations),
            edit.Strategy,
            edit.LearningRate,
            edit.TrainingEpochs
        );
    }
}

/// <summary>A self-edit of the paper's schema.</summary>
/// <param name="UseBasicAugmentations">Rotations, flips, reflections, translations, transposition.</param>
/// <param name="UseSizeAugmentations">Resolution, height, width × 2.</param>
/// <param name="UseChainAugmentations">Rotations and flips followed by resolution × 2.</param>
/// <param name="UseRepeatAugmentations">Repetition × 2 along either axis or both.</param>
/// <param name="Strategy">Which tokens count in the loss.</param>
/// <param name="LearningRate">Peak learning rate, 1e-6..1e-1.</param>
/// <param name="TrainingEpochs">Passes over the texts, 1..64.</param>
public sealed record PaperEdit(
    bool UseBasicAugmentations,
    bool UseSizeAugmentations,
    bool UseChainAugmentations,
    bool UseRepeatAugmentations,
    TrainingStrategy Strategy,
    double LearningRate,
    int TrainingEpochs
);
