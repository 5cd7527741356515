using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Lora;
using Seal.Models.Running;
using Seal.Models.Safetensors;
using Seal.Models.Tests.Safetensors;

namespace Seal.Models.Tests.Lora;

/// <summary>One number of an adapter that is not finite: every way in refuses it by tensor, and nothing is written.</summary>
public sealed class OutsideAdapterTests : IDisposable
{
    private const string Up = "base_model.model.model.layers.1.self_attn.q_proj.lora_B.weight";
    private const string Down = "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight";

    private readonly string _folder = Directory.CreateTempSubdirectory("seal-outside-").FullName;

    [Theory]
    [InlineData(SafetensorsDtype.F32, Up, double.NaN)]
    [InlineData(SafetensorsDtype.BF16, Up, double.PositiveInfinity)]
    [InlineData(SafetensorsDtype.F16, Down, double.NaN)]
    [InlineData(SafetensorsDtype.F64, Down, double.NegativeInfinity)]
    public void PeftFolder_WithANumberThatIsNotFinite_IsRefusedByEveryReader(SafetensorsDtype dtype, string tensor, double value)
    {
        var adapter = WriteAdapter(dtype, (name, values) => values[5] = name == tensor ? value : values[5]);
        using var model = LlamaModel.Load(Base());
        AssertRefused(tensor, () => PeftFolder.Apply(model, adapter));
        AssertRefused(tensor, () => AdapterTraining.Open(model, adapter, new Seed(1)));
        AssertRefused(tensor, () => Merge(adapter));
    }

    [Fact]
    public void AdapterFile_WithANumberThatIsNotFinite_IsRefusedByEveryReader()
    {
        var adapter = Path.Combine(
            WriteAdapter(SafetensorsDtype.F32, (name, values) => values[5] = name == Up ? double.NaN : values[5]),
            PeftFolder.WeightsFile
        );
        using var model = LlamaModel.Load(Base());
        AssertRefused(Up, () => PeftFolder.Apply(model, adapter));
        AssertRefused(Up, () => Merge(adapter));
        AssertRefused(Up, () => PeftFolder.Export(adapter, Path.Combine(_folder, "exported"), null));
        Assert.False(Directory.Exists(Path.Combine(_folder, "exported")));
    }

    [Fact]
    public void FullDelta_WithANumberThatIsNotFinite_IsRefusedByEveryReader()
    {
        double[] values = [.. Enumerable.Repeat(0.0, 31), double.NaN];
        var adapter = Path.Combine(_folder, "full");
        File.WriteAllBytes(adapter, AdapterFile.WriteFull([Stored.Entry(TensorNames.FinalNorm, [32], SafetensorsDtype.F32, values)]));
        using var model = LlamaModel.Load(Base());
        AssertRefused(TensorNames.FinalNorm, () => PeftFolder.Apply(model, adapter));
        AssertRefused(TensorNames.FinalNorm, () => Merge(adapter));
    }

    [Fact]
    public void Merge_BaseWithANaNInATensorThatTheAdapterLeaves_IsRefused()
    {
        const string Left = "model.layers.1.mlp.down_proj.weight";
        var origin = Base(SafetensorsDtype.BF16, (name, values) => values[3] = name == Left ? double.NaN : values[3]);
        AssertRefused(Left, () => Merge(WriteAdapter(SafetensorsDtype.F32), origin));
    }

    [Theory]
    [InlineData(SafetensorsDtype.F16, 60000, "F16")]
    [InlineData(SafetensorsDtype.BF16, 3.38e38, "BF16")]
    [InlineData(SafetensorsDtype.F32, 3.4e38, "F32")]
    public void Merge_SumThatTheBasesTypeCannotHold_IsRefusedByTensor(SafetensorsDtype dtype, double large, string name)
    {
        const string Weight = "model.layers.0.self_attn.q_proj.weight";
        var origin = Base(dtype, (tensor, values) => values[0] = tensor == Weight ? large : values[0]);
        var adapter = WriteAdapter(
            SafetensorsDtype.F32,
            (tensor, values) => Array.Fill(values, tensor.Contains("lora_A", StringComparison.Ordinal) ? 1 : large / 8)
        );
        Assert.Contains($"'{Weight}' has ", AssertRefused(Weight, () => Merge(adapter, origin)), StringComparison.Ordinal);
        Assert.Contains(
            $"too large for {name} once the adapter is merged",
            AssertRefused(Weight, () => Merge(adapter, origin)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Apply_SumThatOverflows_IsRefusedByTensor()
    {
        const string Weight = "model.layers.0.self_attn.q_proj.weight";
        var adapter = WriteAdapter(
            SafetensorsDtype.F32,
            (name, values) => Array.Fill(values, name.Contains("layers.0.", StringComparison.Ordinal) ? 3e38 : 0)
        );
        using var model = LlamaModel.Load(Base());
        AssertRefused(Weight, () => PeftFolder.Apply(model, adapter));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string AssertRefused(string tensor, Action action)
    {
        var message = Assert.Throws<ModelFormatException>(action).Message;
        Assert.Contains(tensor, message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "merged")));
        Assert.False(Directory.Exists(Path.Combine(_folder, "merged.partial")));
        return message;
    }

    private int Merge(string adapter, string? origin = null) =>
        CheckpointMerge.Write(origin ?? Base(), adapter, Path.Combine(_folder, "merged"), null, CancellationToken.None);

    private string Base(SafetensorsDtype dtype = SafetensorsDtype.F32, Action<string, double[]>? change = null)
    {
        var folder = Path.Combine(_folder, "base");
        Stored.WriteModel(folder, dtype, change);
        return folder;
    }

    private string WriteAdapter(SafetensorsDtype dtype, Action<string, double[]>? change = null)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "adapter")).FullName;
        File.WriteAllText(Path.Combine(folder, PeftConfig.FileName), """{"peft_type":"LORA","r":4,"lora_alpha":8,"target_modules":["q_proj"]}""");
        var entries = Enumerable
            .Range(0, 2)
            .SelectMany(layer =>
                new[] { "A", "B" }.Select(side =>
                {
                    var name = $"base_model.model.model.layers.{layer}.self_attn.q_proj.lora_{side}.weight";
                    var values = Enumerable.Repeat(0.01, 4 * 32).ToArray();
                    change?.Invoke(name, values);
                    return Stored.Entry(name, side == "A" ? [4, 32] : [32, 4], dtype, values);
                })
            );
        File.WriteAllBytes(
            Path.Combine(folder, PeftFolder.WeightsFile),
            SafetensorsWriter.ToBytes(
                entries,
                new Dictionary<string, string>
                {
                    ["kind"] = AdapterFile.LoraKind,
                    ["rank"] = "4",
                    ["alpha"] = "8",
                }
            )
        );
        return folder;
    }
}
