using System.Text.Json;
using Seal.Client.Sweeps;
using Seal.Client.Sweeps.Planning;
using Seal.Client.Tests.Support;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Engine;
using Seal.Models.Llama;

namespace Seal.Client.Tests.Sweeps;

/// <summary>Tokens and operations of a plan, worked out by hand for a tiny model that has no weights.</summary>
public sealed class PlanWorkTests : IDisposable
{
    private const string Config = """
        {"architectures":["Qwen2ForCausalLM"],"model_type":"qwen2","hidden_act":"silu","torch_dtype":"bfloat16","hidden_size":64,
         "intermediate_size":128,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,"head_dim":16,"vocab_size":512,
         "max_position_embeddings":4096,"rms_norm_eps":1e-6,"rope_theta":1000000,"tie_word_embeddings":true}
        """;

    private const string Passages = """
        [{"title":"A","context":"One.","questions":[{"question":"who?","answer":"he"},{"question":"when?","answer":"now"}]},
         {"title":"B","context":"Two.","questions":[{"question":"what?","answer":"it"}]}]
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>N = 10, A = 2: 6·10·4 + 12·2·(1+2+3+4); 2·10·3 + 4·2·(1+2+3); 2·10·2 + 4·2·(4+5).</summary>
    [Fact]
    public void Flops_OfTexts_CountParametersAndAttention()
    {
        var model = new ModelCost(10, 2);
        Assert.Equal(480, Work.Training(4).Flops(model));
        Assert.Equal(108, Work.Reading(3).Flops(model));
        Assert.Equal(112, Work.Writing(3, 2).Flops(model));
        Assert.Equal(480 + 108 + (2 * 112), (Work.Training(4) + Work.Reading(3) + (Work.Writing(3, 2) * 2)).Flops(model));
    }

    /// <summary>A layer: 64·64 + 2·32·64 + 64·64 + 3·64·128 of weights, 64 + 2·32 of biases, 2·64 of norms; a last norm; a head of 512·64.</summary>
    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public void Of_AConfiguration_CountsTheHeadAndNotTheEmbedding(string tied)
    {
        var folder = Model("m", Config.Replace(":true}", $":{tied}}}", StringComparison.Ordinal));
        Assert.Equal(new ModelCost((2 * (36864 + 128 + 128)) + 64 + 32768, 2 * 64), ModelCost.Of(LlamaConfig.Load(folder)));
    }

    [Fact]
    public void CountingModel_WhatItIsAsked_IsCountedToItsLongest()
    {
        var model = new CountingModel(ModelDescription.OfShape(Model()));
        model.Sample(new SampleRequest([1, 2, 3], SequentialPositions.Instance, null, new Seed[2], 1, 5), default);
        Assert.Equal(Work.Reading(3) + Work.Writing(3, 5) + Work.Writing(3, 5), model.Done);
        model.Generate(null, [new GenerateRequest([1, 2], SequentialPositions.Instance, new EndTokens(0), 4)], default);
        model.Score(null, [new TokenSequence([1, 2, 3], new float[3])], default);
        Assert.Equal((3 + 2 + 3, 10 + 4), (model.Done.Read, model.Done.Written));
    }

    /// <summary>A constant self-edit of two lines and a passage: three texts, two epochs, a step each; on the one evaluation task. Without training
    /// the same answers are written once more.</summary>
    [Fact]
    public void Of_KnownSelfEdits_CountsTheirTexts()
    {
        var work = Of(
            """
            [[arms]]
            name = "nothing"
            proposer = "none"
            [[arms]]
            name = "said"
            proposer = "constant"
            edit = "first\nsecond"
            """
        );

        double texts = Length("B\nfirst") + Length("B\nsecond") + Length("B\nTwo.");
        Assert.Equal((2 * texts, 6), (work.Training.Trained, work.Training.Steps));
        Assert.Equal(2 * Length("Answer the question in a few words.\nTopic: B\nQuestion: what?\nAnswer:\n"), work.Judging.Read);
        Assert.Equal(2 * 4, work.Judging.Written);
        Assert.Equal((Work.None, Work.None), (work.Proposing, work.Updating));
        Assert.Null(work.EditTokens);
    }

    /// <summary>What a policy will write is not known: 24 tokens are two lines and, with the passage, three texts.</summary>
    [Fact]
    public void Of_FreeText_CountsTheLongestItMayBeOrWhatIsStated()
    {
        const string Arm = "[[arms]]\nname = \"seal\"\nproposer = \"policy\"\n";
        var (longest, stated) = (Of(Arm), Of(Arm, 10));

        // Before and after a round on one task with two self-edits: an evaluation each time, three trainings of each self-edit in the round.
        Assert.Equal((24, 10), (longest.EditTokens, stated.EditTokens));
        Assert.Equal((1 + (2 * 3) + 1) * 2 * 3, longest.Training.Steps);
        Assert.Equal((1 + (2 * 3) + 1) * 2 * 2, stated.Training.Steps);
        Assert.Equal((1 + 2 + 1) * 24, longest.Proposing.Written);
        Assert.Equal((1 + 2 + 1) * 10, stated.Proposing.Written);
        // The best of each task, two epochs, in one batch.
        Assert.Equal(2, longest.Updating.Steps);
        Assert.True(stated.Updating.Trained < longest.Updating.Trained);
    }

    [Fact]
    public async Task Run_DryAtAStatedRate_ReckonsWithoutWeights()
    {
        var said = await Shell.Run("run", Sweep("[[arms]]\nname = \"seal\"\nproposer = \"policy\"\n"), "--dry-run", "--json", "--tflops", "0.5");

        Assert.True(said.Code == 0, said.ToString());
        var work = JsonDocument.Parse(said.Output).RootElement.GetProperty("work");
        Assert.Equal(work.GetProperty("flops").GetDouble() / 0.5e12, work.GetProperty("seconds").GetDouble(), 1e-12);
        Assert.Equal(107072, work.GetProperty("parameters").GetInt64());
        Assert.Contains("24 tokens in lines of 20", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tflops and --edit-tokens go with --dry-run", "--tflops", "1")]
    [InlineData("--tflops: expected a number greater than 0", "--tflops", "0", "--dry-run")]
    [InlineData("--edit-tokens: expected a whole number in 1..4096", "--edit-tokens", "0", "--dry-run")]
    public async Task Run_QuestionsThatCannotBe_AreRefused(string problem, params string[] words)
    {
        var said = await Shell.Run(["run", Places.TinySweep, .. words]);
        Assert.Equal(2, said.Code);
        Assert.Contains(problem, said.Error, StringComparison.Ordinal);
    }

    private PlanWork Of(string arms, int? editTokens = null) =>
        PlanWork.Of(LoadedSweep.Read(Sweep(arms), [], shapeOnly: true), editTokens, CancellationToken.None);

    /// <summary>With the token that begins a text.</summary>
    private int Length(string text) => 1 + ModelDescription.OfShape(Model()).Tokenizer.Encode(text).Length;

    private string Sweep(string arms)
    {
        _folder.Write("passages.json", Passages);
        Model();
        return _folder.Write(
            "s.toml",
            $"""
            name = "counted"
            domain = "passages"
            seeds = [1]
            [model]
            path = "model"
            [tasks]
            source = "files"
            path = "passages.json"
            train_count = 1
            evaluate_count = 1
            [proposal]
            candidates = 2
            evaluation_candidates = 1
            max_new_tokens = 24
            [inner]
            batch = 1
            warmup_steps = 0
            [reward]
            source = "accuracy"
            trials = 3
            [update]
            rule = "best-per-task"
            rounds = 1
            training_epochs = 2
            [evaluate]
            when = "every"
            score = "accuracy"
            [passages]
            training_epochs = 2
            answer_tokens = 4

            {arms}
            """
        );
    }

    /// <summary>Configuration and vocabulary, no weights.</summary>
    private string Model(string name = "model", string config = Config)
    {
        var vocabulary = Places.InRepository(Path.Combine("tests", "Models", "data", "golden", "tokenizer", "tiny512"));
        _folder.Write($"{name}/config.json", config);
        foreach (var file in new[] { "tokenizer.json", "tokenizer_config.json" })
        {
            File.Copy(Path.Combine(vocabulary, file), Path.Combine(_folder.At(name), file), overwrite: true);
        }

        return _folder.At(name);
    }
}
