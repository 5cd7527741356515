using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Safetensors;

namespace Seal.Models.Tests.Safetensors;

/// <summary>Weights that come from outside: one number that is not finite is refused by tensor and place, in every type and at every place.</summary>
public sealed class OutsideNumbersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seal-numbers-").FullName;

    public static TheoryData<SafetensorsDtype, double, int> Others
    {
        get
        {
            var data = new TheoryData<SafetensorsDtype, double, int>();
            foreach (var dtype in (SafetensorsDtype[])[SafetensorsDtype.F16, SafetensorsDtype.BF16, SafetensorsDtype.F32, SafetensorsDtype.F64])
            {
                data.Add(dtype, double.NaN, 0);
                data.Add(dtype, -double.NaN, 98); // behind the last whole vector
                data.Add(dtype, double.PositiveInfinity, 40);
                data.Add(dtype, double.NegativeInfinity, 63);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void ReadSingles_OneNumberThatIsNotFinite_IsRefusedByTensorAndPlace(SafetensorsDtype dtype, double value, int at)
    {
        var values = Enumerable.Range(0, 99).Select(i => i == at ? value : i - 50).ToArray();
        using var file = SafetensorsFile.Read(
            SafetensorsWriter.ToBytes([Stored.Entry("some.weight", [9, 11], dtype, values)]),
            "outside.safetensors"
        );
        var kind =
            double.IsNaN(value) ? "NaN"
            : value > 0 ? "infinity"
            : "minus infinity";
        var expected = $"outside.safetensors: 'some.weight' has {kind} at [{at / 11}, {at % 11}]; expected finite numbers.";

        Assert.StartsWith(
            expected,
            Assert.Throws<ModelFormatException>(() => file.ReadSingles(file.Get("some.weight"))).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            expected,
            Assert.Throws<ModelFormatException>(() => file.CheckNumbers(file.Get("some.weight"))).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(SafetensorsDtype.F16, 65504)]
    [InlineData(SafetensorsDtype.BF16, 3.3895313892515355e38)]
    [InlineData(SafetensorsDtype.F32, 3.4028234663852886e38)]
    [InlineData(SafetensorsDtype.F64, 3.4028234663852886e38)]
    public void ReadSingles_LargestNumberOfItsType_IsRead(SafetensorsDtype dtype, double largest)
    {
        using var file = SafetensorsFile.Read(SafetensorsWriter.ToBytes([Stored.Entry("w", [2], dtype, [largest, -largest])]));
        Assert.Equal([(float)largest, (float)-largest], file.ReadSingles(file.Get("w")));
        file.CheckNumbers(file.Get("w"));
    }

    [Fact]
    public void ReadSingles_NumberThatFp32CannotHold_IsRefused()
    {
        using var file = SafetensorsFile.Read(SafetensorsWriter.ToBytes([Stored.Entry("w", [3], SafetensorsDtype.F64, [1, -1e300, 2])]));
        Assert.Contains(
            "'w' has -1E+300 at [1], which is too large for fp32",
            Assert.Throws<ModelFormatException>(() => file.ReadSingles(file.Get("w"))).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(SafetensorsDtype.F32, ModelDtype.Fp32)]
    [InlineData(SafetensorsDtype.BF16, ModelDtype.Bf16)]
    [InlineData(SafetensorsDtype.BF16, ModelDtype.Fp32)]
    [InlineData(SafetensorsDtype.F16, ModelDtype.Bf16)]
    [InlineData(SafetensorsDtype.F64, ModelDtype.Fp32)]
    public void Load_BaseWithANaN_IsRefusedByTensor(SafetensorsDtype stored, ModelDtype dtype)
    {
        const string Damaged = "model.layers.1.mlp.up_proj.weight";
        Stored.WriteModel(_folder, stored, change: (name, values) => values[7] = name == Damaged ? double.NaN : values[7]);
        Assert.Contains(
            $"'{Damaged}' has NaN at [0, 7]",
            Assert.Throws<ModelFormatException>(() => LlamaModel.Load(_folder, dtype)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Load_NumberThatBf16CannotHold_IsRefused()
    {
        const string Large = "model.layers.0.self_attn.q_proj.weight";
        Stored.WriteModel(_folder, SafetensorsDtype.F32, change: (name, values) => values[1] = name == Large ? 3.4e38 : values[1]);
        Assert.Contains(
            $"'{Large}' has 3.39999995E+38 at [0, 1], which is too large for bf16",
            Assert.Throws<ModelFormatException>(() => LlamaModel.Load(_folder, ModelDtype.Bf16)).Message,
            StringComparison.Ordinal
        );
        LlamaModel.Load(_folder).Dispose();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
