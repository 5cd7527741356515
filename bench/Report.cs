using System.Globalization;
using Seal.Models.Engine;

namespace Seal.Bench;

/// <summary>The table: medians, their spread, and what share of the machine's matrix rate they are.</summary>
internal static class Report
{
    public static void Print(
        TextWriter output,
        BenchModel model,
        BenchOptions options,
        ModelWork work,
        Series gemm,
        Series lora,
        Series full,
        Series sampling,
        Series greedy,
        Series oneWorker,
        Series twoWorkers,
        string innerLoop
    )
    {
        void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        void Rate(string name, Series series, double operations)
        {
            Line(
                $"{name, -44} {series.Median, 10:F0} tokens/s  ({series.Least:F0}–{series.Most:F0}), {series.MedianQuotient(gemm) * operations, 6:P1} of the GEMM bound ({gemm.Median / operations:F0})"
            );
        }

        var config = model.Config;
        var context = DecodeRate.PromptLength + (options.NewTokens / 2);
        Line($"model: {model.Name}, d {config.HiddenSize}, {config.Layers} layers, {config.Heads} heads, vocabulary {config.VocabularySize}");
        Line(
            $"engine: {NumericClass.Current}; medians of {options.Repeats} interleaved measurements (least–most), shares as medians of quotients within a round"
        );
        Line(
            $"{"plain GEMM, fp32, the model's shapes, one thread", -44} {gemm.Median / 1e9, 6:F1} GFLOP/s ({gemm.Least / 1e9:F1}–{gemm.Most / 1e9:F1})"
        );
        Rate($"training step, LoRA r {options.Rank}, {options.Batch} × {options.Length} tokens", lora, work.LoraTraining(options.Rank));
        Rate($"training step, full, {options.Batch} × {options.Length} tokens", full, work.FullTraining);
        Rate($"decoding, {options.Samples} samples of one prompt", sampling, work.Decoding(context));
        Rate("decoding, one greedy text", greedy, work.Decoding(context));
        Line($"{"inner loops, one worker", -44} {oneWorker.Median, 10:F1} per minute ({oneWorker.Least:F1}–{oneWorker.Most:F1})");
        Line(
            $"{"inner loops, two workers", -44} {twoWorkers.Median, 10:F1} per minute ({twoWorkers.Least:F1}–{twoWorkers.Most:F1}), {twoWorkers.MedianQuotient(oneWorker):F2} × one"
        );
        Line($"inner loop: {innerLoop}");
        Line($"operations counted {ModelWork.Formula}");
    }
}
