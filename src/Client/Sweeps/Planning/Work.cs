using Seal.Models.Llama;

namespace Seal.Client.Sweeps.Planning;

/// <summary>What a model has to compute, counted in tokens. A pair is a token and one that it attends to, itself included.</summary>
/// <param name="Trained">Tokens read in training, each as often as it is read.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Read">Tokens of prompts and of answers that are scored.</param>
/// <param name="Written">Tokens that are generated.</param>
/// <param name="TrainedPairs">Pairs in training.</param>
/// <param name="OtherPairs">Pairs in reading and writing.</param>
internal sealed record Work(double Trained, double Steps, double Read, double Written, double TrainedPairs, double OtherPairs)
{
    public static Work None { get; } = new(0, 0, 0, 0, 0, 0);

    /// <summary>One text of a training.</summary>
    public static Work Training(long length) => None with { Trained = length, TrainedPairs = Pairs(length) };

    /// <summary>One text that is read.</summary>
    public static Work Reading(long length) => None with { Read = length, OtherPairs = Pairs(length) };

    /// <summary>A text that is written behind a prompt which has been read.</summary>
    public static Work Writing(long prompt, long length) => None with { Written = length, OtherPairs = Pairs(prompt + length) - Pairs(prompt) };

    /// <summary>Floating-point operations: 6 N of a trained and 2 N of another token, and of a pair 4 A, in training 12 A.</summary>
    public double Flops(ModelCost model) =>
        (6.0 * model.Parameters * Trained)
        + (2.0 * model.Parameters * (Read + Written))
        + (4.0 * model.AttentionWidth * ((3 * TrainedPairs) + OtherPairs));

    public static Work operator +(Work a, Work b) =>
        new(
            a.Trained + b.Trained,
            a.Steps + b.Steps,
            a.Read + b.Read,
            a.Written + b.Written,
            a.TrainedPairs + b.TrainedPairs,
            a.OtherPairs + b.OtherPairs
        );

    public static Work operator *(Work work, double times) =>
        new(work.Trained * times, work.Steps * times, work.Read * times, work.Written * times, work.TrainedPairs * times, work.OtherPairs * times);

    private static double Pairs(double length) => length * (length + 1) / 2;
}

/// <summary>What the operations of a token follow from.</summary>
/// <param name="Parameters">N: parameters without the input embedding. The output head counts, whether or not it is the embedding again: it is
/// multiplied with.</param>
/// <param name="AttentionWidth">A: layers × width of the queries.</param>
internal sealed record ModelCost(long Parameters, long AttentionWidth)
{
    public static ModelCost Of(LlamaConfig config) =>
        new(
            config.Tensors().Sum(tensor => tensor.Shape.Aggregate(1L, (product, side) => product * side))
                - (config.TiedHead ? 0 : (long)config.VocabularySize * config.HiddenSize),
            (long)config.Layers * config.QueryWidth
        );
}
