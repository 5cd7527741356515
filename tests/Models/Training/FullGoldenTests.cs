using Seal.Models.Llama;
using Seal.Models.Training;
using Xunit.Abstractions;

namespace Seal.Models.Tests.Training;

public sealed class FullGoldenTests(ITestOutputHelper output)
{
    [SkippableTheory]
    [InlineData("tied")]
    [InlineData("headdim32-untied")]
    [InlineData("rope-llama3")]
    public void Backward_OfReferenceLoss_GivesReferenceLossAndGradients(string folder)
    {
        using var golden = Golden.Open($"llama/{folder}");
        using var model = LlamaModel.Load(golden.Folder);
        using var bank = new FullBank(model);
        var loss = golden.Json().GetProperty("loss");
        var ids = golden.Ids("input_ids");
        var masked = golden.Ids("labels_masked");

        Assert.Equal(loss.GetProperty("all_tokens").GetDouble(), Loss(bank, ids, ids), 1e-5);
        Assert.Equal(loss.GetProperty("masked_row0").GetDouble(), Loss(bank, ids[..1], masked[..1]), 1e-5);
        Assert.Equal(loss.GetProperty("masked_row1").GetDouble(), Loss(bank, ids[1..], masked[1..]), 1e-5);
        Assert.Equal(loss.GetProperty("long_masked").GetDouble(), Loss(bank, golden.Ids("long_input_ids"), golden.Ids("long_labels_masked")), 1e-5);
        Assert.Equal(loss.GetProperty("masked").GetDouble(), Loss(bank, ids, masked), 1e-5);

        foreach (var name in golden.Names().Where(name => name.StartsWith("grad.", StringComparison.Ordinal)))
        {
            using var gradient = bank.Parameters.GradientOf(0, name[5..]);
            var difference = Golden.LargestDifference(gradient.contiguous().data<float>().ToArray(), golden.Singles(name));
            output.WriteLine($"{folder} {name}: {difference:E2}");
            Assert.True(difference < 2e-5, $"{name} differs by {difference}");
        }
    }

    [SkippableTheory]
    [InlineData("tied")]
    [InlineData("headdim32-untied")]
    [InlineData("rope-llama3")]
    public void Backward_OfPaddedReferenceBatch_GivesReferenceLosses(string folder)
    {
        using var golden = Golden.Open($"llama/{folder}");
        using var model = LlamaModel.Load(golden.Folder);
        using var bank = new FullBank(model);
        var padded = golden.Json().GetProperty("padded");
        var ids = golden.Ids("padded_input_ids");
        var lengths = golden.Ids("padded_attention_mask").Select(mask => mask.Sum()).ToArray();

        // As the reference pads: pads are rows, look at the text, and count in the loss where asked.
        Assert.Equal(padded.GetProperty("loss_labels_include_pads").GetDouble(), Loss(bank, ids, ids, lengths), 1e-5);

        // As we do it: there are no pads.
        int[][] texts = [.. ids.Select((row, r) => row[..lengths[r]])];
        Assert.Equal(padded.GetProperty("loss_pads_masked").GetDouble(), Loss(bank, texts, texts), 1e-5);
    }

    private static double Loss(FullBank bank, int[][] ids, int[][] labels, int[]? attended = null) =>
        bank.Backward([new MemberStep(0, Golden.Sequences(ids, labels), 0, 0, 0, attended)])[0];
}
