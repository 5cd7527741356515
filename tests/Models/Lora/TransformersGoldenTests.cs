using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Running;
using Xunit.Abstractions;

namespace Seal.Models.Tests.Lora;

/// <summary>Tiny random models and adapters with options as people have them, and what transformers and PEFT compute with them.</summary>
public sealed class TransformersGoldenTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4;

    [SkippableTheory]
    [InlineData("llama3.2")]
    [InlineData("qwen2.5-bias")]
    [InlineData("qwen3")]
    [InlineData("qwen3-untied")]
    public void Model_OfTransformers_ComputesAndWritesOnAsThere(string name)
    {
        using var golden = Golden.Open($"transformers/{name}");
        using var model = LlamaModel.Load(golden.Folder);

        AssertComputes(model, golden);
    }

    [SkippableTheory]
    [InlineData("alpha-caret")]
    [InlineData("alpha-plain")]
    [InlineData("alpha-layer")]
    [InlineData("alpha-full")]
    [InlineData("rank")]
    [InlineData("rslora")]
    [InlineData("regex-targets")]
    [InlineData("exclude")]
    [InlineData("layers")]
    public void Adapter_OfPeft_ComputesAndWritesOnAsThere(string name)
    {
        using var golden = Golden.Open($"transformers/adapter-{name}");
        using var origin = Golden.Open("transformers/llama3.2");
        using var model = LlamaModel.Load(origin.Folder);
        using var adapted = PeftFolder.Apply(model, golden.Folder);

        AssertComputes(adapted, golden);
    }

    /// <summary>Families that look like Llama and may compute otherwise (Mistral's window).</summary>
    [SkippableTheory]
    [InlineData("mistral", "mistral")]
    public void Model_OfAFamilyThatIsNotRead_IsRefusedByName(string name, string family)
    {
        using var golden = Golden.Open($"transformers/{name}");

        Assert.Contains(
            $"model_type is \"{family}\"",
            Assert.Throws<ModelFormatException>(() => LlamaModel.Load(golden.Folder)).Message,
            StringComparison.Ordinal
        );
    }

    private void AssertComputes(LlamaModel model, Golden golden)
    {
        var ids = golden.Ids("input_ids");
        var difference = Golden.LargestDifference(Golden.Logits(model, ids), golden.Singles("logits"));
        var greedy = golden.Json().GetProperty("greedy").EnumerateArray().Select(token => token.GetInt32()).ToArray();

        output.WriteLine($"{difference:E2}");
        Assert.True(difference < Tolerance, $"logits differ by {difference}");
        Assert.Equal(greedy, TokenRuns.Greedy(model, [ids[0]], greedy.Length, stop: -1, CancellationToken.None)[0]);
    }
}
