using System.Diagnostics;
using Seal.Arc.Generators;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tests.Support;
using Seal.Core.Randomness;
using Xunit.Abstractions;

namespace Seal.Arc.Tests.Generators;

public sealed class PretrainingTextsTests(ITestOutputHelper output)
{
    private static readonly TestVocabulary Vocabulary = new();

    [Fact]
    public void Text_SameIndex_SameTokensInAnyOrder()
    {
        var forwards = Enumerable.Range(0, 50).Select(i => Stream(1).Text(i)).ToArray();
        var stream = Stream(1);
        foreach (var i in Enumerable.Range(0, 50).Reverse())
        {
            Assert.Equal(forwards[i].Tokens, stream.Text(i).Tokens);
            Assert.Equal(forwards[i].Weights, stream.Text(i).Weights);
        }

        Assert.NotEqual(forwards[0].Tokens, Stream(2).Text(0).Tokens);
    }

    [Fact]
    public void Text_ShareOfEdits_IsAsAskedAndTheyAreValid()
    {
        var stream = Stream(3);
        var edits = new List<string>();
        const int Count = 2000;
        for (var i = 0; i < Count; i++)
        {
            var text = stream.Text(i);
            Assert.InRange(text.Length, 1, 700);
            Assert.Equal(text.Length, text.Positions!.Length);
            var edit = Array.IndexOf(text.Tokens, 7);
            if (edit >= 0)
            {
                // Loss on the edit and the end of text, nowhere else.
                Assert.All(text.Weights[..(edit + 1)], weight => Assert.Equal(0, weight));
                Assert.All(text.Weights[(edit + 1)..], weight => Assert.Equal(1, weight));
                Assert.Equal(Vocabulary.EndOfText, text.Tokens[^1]);
                edits.Add(Vocabulary.Decode(text.Tokens.AsSpan()[(edit + 1)..^1]));
            }
        }

        Assert.InRange(edits.Count, Count * 0.15 * 0.8, Count * 0.15 * 1.2);
        Assert.All(edits, edit => Assert.Equal(edit, PaperSchema.Instance.Parse(edit).Payload));
        Assert.True(edits.Distinct().Count() > edits.Count * 0.8, "the edits spread over the space");
    }

    [Fact]
    public void HeldOut_Texts_AreNotTheFirstOfTheStream()
    {
        var stream = Stream(5);
        var trained = Enumerable.Range(0, 200).Select(i => string.Join(',', stream.Text(i).Tokens)).ToHashSet();
        Assert.All(stream.HeldOut(50), text => Assert.DoesNotContain(string.Join(',', text.Tokens), trained));
        Assert.Equal(stream.HeldOut(50).Take(10).Select(text => text.Tokens), stream.HeldOut(10).Select(text => text.Tokens));
    }

    [Fact]
    public void Probes_EveryFamily_WeighTheLastAnswerAlone()
    {
        var probes = Stream(5).Probes(TaskFamilies.All, 3);
        Assert.Equal(TaskFamilies.All.SelectMany(family => Enumerable.Repeat(family.Family, 3)), probes.Select(probe => probe.Family));
        Assert.All(
            probes,
            probe =>
            {
                var answer = Array.LastIndexOf(probe.Sequence.Tokens, 4) + 1;
                Assert.Equal(answer, Array.IndexOf(probe.Sequence.Weights, 1));
                Assert.Equal(probe.Sequence.Length - answer, probe.Sequence.WeightedLength);
            }
        );
    }

    [Fact]
    public void Text_Speed_NeverStarvesTraining()
    {
        var stream = new PretrainingTexts(
            new GridPromptFormat(Vocabulary),
            [PaperSchema.Instance],
            TaskFamilies.Training,
            new Seed(4),
            new PretrainingOptions(700, EditShare: 0)
        );
        var watch = Stopwatch.StartNew();
        long tokens = 0;
        const int Count = 2000;
        for (var i = 0; i < Count; i++)
        {
            tokens += stream.Text(i).Length;
        }

        output.WriteLine(
            $"{Count / watch.Elapsed.TotalSeconds:F0} texts/s, {tokens / watch.Elapsed.TotalSeconds:F0} tokens/s, mean {tokens / Count} tokens"
        );
        // Training reads some ten thousand tokens a second; a tenth of the usual speed still feeds it.
        Assert.True(tokens / watch.Elapsed.TotalSeconds > 30_000);
    }

    private static PretrainingTexts Stream(ulong seed) =>
        new(new GridPromptFormat(Vocabulary), [PaperSchema.Instance], TaskFamilies.Training, new Seed(seed), new PretrainingOptions(700));
}
