using Seal.Arc.Augmentations;
using Seal.Arc.Views;

namespace Seal.Arc.SelfEdits;

/// <summary>
/// The self-edit at our scale: the paper's settings, and what decides for a small model — colours apart from geometry, steps, full fine-tuning
/// or LoRA with its rank. Ranges and menus are fixed: another choice is another schema with another name.
/// </summary>
/// <remarks>
/// Why the additions: with the paper's switches colours are permuted whenever anything is, so a task whose colours carry facts and one whose places
/// do cannot ask for different training. A self-edit that names its steps is never refused for having too many.
/// </remarks>
public sealed class MiniSchema : DeclaredSchema
{
    public const int MostSteps = 1024;

    /// <summary>Copies of every text in other colours or orders: enough to fill most sets of texts even without geometry.</summary>
    private const int Permutations = 16;

    /// <summary>What is fitted is not trained on: in 94 % of trials the answer was that of the whole training, for half of the steps.</summary>
    private const double FittedLoss = 0.01;
    private const int FittedSteps = 10;

    /// <summary>Ranks in the order of the words; 0 is full fine-tuning.</summary>
    private static readonly int[] Ranks = [0, 4, 16, 64];

    /// <param name="id">Its name.</param>
    /// <param name="steps">What sampling offers for the number of steps.</param>
    /// <param name="core">Whether sampling offers only the settings that matter most.</param>
    /// <param name="rates">Learning rates that sampling offers.</param>
    /// <param name="deltas">Numbers of the deltas that sampling offers; null: full and LoRA 16 in the core, else all.</param>
    private MiniSchema(string id, double[] steps, bool core, double[] rates, double[]? deltas = null)
        : base(
            id,
            [
                new EditSection(
                    "data_generation",
                    [
                        new SwitchField("use_basic_augmentations"),
                        Off(new SwitchField("use_size_augmentations"), core),
                        Off(new SwitchField("use_chain_augmentations"), core),
                        Off(new SwitchField("use_repeat_augmentations"), core),
                        new SwitchField("permute_colours"),
                    ]
                ),
                new EditSection(
                    "training",
                    [
                        // In the order of TrainingStrategy.
                        Menu(new WordField("strategy", ["train_using_all_tokens", "train_using_output_tokens"]), core ? [1] : [0, 1]),
                        new RealField("learning_rate", PaperSchema.LeastLearningRate, PaperSchema.MostLearningRate, rates),
                        new CountField("num_train_epochs", PaperSchema.LeastTrainingEpochs, PaperSchema.MostTrainingEpochs, core ? [16] : [1, 4, 16]),
                        new CountField("max_steps", 1, MostSteps, steps),
                        Menu(new WordField("delta", ["full", "lora-4", "lora-16", "lora-64"]), deltas ?? (core ? [0, 2] : [0, 1, 2, 3])),
                    ]
                ),
            ]
        ) { }

    /// <summary><c>mini</c>: 6912 self-edits.</summary>
    public static MiniSchema Instance { get; } = new("mini", [32, 96, 240], core: false, [3e-4, 1e-3, 3e-3]);

    /// <summary><c>mini-core</c>: the same fields and ranges; sampling offers the 32 self-edits whose settings matter most, few enough to try every
    /// one on every task.</summary>
    public static MiniSchema Core { get; } = new("mini-core", [32, 96], core: true, [1e-3, 3e-3]);

    /// <summary><c>mini-core-240</c>: the 32 self-edits of <c>mini-core</c> with longer training, for real tasks, whose grids are larger.</summary>
    public static MiniSchema LongCore { get; } = new("mini-core-240", [96, 240], core: true, [1e-3, 3e-3]);

    /// <summary>
    /// <c>mini-16</c>: the 16 self-edits of <c>mini-core</c> at one learning rate. Of its settings the rate mattered least on training tasks
    /// (solved 23 and 28 % of 519 trials each), and half of the self-edits make a reward table in half of the time.
    /// </summary>
    public static MiniSchema Sixteen { get; } = new("mini-16", [32, 96], core: true, [3e-3]);

    /// <summary><c>mini-16-240</c>: the 16 self-edits of <c>mini-core-240</c> at one learning rate.</summary>
    public static MiniSchema LongSixteen { get; } = new("mini-16-240", [96, 240], core: true, [3e-3]);

    /// <summary>
    /// <c>mini-4</c>: geometry and colours, each on or off, under a short budget: 32 steps of full fine-tuning.
    /// What is trained on decides most there: with 96 steps one choice is good enough for every kind of generated task.
    /// </summary>
    public static MiniSchema Four { get; } = new("mini-4", [32], core: true, [3e-3], deltas: [0]);

    /// <summary>
    /// <c>mini-32</c>: all of <c>mini</c>'s settings under <c>mini-4</c>'s budget of 32 steps: 2304 self-edits, too many to try each on every task.
    /// </summary>
    public static MiniSchema Wide { get; } = new("mini-32", [32], core: false, [3e-4, 1e-3, 3e-3]);

    public override EditRecipe Interpret(string payload)
    {
        var values = Values(payload);
        return new EditRecipe(
            new AugmentationSwitches(values[0] != 0, values[1] != 0, values[2] != 0, values[3] != 0),
            (TrainingStrategy)(int)values[5],
            values[6],
            (int)values[7]
        )
        {
            PermuteColours = values[4] != 0,
            MaxSteps = (int)values[8],
            Delta = new EditDelta(Ranks[(int)values[9]]),
            Permutations = Permutations,
            Views = new ViewKinds(Geometry: values[0] != 0, Colours: values[4] != 0),
            StopBelowLoss = FittedLoss,
            StopAfterSteps = FittedSteps,
        };
    }

    private static EditField Off(SwitchField field, bool core) => core ? Menu(field, [0]) : field;

    private static EditField Menu(EditField field, IReadOnlyList<double> menu) => field with { Menu = menu };
}
