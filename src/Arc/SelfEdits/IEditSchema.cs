using Seal.Core.Grammars;
using Seal.Core.Randomness;

namespace Seal.Arc.SelfEdits;

/// <summary>A version of what a self-edit may say. A further schema is a further implementation, entered in <see cref="EditSchemas"/>.</summary>
public interface IEditSchema
{
    /// <summary>Name in sweep files and results, e.g. <c>paper</c>.</summary>
    string Id { get; }

    /// <summary>The canonical self-edits that sampling offers; every one of them parses to itself.</summary>
    Grammar Grammar { get; }

    /// <summary>Reads any text, of which <see cref="Grammar"/> knows only a part. Never throws.</summary>
    EditReading Parse(string text);

    /// <summary>A self-edit of the grammar, every one with the same probability.</summary>
    string Random(CounterRandom random);

    /// <summary>Every self-edit of the grammar, in a fixed order.</summary>
    IEnumerable<string> Enumerate();

    /// <summary>The training that a payload stands for.</summary>
    /// <exception cref="ArgumentException">Not a valid self-edit of this schema; payloads come from <see cref="Parse"/>.</exception>
    EditRecipe Interpret(string payload);
}

/// <summary>A self-edit in the domain's terms: which texts are made of a task, and how they are trained on.</summary>
/// <param name="Augmentations">Which augmentation groups make training texts.</param>
/// <param name="Strategy">Which tokens count in the loss.</param>
/// <param name="LearningRate">Peak learning rate.</param>
/// <param name="TrainingEpochs">Passes over the texts.</param>
public sealed record EditRecipe(Augmentations.AugmentationSwitches Augmentations, TrainingStrategy Strategy, double LearningRate, int TrainingEpochs);

/// <summary>Which tokens of a training text count in the loss.</summary>
public enum TrainingStrategy
{
    /// <summary><c>train_using_all_tokens</c>: every token but the first.</summary>
    AllTokens,

    /// <summary><c>train_using_output_tokens</c>: the tokens of output grids.</summary>
    OutputTokens,
}
