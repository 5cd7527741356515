using Seal.Models.Llama;

namespace Seal.Models.Pretraining;

/// <summary>
/// How a model is trained from nothing. Everything here but the folders and cadences decides the bytes that come out. The defaults are those of
/// the shipped model.
/// </summary>
/// <param name="Output">The model folder to make; replaced if it is there.</param>
/// <param name="Work">Folder of checkpoint, logs and the latest model; a run that finds its own checkpoint here goes on from it.</param>
/// <param name="HiddenSize">d, a multiple of <paramref name="Heads"/>.</param>
/// <param name="Layers">Decoder layers.</param>
/// <param name="Heads">Attention heads; d / heads must be a multiple of 8.</param>
/// <param name="ContextLength">Longest sequence the model will take, tokens (max_position_embeddings).</param>
/// <param name="MaxTokens">Longest text that is trained on; longer ones are passed over.</param>
/// <param name="BatchTokens">Tokens per step, at most.</param>
/// <param name="Steps">
/// Optimizer steps. A run that has not begun to decay may be gone on with as a longer or shorter one, and gives the bytes that one would have given.
/// </param>
/// <param name="LearningRate">Peak of AdamW's learning rate (embedding and norms).</param>
/// <param name="MatrixLearningRate">Peak of Muon's learning rate (matrices); 0 trains them with AdamW too.</param>
/// <param name="WarmupSteps">Linear warm-up.</param>
/// <param name="DecaySteps">The last steps, over which the learning rate falls to 0 along a cosine; between the two it stays at its peak.</param>
/// <param name="WeightDecay">Decoupled weight decay of matrices and embedding.</param>
/// <param name="GradientClip">Largest global gradient norm.</param>
/// <param name="Seed">Initial weights and order of batches. The texts have their own.</param>
/// <param name="EvaluateEvery">Steps between evaluations.</param>
/// <param name="CheckpointEvery">Steps between checkpoints.</param>
/// <param name="TensorBoard">Also write TensorBoard event files.</param>
public sealed record PretrainOptions(
    string Output,
    string Work,
    int HiddenSize = 128,
    int Layers = 4,
    int Heads = 4,
    int ContextLength = 8192,
    int MaxTokens = 704,
    int BatchTokens = 3072,
    int Steps = 7500,
    double LearningRate = 5e-3,
    double MatrixLearningRate = 5e-3,
    int WarmupSteps = 100,
    int DecaySteps = 2000,
    double WeightDecay = 0.01,
    double GradientClip = 1.0,
    ulong Seed = 1,
    int EvaluateEvery = 500,
    int CheckpointEvery = 250,
    bool TensorBoard = false
)
{
    /// <summary>The decoder's shape: SwiGLU of 8/3 d, tied head, rotary over row, column, example and sequence, or over the sequence alone.</summary>
    /// <exception cref="ArgumentException">A size is out of range; names it.</exception>
    public LlamaConfig Config(int vocabularySize, bool isGrid = true)
    {
        Check(HiddenSize is > 0 and <= 4096 && Heads > 0 && HiddenSize % (8 * Heads) == 0, nameof(HiddenSize), "a multiple of 8 × heads");
        Check(Layers is > 0 and <= 128, nameof(Layers), "in 1..128");
        Check(MaxTokens > 1 && MaxTokens <= ContextLength, nameof(MaxTokens), "in 2..ContextLength");
        Check(BatchTokens >= MaxTokens, nameof(BatchTokens), "at least MaxTokens");
        Check(
            Steps > 0 && WarmupSteps >= 0 && DecaySteps >= 0 && WarmupSteps + DecaySteps <= Steps,
            nameof(Steps),
            "positive and at least WarmupSteps + DecaySteps"
        );
        Check(EvaluateEvery > 0 && CheckpointEvery > 0, nameof(EvaluateEvery), "positive, as CheckpointEvery");
        Check(LearningRate > 0 && MatrixLearningRate >= 0 && GradientClip > 0 && WeightDecay >= 0, nameof(LearningRate), "positive");
        var headDim = HiddenSize / Heads;

        // Of the head's pairs, three eighths each turn by row and column, one eighth each by example and sequence: a cell is found by its place.
        var eighth = headDim / 16;
        int[] sections =
            headDim % 16 == 0 ? [3 * eighth, 3 * eighth, eighth, eighth] : [headDim / 2 / 4, headDim / 2 / 4, headDim / 2 / 4, headDim / 2 / 4];
        return new LlamaConfig(
            HiddenSize,
            ((8 * HiddenSize / 3) + 31) / 32 * 32,
            Layers,
            Heads,
            Heads,
            headDim,
            vocabularySize,
            ContextLength,
            1e-5,
            10000,
            TiedHead: true,
            Grid: isGrid ? new GridRotary(sections, [100, 100, 100, 10000]) : null
        );
    }

    /// <summary>Steps before the decay.</summary>
    internal int DecayStart => Steps - DecaySteps;

    /// <summary>Learning rate as a share of its peak: up, level, down. The level part is what lets a run be as long as there is time for.</summary>
    /// <param name="step">Steps done before, from 0.</param>
    internal double Schedule(int step) =>
        step < WarmupSteps ? (step + 1.0) / WarmupSteps
        : step < DecayStart ? 1
        : 0.5 * (1 + Math.Cos(Math.PI * (step - DecayStart) / DecaySteps));

    private static void Check(bool condition, string name, string expected)
    {
        if (!condition)
        {
            throw new ArgumentException($"{name} must be {expected}.");
        }
    }
}
