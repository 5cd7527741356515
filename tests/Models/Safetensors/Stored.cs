using System.Buffers.Binary;
using Seal.Core.Randomness;
using Seal.Models.Llama;
using Seal.Models.Safetensors;

namespace Seal.Models.Tests.Safetensors;

/// <summary>Writes numbers in any floating-point type, as another program may have.</summary>
internal static class Stored
{
    public static SafetensorsEntry Entry(string name, long[] shape, SafetensorsDtype dtype, IReadOnlyList<double> values)
    {
        var bytes = new byte[values.Count * dtype.Size()];
        for (var i = 0; i < values.Count; i++)
        {
            var into = bytes.AsSpan(i * dtype.Size());
            switch (dtype)
            {
                case SafetensorsDtype.F16:
                    BinaryPrimitives.WriteHalfLittleEndian(into, (Half)values[i]);
                    break;
                case SafetensorsDtype.BF16:
                    BinaryPrimitives.WriteUInt16LittleEndian(into, (ushort)(BitConverter.SingleToUInt32Bits((float)values[i]) >> 16));
                    break;
                case SafetensorsDtype.F32:
                    BinaryPrimitives.WriteSingleLittleEndian(into, (float)values[i]);
                    break;
                default:
                    BinaryPrimitives.WriteDoubleLittleEndian(into, values[i]);
                    break;
            }
        }

        return new SafetensorsEntry(name, dtype, shape, bytes);
    }

    /// <summary>A folder with a tiny random model.</summary>
    /// <param name="change">Changes a tensor's numbers before they are written.</param>
    /// <param name="more">Further tensors, made of the model's.</param>
    public static void WriteModel(
        string folder,
        SafetensorsDtype dtype,
        Action<string, double[]>? change = null,
        Func<IReadOnlyDictionary<string, double[]>, IEnumerable<SafetensorsEntry>>? more = null,
        LlamaConfig? config = null
    )
    {
        Directory.CreateDirectory(folder);
        using var model = LlamaModel.Random(config ?? TinyModel.Config(40) with { Grid = null }, new Seed(1));
        File.WriteAllBytes(Path.Combine(folder, "config.json"), model.Config.ToJson());
        var tensors = model.Config.Tensors().ToArray();
        var values = tensors.ToDictionary(
            tensor => tensor.Name,
            tensor => model.Values(tensor.Name).ToArray().Select(value => (double)value).ToArray()
        );
        foreach (var (name, numbers) in values)
        {
            change?.Invoke(name, numbers);
        }

        var entries = tensors.Select(tensor => Entry(tensor.Name, tensor.Shape, dtype, values[tensor.Name])).Concat(more?.Invoke(values) ?? []);
        File.WriteAllBytes(Path.Combine(folder, SafetensorsFolder.SingleFile), SafetensorsWriter.ToBytes(entries));
    }
}
