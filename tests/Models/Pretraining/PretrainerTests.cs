using System.Globalization;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Pretraining;
using Seal.Models.Tokenizers;

namespace Seal.Models.Tests.Pretraining;

public sealed class PretrainerTests : IDisposable
{
    private static readonly PretrainVocabulary Grid = PretrainVocabulary.Of(GridTokenizer.CreateDefault());
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seal-pretrain-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Run_CopyTask_LossFallsAndFolderLoads()
    {
        var losses = new List<double>();
        var options = Options("a") with { Steps = 60, TensorBoard = true };
        var end = Pretrainer.Run(options, Grid, Corpus(), TimeProvider.System, new Collect(p => losses.Add(p.Loss)));
        Assert.True(losses[^1] < 0.6 * losses[0], $"loss {losses[0]} → {losses[^1]}");
        Assert.Equal(60, end.Step);
        Assert.Equal(["copy"], end.Exact.Select(score => score.Family));
        Assert.Equal(4, end.Probes);

        using var model = LlamaModel.Load(options.Output);
        Assert.Equal(32, model.Config.HiddenSize);
        Assert.Equal(Grid.Tokenizer.Id, TokenizerLoader.Load(options.Output).Id);
        var card = File.ReadAllText(Path.Combine(options.Output, "card.md"));
        Assert.Contains("| copy | ", card, StringComparison.Ordinal);
        Assert.Contains("| step | tokens | seconds | held-out loss |", card, StringComparison.Ordinal);
        Assert.Equal(
            ["card.md", "config.json", "model.safetensors", "tokenizer.json"],
            Directory.EnumerateFiles(options.Output).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        );
        Assert.NotEmpty(Directory.EnumerateFiles(options.Work, "events*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.005)]
    public void Run_CancelledAndResumed_GivesTheBytesOfAnUndisturbedRun(double matrixLearningRate)
    {
        var whole = Options("whole") with { MatrixLearningRate = matrixLearningRate };
        Pretrainer.Run(whole, Grid, Corpus(), TimeProvider.System);
        var broken = Options("broken") with { MatrixLearningRate = matrixLearningRate };
        foreach (var stopAt in new[] { 5, 10 })
        {
            using var stop = new CancellationTokenSource();
            var watch = new Collect(p => Stop(p, stopAt, stop));
            Assert.Throws<OperationCanceledException>(() => Pretrainer.Run(broken, Grid, Corpus(), TimeProvider.System, watch, stop.Token));
        }

        Pretrainer.Run(broken, Grid, Corpus(), TimeProvider.System);
        Assert.Equal(ModelFolder.ContentHash(whole.Output), ModelFolder.ContentHash(broken.Output));
        var steps = File.ReadAllLines(Path.Combine(broken.Work, "log.tsv"))
            .Skip(1)
            .Select(line => int.Parse(line.Split('\t')[0], CultureInfo.InvariantCulture));
        Assert.Equal([5, 10, 15, 20], steps);
    }

    [Fact]
    public void Run_KilledBetweenCheckpoints_RepeatsFromTheLastOne()
    {
        var whole = Options("whole") with { CheckpointEvery = 1000 };
        Pretrainer.Run(whole, Grid, Corpus(), TimeProvider.System);

        // A kill loses what was done since the last checkpoint: here the one at step 10 of 15.
        var killed = Options("killed");
        var steps = 0;
        var dying = Corpus() with { Text = index => steps >= 15 && index >= 0 ? throw new IOException("killed") : Corpus().Text(index) };
        Assert.Throws<IOException>(() =>
            Pretrainer.Run(
                killed with
                { },
                Grid,
                dying,
                TimeProvider.System,
                new Collect(p =>
                {
                    steps = p.Step;
                    if (steps >= 15)
                    {
                        throw new IOException("killed");
                    }
                })
            )
        );
        Pretrainer.Run(killed, Grid, Corpus(), TimeProvider.System);
        Assert.Equal(ModelFolder.ContentHash(whole.Output), ModelFolder.ContentHash(killed.Output));
    }

    [Fact]
    public void Run_CheckpointOfOtherOptions_IsRefused()
    {
        Pretrainer.Run(Options("a"), Grid, Corpus(), TimeProvider.System);
        var e = Assert.Throws<ModelFormatException>(() =>
            Pretrainer.Run(Options("a") with { LearningRate = 0.02 }, Grid, Corpus(), TimeProvider.System)
        );
        Assert.Contains("other options or texts", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_GoneOnWithAsALongerOne_GivesTheBytesOfTheLongerOne()
    {
        var longer = Options("longer") with { Steps = 30, DecaySteps = 10 };
        Pretrainer.Run(longer, Grid, Corpus(), TimeProvider.System);
        var shorter = Options("shorter") with { Steps = 20, DecaySteps = 5 };
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() =>
            Pretrainer.Run(shorter, Grid, Corpus(), TimeProvider.System, new Collect(p => Stop(p, 15, stop)), stop.Token)
        );
        Pretrainer.Run(shorter with { Steps = 30, DecaySteps = 10 }, Grid, Corpus(), TimeProvider.System);
        Assert.Equal(ModelFolder.ContentHash(longer.Output), ModelFolder.ContentHash(shorter.Output));

        var e = Assert.Throws<ModelFormatException>(() =>
            Pretrainer.Run(shorter with { Steps = 40, DecaySteps = 10 }, Grid, Corpus(), TimeProvider.System)
        );
        Assert.Contains("it decays towards 30", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TextsAllTooLong_SaysSo()
    {
        var e = Assert.Throws<InvalidOperationException>(() =>
            Pretrainer.Run(Options("a") with { MaxTokens = 4, BatchTokens = 4 }, Grid, Corpus(), TimeProvider.System)
        );
        Assert.Contains("allow longer ones", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(33, 2, "HiddenSize")]
    [InlineData(32, 0, "Layers")]
    public void Run_OptionOutOfRange_NamesIt(int hidden, int layers, string expected)
    {
        var options = Options("a") with { HiddenSize = hidden, Layers = layers };
        Assert.Contains(
            expected,
            Assert.Throws<ArgumentException>(() => Pretrainer.Run(options, Grid, Corpus(), TimeProvider.System)).Message,
            StringComparison.Ordinal
        );
        Assert.False(Directory.Exists(options.Output));
    }

    private static void Stop(PretrainProgress progress, int step, CancellationTokenSource stop)
    {
        if (progress.Step >= step)
        {
            stop.Cancel();
        }
    }

    private PretrainOptions Options(string name) =>
        new(
            Path.Combine(_folder.FullName, name, "model"),
            Path.Combine(_folder.FullName, name, "work"),
            HiddenSize: 32,
            Layers: 1,
            Heads: 2,
            ContextLength: 64,
            MaxTokens: 32,
            BatchTokens: 256,
            Steps: 20,
            LearningRate: 0.01,
            WarmupSteps: 5,
            DecaySteps: 8,
            EvaluateEvery: 10,
            CheckpointEvery: 5
        );

    /// <summary>Short grids that are to be repeated.</summary>
    private static PretrainCorpus Corpus() =>
        new(
            "copies of random rows, seed 7",
            Copy,
            [.. Enumerable.Range(1, 4).Select(i => Copy(-i))],
            [.. Enumerable.Range(5, 4).Select(i => new PretrainProbe("copy", Copy(-i)))]
        );

    private static TokenSequence Copy(long index)
    {
        var random = new CounterRandom(new Seed(7).Derive(index.ToString(CultureInfo.InvariantCulture)));
        var cells = Enumerable.Range(0, 2 + random.NextInt(3)).Select(_ => $"<c{random.NextInt(3)}>").ToArray();
        var grid = string.Concat(cells) + "<end>";
        var tokens = Grid.Tokenizer.Encode($"<bos><in>{grid}<out>{grid}");
        return new TokenSequence(tokens, [.. tokens.Select((_, t) => t >= tokens.Length - cells.Length - 1 ? 1f : 0f)]);
    }

    private sealed class Collect(Action<PretrainProgress> report) : IProgress<PretrainProgress>
    {
        public void Report(PretrainProgress value) => report(value);
    }
}
