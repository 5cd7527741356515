using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;
using Seal.Knowledge.World;

namespace Seal.Knowledge.Tests.World;

/// <summary>What pretraining says about self-edits, and what it leaves to the policy.</summary>
public sealed class CustomsTests
{
    private static readonly ILookup<string, Written> ByKind = Texts().ToLookup(text => text.Kind);

    /// <summary>A policy is to find out what its tasks' kinds ask for: no text may tell.</summary>
    [Fact]
    public void Pretraining_KindsOfTheTasks_HaveEveryMainOperatorAlike()
    {
        foreach (var kind in WorldWords.Kinds)
        {
            var operators = ByKind[kind].SelectMany(text => text.Operators).ToArray();
            Assert.All(WorldWords.Operators, name => Assert.InRange(operators.Count(one => one == name) / (double)operators.Length, 0.15, 0.25));

            // One main operator for most lines: the odds of the same one twice are far from a fifth.
            Assert.InRange(ByKind[kind].Average(text => text.Operators.GroupBy(name => name).Max(group => group.Count())), 4.5, 5.5);
        }
    }

    [Fact]
    public void Pretraining_OtherKinds_AreWrittenAboutByCustom()
    {
        foreach (var (kind, at) in WorldWords.OtherKinds.Select((kind, at) => (kind, at)))
        {
            var texts = ByKind[kind].ToArray();
            Assert.True(texts.Length > 20);
            var byCustom = texts.SelectMany(text => text.Operators.Select(name => name == Customs.Operator(at, text.Content)));
            Assert.InRange(byCustom.Average(hit => hit ? 1.0 : 0), 0.75, 0.93);
        }
    }

    [Fact]
    public void Operator_ByKindAlone_IsOneWhateverThePassageSays()
    {
        Format[] contents = Enum.GetValues<Format>();
        for (var kind = 0; kind < WorldWords.OtherKinds.Count; kind++)
        {
            Assert.Equal(kind >= Customs.ByKindAlone, Customs.IsByContent(kind));
            Assert.True(Customs.IsByContent(kind) || contents.Select(content => Customs.Operator(kind, content)).Distinct().Count() == 1);
        }

        // Were most of the others the same for all contents, nobody would learn to look at the content.
        var differing = Enumerable
            .Range(Customs.ByKindAlone, WorldWords.OtherKinds.Count - Customs.ByKindAlone)
            .Count(kind => contents.Select(content => Customs.Operator(kind, content)).Distinct().Count() > 1);
        Assert.True(differing >= 38);
    }

    /// <summary>The kind stands where the first operator comes, and an operator counts as often as the settings say.</summary>
    [Theory]
    [InlineData("{}", 10)]
    [InlineData("""{"operator_weight":1}""", 1)]
    [InlineData("""{"operator_weight":2.5}""", 2.5)]
    public void UpdateSequence_PolicysLines_CountsOperatorsSoManyTimes(string own, float weight)
    {
        var session = new KnowledgeDomain().Open(
            new RunSettings(
                KnowledgeDomain.Name,
                new EngineSettings(),
                new ProposalSettings(),
                new InnerSettings(),
                new RewardSettings(),
                new UpdateSettings(),
                new EvaluateSettings()
            )
            {
                Own = own,
            },
            new ModelInfo(WorldPretrainingTests.Words, 4096, UsesGridPositions: false)
        );
        var passage = new PassageMaker(1).Make(7);
        var task = new TaskDocument(passage.Id, SealJson.ToText(new WorldTask([passage])));
        int[] drawn = WorldPretrainingTests.Words.Encode("turn : the lampo ; join : alda ;");

        var text = session.UpdateSequence(task, "turn : the lampo ; join : alda ;", new DrawnTokens(drawn, Ended: true));

        var prompt = session.Prompt(task).Tokens;
        Assert.Equal([WorldWords.Edit, passage.Kind], prompt[^2..].Select(token => WorldPretrainingTests.Words.Words[token]));
        Assert.Equal([.. prompt, .. drawn, WorldPretrainingTests.Words.EndOfText], text.Tokens);
        Assert.Equal([.. prompt.Select(_ => 0f), weight, 1, 1, 1, 1, weight, 1, 1, 1, 1], text.Weights);
    }

    private static IEnumerable<Written> Texts()
    {
        var stream = new WorldPretraining(WorldPretrainingTests.Words, 1, new Seed(5));
        for (var index = 0; index < 60_000; index++)
        {
            var text = stream.Text(WorldPretraining.Drilled + index);
            string[] words = WorldPretrainingTests.Words.Decode(text.Tokens).Split(' ');
            var edit = Array.IndexOf(words, WorldWords.Edit);
            if (edit < 0)
            {
                continue;
            }

            string[] operators = [.. words.Skip(edit + 2).Where((_, at) => text.Weights[edit + 2 + at] == 8)];
            var last = string.Join(' ', words[..(edit - 1)]).Split(" . ")[^1].Split(' ');
            var which = last.Contains("keeps") || last.Contains("kept") || WorldWords.Things.Any(last.Contains) ? 1 : 0;
            yield return new Written(words[edit + 1], operators, (Format)((which * 2) + (last.Contains("she") ? 0 : 1)));
        }
    }

    /// <param name="Kind">The word behind the mark.</param>
    /// <param name="Operators">Of its lines.</param>
    /// <param name="Content">What level 2 reads from the last sentence.</param>
    private sealed record Written(string Kind, string[] Operators, Format Content);
}
