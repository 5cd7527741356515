using Seal.Core.Engines;
using Seal.Models.Llama;

namespace Seal.Models.Sizing;

/// <summary>Memory of one device slot in bytes, by what holds it.</summary>
/// <param name="Weights">The model, and the weights that an adapter makes anew when it is merged.</param>
/// <param name="Trained">Trained values, their gradients, and AdamW's two moments; fp32.</param>
/// <param name="Activations">What layers keep: of a forward pass for the backward one, or keys and values of a cache.</param>
/// <param name="Logits">Logits and their gradient.</param>
/// <param name="Scratch">What the layers at work hold beside it.</param>
public sealed record MemoryNeed(long Weights, long Trained, long Activations, long Logits, long Scratch = 0)
{
    public long Total => Weights + Trained + Activations + Logits + Scratch;
}

/// <summary>
/// What a model needs in memory, from its shape alone: counted from what the decoder and the trainer hold (rows are fp32 whatever the weights are
/// in), and two constants from measurements of resident memory (docs/log.md), which it meets within a fifth at 1024 tokens; models of a few million
/// parameters at 256 tokens are counted up to 30 % too high. The process itself takes about <see cref="Process"/> more.
/// </summary>
public sealed class ModelSizing(LlamaConfig config, int weightBytes)
{
    /// <summary>Runtime and libtorch.</summary>
    public const long Process = 400L << 20;

    private const int Single = sizeof(float);

    // value, gradient, first and second moment
    private const int TrainedCopies = 4;

    // Measured: besides what every layer keeps, a backward pass holds gradients and scratch of about this many layers.
    private const int LayersAtWork = 4;

    // Logits, their softmax and gradients.
    private const int LogitsCopies = 5;

    // Losses of a frozen bf16 head are computed for so many logits at a time.
    private const long LogitsAtOnce = 16L << 20;

    /// <summary>Numbers in the model.</summary>
    public long Parameters { get; } = config.Tensors().Sum(tensor => Count(tensor.Shape));

    /// <summary>Bytes of the weights by themselves; vectors are fp32.</summary>
    public long Weights => config.Tensors().Sum(tensor => Count(tensor.Shape) * (tensor.Shape.Length == 1 ? Single : weightBytes));

    /// <summary>Reading prompts of this length and writing on, with keys and values of every text.</summary>
    /// <param name="length">Tokens of a text, prompt and answer.</param>
    /// <param name="batch">Texts side by side.</param>
    public MemoryNeed Inference(long length, long batch) =>
        new(
            Weights,
            0,
            Single * 2 * batch * length * config.Layers * config.KeyValueWidth,
            Single * batch * config.VocabularySize,
            Single * length * RowsOfALayer(0)
        );

    /// <summary>A training step.</summary>
    /// <param name="delta">What is trained.</param>
    /// <param name="length">Tokens of a text.</param>
    /// <param name="batch">Texts in a step.</param>
    /// <param name="members">Deltas that are trained side by side.</param>
    /// <param name="checkpointing">Whether layers are computed again for their gradient.</param>
    public MemoryNeed Training(DeltaSpec delta, long length, long batch, int members = 1, bool checkpointing = false)
    {
        var tokens = length * batch * members;
        var perLayer = RowsOfALayer(delta.Kind == DeltaKind.Lora ? delta.Rank * delta.Targets.Count : 0);

        // With checkpointing every layer keeps its input alone.
        var kept = config.Layers * (checkpointing ? (long)config.HiddenSize : perLayer);
        var wholeLogits = tokens * config.VocabularySize * LogitsCopies;
        var isFrozenHead = weightBytes < Single && delta.Kind == DeltaKind.Lora;
        var activations = Single * tokens * kept;
        var scratch = Single * tokens * LayersAtWork * perLayer;
        var logits = Single * (isFrozenHead ? Math.Min(wholeLogits, LogitsAtOnce) : wholeLogits);

        // When the trained weights are made to judge them, activations are gone.
        return new MemoryNeed(
            Weights + Math.Max(0, Applied(delta) - activations - scratch - logits),
            members * DeltaParameters(delta) * Single * TrainedCopies,
            activations,
            logits,
            scratch
        );
    }

    /// <summary>What one of several devices holds of a need, where the layers lie on all of them.</summary>
    /// <param name="whole">What all of them hold.</param>
    /// <param name="devices">How many.</param>
    /// <param name="device">Which, from 0 in the order of the layers.</param>
    /// <param name="isFull">Every weight is trained: the tables' values, gradients and moments lie where the tables are.</param>
    /// <exception cref="ArgumentException">There are more devices than layers.</exception>
    public MemoryNeed On(MemoryNeed whole, int devices, int device, bool isFull = false)
    {
        if (devices == 1)
        {
            return whole;
        }

        var layers = DeviceMap.Share(config, weightBytes, devices).Count(owner => owner == device);
        var (isFirst, isLast) = (device == 0, device == devices - 1);
        var numbers = (long)config.VocabularySize * config.HiddenSize;
        var table = numbers * weightBytes;
        var own = config.TiedHead ? table : 2 * table;
        long Part(long all) => all * layers / config.Layers;

        // A tied head that is trained is copied to the last device in every step, and its gradient comes back from there.
        var trainedTable = isFull ? numbers * Single * TrainedCopies : 0;
        var trainedHead = config.TiedHead ? trainedTable / 2 : trainedTable;
        var trainedTables = config.TiedHead ? trainedTable : 2 * trainedTable;
        return new MemoryNeed(
            (isFirst ? table : 0) + (isLast ? table : 0) + Part(whole.Weights - own),
            (isFirst ? trainedTable : 0) + (isLast ? trainedHead : 0) + Part(whole.Trained - trainedTables),
            Part(whole.Activations),
            isLast ? whole.Logits : 0,
            whole.Scratch
        );
    }

    /// <summary>What the fullest of several devices holds, see <see cref="On"/>.</summary>
    public MemoryNeed Fullest(MemoryNeed whole, int devices, bool isFull = false) =>
        Enumerable.Range(0, devices).Select(device => On(whole, devices, device, isFull)).MaxBy(need => need.Total)!;

    /// <summary>Trained numbers.</summary>
    public long DeltaParameters(DeltaSpec delta) =>
        delta.Kind == DeltaKind.Full
            ? Parameters
            : config.Layers * Targets(delta).Sum(target => config.Shape(target) is var (rows, columns) ? (long)delta.Rank * (rows + columns) : 0);

    /// <summary>Weights that stand beside the model's own once the delta is applied to judge it.</summary>
    private long Applied(DeltaSpec delta) =>
        delta.Kind == DeltaKind.Full
            ? Parameters * Single
            : config.Layers * Targets(delta).Sum(target => config.Shape(target) is var (rows, columns) ? (long)rows * columns : 0) * weightBytes;

    /// <summary>
    /// Numbers per token that a layer keeps for its gradient: its input and the normed one (twice, for attention and feed-forward), queries and
    /// keys as they were turned, values, what attention gives, gate, up and their product, and x A of adapters. Where queries and
    /// keys are normed, those before the norm too.
    /// </summary>
    private long RowsOfALayer(long adapters) =>
        4L * config.HiddenSize
        + 2L * config.QueryWidth
        + 2L * config.KeyValueWidth
        + (config.QueryKeyNorm ? config.QueryWidth + config.KeyValueWidth : 0L)
        + 3L * config.IntermediateSize
        + adapters;

    private static IEnumerable<Projection> Targets(DeltaSpec delta) => delta.Targets.Select(ProjectionExtensions.Parse).Distinct();

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);
}
