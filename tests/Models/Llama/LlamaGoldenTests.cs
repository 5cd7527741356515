using Seal.Models.Llama;
using Xunit.Abstractions;

namespace Seal.Models.Tests.Llama;

public sealed class LlamaGoldenTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4;

    [SkippableTheory]
    [InlineData("tied", "tied")]
    [InlineData("tied-sharded", "tied")]
    [InlineData("headdim32-untied", "headdim32-untied")]
    [InlineData("rope-llama3", "rope-llama3")]
    public void Logits_OfReferenceModels_AreTheReference(string folder, string goldens)
    {
        using var golden = Golden.Open($"llama/{goldens}");
        using var modelFolder = Golden.Open($"llama/{folder}");
        using var model = LlamaModel.Load(modelFolder.Folder);

        foreach (var (ids, logits) in new[] { ("input_ids", "logits"), ("long_input_ids", "long_logits") })
        {
            var difference = Golden.LargestDifference(Golden.Logits(model, golden.Ids(ids)), golden.Singles(logits));
            output.WriteLine($"{folder} {logits}: {difference:E2}");
            Assert.True(difference < Tolerance, $"{logits} differs by {difference}");
        }
    }

    [SkippableFact]
    public void Logits_OfBfloat16Weights_AreTheReferenceInSinglePrecision()
    {
        using var golden = Golden.Open("llama/rope-llama3-bf16");
        using var model = LlamaModel.Load(golden.Folder);

        var difference = Golden.LargestDifference(Golden.Logits(model, golden.Ids("input_ids")), golden.Singles("logits_weights_bf16_compute_f32"));

        output.WriteLine($"bf16: {difference:E2}");
        Assert.True(difference < Tolerance, $"differs by {difference}");
    }

    [SkippableTheory]
    [InlineData("tied")]
    [InlineData("headdim32-untied")]
    [InlineData("rope-llama3")]
    public void Logits_OfPaddedBatch_AreTheReference(string folder)
    {
        using var golden = Golden.Open($"llama/{folder}");
        using var model = LlamaModel.Load(golden.Folder);
        var lengths = golden.Ids("padded_attention_mask").Select(mask => mask.Sum()).ToArray();

        var difference = Golden.LargestDifference(Golden.Logits(model, golden.Ids("padded_input_ids"), lengths), golden.Singles("padded_logits"));

        output.WriteLine($"{folder} padded: {difference:E2}");
        Assert.True(difference < Tolerance, $"differs by {difference}");
    }

    [SkippableTheory]
    [InlineData("tied")]
    [InlineData("rope-llama3")]
    [InlineData("headdim32-untied")]
    public void Logits_FarIntoTheContext_AreTheReference(string folder)
    {
        using var golden = Golden.Open($"llama/{folder}");
        Skip.IfNot(golden.Has("vlong_input_ids"), $"{folder} has no very long sequence");
        using var model = LlamaModel.Load(golden.Folder);
        var expected = golden.Singles("vlong_logits_at_positions");
        var at = golden.Ids("vlong_positions")[0];
        var vocabulary = model.Config.VocabularySize;

        var all = Golden.Logits(model, golden.Ids("vlong_input_ids"));

        var actual = at.SelectMany(position => all.AsSpan(position * vocabulary, vocabulary).ToArray()).ToArray();
        var difference = Golden.LargestDifference(actual, expected);
        output.WriteLine($"{folder} vlong ({golden.Ids("vlong_input_ids")[0].Length} tokens): {difference:E2}");
        Assert.True(difference < Tolerance, $"differs by {difference}");
    }

    [SkippableTheory]
    [InlineData("tied")]
    [InlineData("headdim32-untied")]
    [InlineData("rope-llama3")]
    public void RotaryFrequencies_OfReferenceModels_AreTheReference(string folder)
    {
        using var golden = Golden.Open($"llama/{folder}");
        var config = LlamaConfig.Load(golden.Folder);
        var expected = golden.Singles("rope.inv_freq");

        var actual = RotaryTable.SequenceFrequencies(config);

        Assert.Equal(expected.Length, actual.Length);
        Assert.All(actual.Zip(expected), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 2e-7 * pair.Second));
    }
}
