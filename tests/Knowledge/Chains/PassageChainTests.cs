using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Seal.Knowledge.Chains;
using Seal.Knowledge.Tests.Support;
using Seal.Knowledge.Tests.World;
using Seal.Knowledge.World;

namespace Seal.Knowledge.Tests.Chains;

/// <summary>Several passages in one trial, on a model of which is known what it knows.</summary>
public sealed class PassageChainTests
{
    private const int Many = 100;
    private const string Written = "say : she lives in stoneer hollow . ;";
    private static readonly Seal.Models.Tokenizers.WordTokenizer Words = WorldPretrainingTests.Words;
    private static readonly TaskDocument Task = new KnowledgeDomain().Load(Source("level-1-by-3")).Train[0];
    private static readonly IReadOnlyList<Passage> Passages = WorldTask.Of(Task).Passages;

    [Theory]
    [InlineData(Many, new[] { 1.0, 1, 1 })]
    [InlineData(1, new[] { 1.0, 1.0 / 2, 1.0 / 3 })]
    public void Merged_ModelThatKeepsSoMuch_IsAskedAllPassagesSoFarAfterEach(int keeps, double[] means)
    {
        var (seen, report) = Run(new Remembering(Words, keeps), Written);

        // Trades and guilds are few: a passage may answer one of another's questions.
        Assert.Equal(means, report.After.Select(row => row.Average()), (a, b) => Math.Abs(a - b) < 0.05);
        Assert.Equal([1, 2, 3], report.After.Select(row => row.Count));
        Assert.Equal([0, 0, 0], report.Untouched);
        Assert.Equal(report.After[^1].Average(), Of(seen, ObservationNames.Accuracy), 12);
        Assert.Equal(1, Of(seen, "own_edit_gain"), 12);
    }

    /// <summary>The first self-edit is the policy's; the others are written by the model as the earlier ones left it.</summary>
    [Fact]
    public void Merged_PolicysSelfEdit_IsFollowedByThoseOfTheModelUnderWay()
    {
        var model = new Remembering(Words, Many);
        var (_, report) = Run(model, Written);

        Assert.Equal([1, 2], model.Asked.Select(one => one.Merges));
        // Drawn as the policy draws.
        Assert.Equal([0.9, 0.9], model.Asked.Select(one => one.TopP));
        Assert.Equal(Passages.Skip(1).Select(Prompt), model.Asked.Select(one => one.Prompt));
        Assert.Equal([Written, Written, Written], report.Written);
        Assert.Equal(
            Passages.Select(passage => new[] { "<text> she lives in stoneer hollow . <end>", $"<text> {passage.Text} <end>" }),
            model.Trained.Select(request => request.Sequences.Select(text => Words.Decode(text.Tokens)).ToArray())
        );
    }

    [Fact]
    public void Merged_ModelThatWritesNonsense_TrainsOnThePassageAlone()
    {
        var model = new Remembering(Words, Many, writes: "lives lives lives");
        var (_, report) = Run(model, Written);

        Assert.Equal((2, 1), (report.Written.Count(text => text.Length == 0), model.Trained[1].Sequences.Count));
    }

    [Fact]
    public void Merged_Rule_IsWrittenByRuleForEachPassage()
    {
        var model = new Remembering(Words, Many);
        Run(model, "rule turn*2");

        Assert.Empty(model.Asked);
        Assert.All(model.Trained, request => Assert.Equal(3, request.Sequences.Count));
    }

    /// <summary>What is lost of the background may not be more than the margin; a training that costs more leaves no trace.</summary>
    [Theory]
    [InlineData(0.5, new[] { false, false, false }, 0.0)]
    [InlineData(1.0, new[] { true, true, true }, 1.0)]
    public void Merged_TrainingThatCostsTheBackground_IsMergedByTheMargin(double margin, bool[] merged, double accuracy)
    {
        var (seen, report) = Run(
            new Remembering(Words, Many, fragile: true),
            "rule repeat",
            FormattableString.Invariant($"\"background_margin\":{margin},\"background_questions\":16")
        );

        Assert.Equal(merged, report.Merged);
        Assert.Equal(accuracy, Of(seen, ObservationNames.Accuracy), 12);
        // The share as it is after each: where nothing was merged, as before.
        Assert.Equal([true, !merged[0], !merged[0], !merged[0]], report.Background.Select(share => share == 1));
    }

    [Fact]
    public void Joint_AllPassages_AreOneTrainingOfAsManySteps()
    {
        var model = new Remembering(Words, Many);
        var (seen, report) = Run(model, "rule say*1", "\"together\":\"joint\"");

        var request = Assert.Single(model.Trained);
        Assert.Equal((6, 6), (request.Sequences.Count, request.Batches.Count));
        Assert.Equal([1, 1, 1], Assert.Single(report.After));
        Assert.DoesNotContain(seen.Observations, one => one.Name == "own_edit_gain");
    }

    [Fact]
    public void Apart_EachPassage_IsAskedOfTheModelThatWasTrainedOnIt()
    {
        var model = new Remembering(Words, keeps: 0);
        var (_, report) = Run(model, "rule repeat", "\"together\":\"apart\"");

        Assert.Equal(3, model.Trained.Count);
        Assert.Equal([1, 1, 1], Assert.Single(report.After));
    }

    [Fact]
    public void None_TrainsNothing()
    {
        var model = new Remembering(Words, Many);
        var (seen, report) = Run(model, NoneProposer.Payload);

        Assert.Empty(model.Trained);
        Assert.Equal((0, 0), (Of(seen, ObservationNames.Accuracy), Of(seen, "gain")));
        Assert.Empty(report.Merged);
    }

    [Theory]
    [InlineData("background", 0.3, 150)]
    [InlineData("pretraining", 0.7, 600)]
    [InlineData("samples", 0.1, 150)]
    public void Replay_TakesItsShareOfEveryTrainingsTokens(string replay, double share, int stepTokens)
    {
        const int Steps = 50;
        const int Longest = 300;
        var model = new Remembering(Words, Many);
        Run(
            model,
            "rule repeat",
            string.Create(
                CultureInfo.InvariantCulture,
                $"\"replay\":\"{replay}\",\"replay_share\":{share},\"steps\":{Steps},\"step_tokens\":{stepTokens}"
            )
        );

        foreach (var request in model.Trained)
        {
            long Tokens(Func<int, bool> counts) =>
                request.Batches.Sum(batch => batch.Where(counts).Sum(index => (long)request.Sequences[index].Length));
            // The share of all tokens; a text's length more or less.
            Assert.InRange(Tokens(index => index > 0), (Steps * stepTokens * share) - 5, (Steps * stepTokens * share) + Longest);
            Assert.InRange(Tokens(_ => true), (Steps * stepTokens) - 10, (Steps * stepTokens) + (2 * Longest));
        }
    }

    [Theory]
    [InlineData("background")]
    [InlineData("pretraining")]
    public void Replay_OfWhatIsWithoutEnd_HasNoTextTwiceInATraining(string replay)
    {
        var model = new Remembering(Words, Many);
        Run(model, "rule repeat", $"\"replay\":\"{replay}\",\"replay_share\":0.8,\"step_tokens\":600");

        Assert.All(
            model.Trained,
            request =>
            {
                int[] drawn = [.. request.Batches.SelectMany(batch => batch).Where(index => index > 0)];
                Assert.NotEmpty(drawn);
                Assert.Equal(drawn.Length, drawn.Distinct().Count());
            }
        );
        // Others beside the next passage.
        Assert.NotEqual(Replayed(0), Replayed(1));

        string[] Replayed(int training) => [.. model.Trained[training].Sequences.Skip(1).Select(text => Words.Decode(text.Tokens))];
    }

    [Fact]
    public void Replay_OfEdits_HasTheLinesOfEarlierPassagesAndNotThePassages()
    {
        var model = new Remembering(Words, Many);
        Run(model, "rule say*2", "\"replay\":\"edits\"");

        Assert.Equal([3, 5, 7], model.Trained.Select(request => request.Sequences.Count));
        Assert.DoesNotContain(model.Trained[2].Sequences, text => Words.Decode(text.Tokens).Contains(Passages[0].Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Replay_OfBackgroundAndEdits_IsHalfOfEach()
    {
        var model = new Remembering(Words, Many);
        Run(model, "rule say*2", "\"replay\":\"background-and-edits\",\"replay_share\":0.6,\"steps\":50");

        // The first passage has no lines before it: all of the share is the background's.
        Assert.Equal(
            [(4500, 0), (2250, 2250), (2250, 2250)],
            model.Trained.Select((request, k) => (Tokens(request, 0, 2 * k), Tokens(request, 1, 2 * k)))
        );

        // Behind the passage's own three texts stand the background's, and behind those the lines.
        static int Tokens(TrainRequest request, int list, int lines)
        {
            var (first, count) = list == 0 ? (3, request.Sequences.Count - 3 - lines) : (request.Sequences.Count - lines, lines);
            var tokens = request.Batches.Sum(batch =>
                batch.Where(index => index >= first && index < first + count).Sum(index => request.Sequences[index].Length)
            );
            return (tokens + 25) / 50 * 50;
        }
    }

    [Theory]
    [InlineData("\"together\":\"joint\",\"replay\":\"edits\"")]
    [InlineData("\"together\":\"apart\",\"background_margin\":0.1,\"background_questions\":8")]
    public void Open_ReplayWhereNothingIsMerged_IsRefused(string own) => Assert.Contains("go with", Refused(own), StringComparison.Ordinal);

    [Fact]
    public void Open_MarginWithoutQuestions_IsRefused() =>
        Assert.Contains("background_questions", Refused("\"background_margin\":0.1"), StringComparison.Ordinal);

    [Theory]
    [InlineData("level-1-by-1")]
    [InlineData("level-1-by-401")]
    [InlineData("level-1-by-x")]
    [InlineData("level-3")]
    [InlineData("level-1-by-8-by-8")]
    public void Load_OtherFamilies_SaysWhichThereAre(string family) =>
        Assert.Contains(
            "level-1-by-8",
            Assert.Throws<SweepException>(() => new KnowledgeDomain().Load(Source(family))).Message,
            StringComparison.Ordinal
        );

    private static string Refused(string own) => Assert.Throws<SweepException>(() => Session(own)).Message;

    private static (EvaluationResult Seen, ChainReport Report) Run(Remembering model, string payload, string? own = null)
    {
        var plan = Session(own).PlanInnerLoop(Task, payload, new Seed(1));
        var result = plan.Chain!.Run(model, CancellationToken.None);
        Assert.Null(result.Failure);
        Assert.Equal(model.Trained.Sum(request => request.Batches.Count), plan.Steps);
        return (result.Seen!, SealJson.Parse<ChainReport>(result.Seen!.Predictions!));
    }

    private static IDomainSession Session(string? own) =>
        new KnowledgeDomain().Open(
            new RunSettings(
                KnowledgeDomain.Name,
                new EngineSettings(),
                new ProposalSettings(TopP: 0.9),
                new InnerSettings(),
                new RewardSettings(),
                new UpdateSettings(),
                new EvaluateSettings()
            )
            {
                Own =
                    own is null ? "{\"steps\":2}"
                    : own.Contains("steps", StringComparison.Ordinal) ? $"{{{own}}}"
                    : $"{{{own},\"steps\":2}}",
            },
            new ModelInfo(Words, 4096, UsesGridPositions: false)
        );

    private static string Prompt(Passage passage) => $"<text> {passage.Text} <edit> {passage.Kind}";

    private static double Of(EvaluationResult seen, string name) => seen.Observations.First(one => one.Name == name).Value;

    private static TaskSource Source(string family) => new("generated", [], [], [], 1, 0, [family], null, 0, 10);
}
