using System.Diagnostics;
using System.Globalization;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Decoding;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using static TorchSharp.torch;

namespace Seal.Bench.Checkpoints;

/// <summary>
/// Measures what standard input asks, a line each, and answers with tokens per second: <c>prompt P</c> reads a prompt of P tokens; <c>decode P R
/// N</c> reads one, not counted, and continues it greedily R times side by side by N tokens each.
/// </summary>
internal static class SpeedServer
{
    public static void Run(CheckpointOptions options)
    {
        using var model = CheckpointBench.Load(options);
        Console.WriteLine("ready");
        while (Console.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            var numbers = words[1..].Select(word => int.Parse(word, CultureInfo.InvariantCulture)).ToArray();
            var rate = words[0] == "prompt" ? Prompt(model, numbers[0]) : Decode(model, numbers[0], numbers[1], numbers[2]);
            Console.WriteLine(rate.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    private static double Prompt(LlamaModel model, int length)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var clock = Stopwatch.StartNew();
        Read(model, length);
        return length / clock.Elapsed.TotalSeconds;
    }

    private static double Decode(LlamaModel model, int length, int texts, int count)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var prompt = Read(model, length);
        using var cache = new DecodingCache(model, texts, count);
        cache.Share(prompt);
        // Texts begin apart, so that they are different texts.
        int[] last = [.. Enumerable.Range(0, texts).Select(r => r + 10)];
        bool[] fed = [.. Enumerable.Repeat(true, texts)];
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            using var step = NewDisposeScope();
            var position = new TokenPosition(0, 0, 0, length + i);
            var hidden = cache.Feed(last, [.. Enumerable.Repeat(position, texts)], fed, 1);
            var best = LlamaDecoder.Logits(model.Weights, hidden, fewRows: true).argmax(1).Values<long>();
            for (var r = 0; r < texts; r++)
            {
                last[r] = (int)best[r];
            }
        }

        return texts * count / clock.Elapsed.TotalSeconds;
    }

    private static Prefill Read(LlamaModel model, int length)
    {
        model.Enter();
        var random = new CounterRandom(new Seed(1).Derive("bench prompt"));
        int[] tokens = [.. Enumerable.Range(0, length).Select(_ => random.NextInt(model.Config.VocabularySize))];
        return Prefill.Read(model, tokens, TokenSequence.Locate(SequentialPositions.Instance, tokens));
    }
}
