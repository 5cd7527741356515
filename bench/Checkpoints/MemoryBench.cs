using System.Diagnostics;
using System.Globalization;
using Seal.Arc.SelfEdits;
using Seal.Core.Engines;
using Seal.Core.Grammars;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Safetensors;
using Seal.Models.Tokenizers;
using Seal.Models.Training;

namespace Seal.Bench.Checkpoints;

/// <summary>
/// Resident memory of what a slot does with a checkpoint: loading, sampling from one prompt, free and, where the folder has a tokenizer, the
/// paper's self-edits under their grammar, two LoRA steps. Linux only: it reads /proc.
/// </summary>
internal static class MemoryBench
{
    public static void Run(CheckpointOptions options)
    {
        var size = Directory.EnumerateFiles(options.Model, "*.safetensors").Sum(file => new FileInfo(file).Length);
        using var model = CheckpointBench.Load(options);
        Line($"loaded: {Peak / 1e9:F2} GB at most, {Peak / (double)size:F2} × the {size / 1e9:F2} GB of {SafetensorsFolder.SingleFile}");

        var random = new CounterRandom(new Seed(1).Derive("bench prompt"));
        int[] prompt = [.. Enumerable.Range(0, 1000).Select(_ => random.NextInt(model.Config.VocabularySize))];
        var seeds = Enumerable
            .Range(0, options.Samples)
            .Select(s => new Seed(1).Derive("sample", s.ToString(CultureInfo.InvariantCulture)))
            .ToArray();
        var clock = Stopwatch.StartNew();
        Sampler.Sample(
            model,
            new SampleRequest(prompt, SequentialPositions.Instance, null, seeds, 1, options.NewTokens),
            end: -1,
            CancellationToken.None
        );
        Line(
            $"{options.Samples} texts of {options.NewTokens} tokens after a prompt of {prompt.Length}: {clock.Elapsed.TotalSeconds:F1} s, {Peak / 1e9:F2} GB at most"
        );

        if (File.Exists(Path.Combine(options.Model, TokenizerLoader.FileName)))
        {
            SelfEdits(model, options, prompt, seeds);
        }

        using var bank = new LoraBank(model, new DeltaSpec(DeltaKind.Lora, options.Rank, 16, DeltaSpec.PaperInner.Targets), [new Seed(1)]);
        var texts = Enumerable.Range(0, options.Batch).Select(i => CheckpointBench.Text(model, options.Length, i)).ToArray();
        for (var step = 1; step <= 2; step++)
        {
            clock.Restart();
            var report = bank.Step([new MemberStep(0, texts, 1e-4, 0, 1)])[0];
            Line(
                $"LoRA r {options.Rank} step {step}, {options.Batch} × {options.Length} tokens{(options.Checkpointing ? ", checkpointing" : "")}: loss {report.Loss:F4}, {clock.Elapsed.TotalSeconds:F1} s, {Peak / 1e9:F2} GB at most"
            );
        }
    }

    private static void SelfEdits(LlamaModel model, CheckpointOptions options, int[] prompt, Seed[] seeds)
    {
        var clock = Stopwatch.StartNew();
        var tokenizer = TokenizerLoader.Load(options.Model);
        var schema = EditSchemas.Get("paper");
        var constraint = GrammarConstraint.Create(schema.Grammar, tokenizer);
        Line($"tokenizer and grammar: {clock.Elapsed.TotalSeconds:F1} s, {Peak / 1e9:F2} GB at most");
        clock.Restart();
        var texts = Sampler.Sample(
            model,
            new SampleRequest(prompt, SequentialPositions.Instance, constraint, seeds, 1, 128),
            tokenizer.EndOfText,
            CancellationToken.None
        );
        var valid = texts.Count(text => text.Ended && schema.Parse(tokenizer.Decode(text.Tokens)).Payload is not null);
        var (drawn, all) = (texts.Sum(text => text.LogProbabilities.Count(p => p != 0)), texts.Sum(text => text.Tokens.Length));
        Line(
            $"{texts.Count} self-edits under the grammar, {valid} valid, {all} tokens of which {drawn} drawn: {clock.Elapsed.TotalSeconds:F1} s, {Peak / 1e9:F2} GB at most"
        );
    }

    /// <summary>The most that was resident so far, in bytes.</summary>
    private static long Peak => ProcessMemory.Read("VmHWM");

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

/// <summary>/proc/self/status.</summary>
internal static class ProcessMemory
{
    /// <param name="key">VmRSS: resident now; VmHWM: the most that was. Bytes.</param>
    public static long Read(string key) =>
        1024
        * long.Parse(
            File.ReadLines("/proc/self/status")
                .First(line => line.StartsWith(key, StringComparison.Ordinal))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture
        );
}
