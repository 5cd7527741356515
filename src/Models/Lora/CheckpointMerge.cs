using System.Buffers.Binary;
using Seal.Core.Engines;
using Seal.Core.Files;
using Seal.Models.Llama;
using Seal.Models.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Lora;

/// <summary>
/// Writes a checkpoint with an adapter merged into it, in the layout that the base came in: the same files, shards, names and dtypes. One tensor is
/// in memory at a time.
/// </summary>
public static class CheckpointMerge
{
    private static readonly string[] Carried = ["*.json", "*.jinja", "tokenizer.model", "LICENSE*", "USE_POLICY*"];

    /// <param name="folder">The base model.</param>
    /// <param name="adapter">A PEFT folder, or an adapter file of a store's <c>blobs</c>.</param>
    /// <param name="output">A folder that is empty or not there.</param>
    /// <param name="progress">Told each tensor that was merged.</param>
    /// <returns>Tensors that the adapter changed.</returns>
    /// <exception cref="ModelFormatException">Base and adapter do not belong together, or the output is a file, has something in it, or has a
    /// <c>.partial</c> beside it.</exception>
    public static int Write(string folder, string adapter, string output, Action<string>? progress, CancellationToken cancellation)
    {
        var partial = CheckOutput(output);
        LlamaConfig config;
        using (var checkpoint = Checkpoint.Open(folder))
        {
            config = checkpoint.Config;
        }

        using var change = AdapterChange.Open(config, adapter);
        Directory.CreateDirectory(partial);
        var changed = 0;
        try
        {
            foreach (var source in SafetensorsFolder.Files(folder))
            {
                changed += Rewrite(source, Path.Combine(partial, Path.GetFileName(source)), change, progress, cancellation);
            }

            foreach (var path in Carried.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)).Order(StringComparer.Ordinal))
            {
                ModelFile.Check(path);
                File.Copy(path, Path.Combine(partial, Path.GetFileName(path)), overwrite: true);
            }

            if (Directory.Exists(output))
            {
                Directory.Delete(output);
            }

            Directory.Move(partial, output);
            return changed;
        }
        catch
        {
            Directory.Delete(partial, recursive: true);
            throw;
        }
    }

    /// <summary>Whether a checkpoint can be written there; where it grows until it is whole.</summary>
    private static string CheckOutput(string output)
    {
        if (File.Exists(output))
        {
            throw new ModelFormatException($"{output}: is a file; the checkpoint is a folder. Name one that is empty or not there.");
        }

        if (Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any())
        {
            throw new ModelFormatException($"{output}: there is something in this folder already; name one that is empty or not there.");
        }

        // What lies there may be somebody's own: it is never deleted.
        var partial = Path.TrimEndingDirectorySeparator(output) + ".partial";
        return Directory.Exists(partial) || File.Exists(partial)
            ? throw new ModelFormatException(
                $"{partial}: is there already, and the checkpoint is written under this name until it is whole. If it was left by a killed merge, "
                    + $"delete it; else name another --output."
            )
            : partial;
    }

    /// <summary>Copies a file and writes over the tensors that change: their shape and dtype stay, so the header does.</summary>
    private static int Rewrite(string source, string target, AdapterChange change, Action<string>? progress, CancellationToken cancellation)
    {
        UserFile.Check(source);
        File.Copy(source, target);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        using var file = SafetensorsFile.Read(source);
        using var stream = new FileStream(target, FileMode.Open, FileAccess.ReadWrite);
        Span<byte> length = stackalloc byte[8];
        stream.ReadExactly(length);
        var start = 8 + BinaryPrimitives.ReadInt64LittleEndian(length);
        var changed = 0;
        foreach (var tensor in file.Tensors)
        {
            cancellation.ThrowIfCancellationRequested();
            if (change.Apply(tensor, file) is { } values)
            {
                stream.Position = start + tensor.Begin;
                Encode(stream, values, tensor, file);
                changed++;
                progress?.Invoke(tensor.Name);
            }
            else
            {
                // What is carried over is read once too, or a number that is not finite would go out under our name.
                file.CheckNumbers(tensor);
            }
        }

        stream.Flush(flushToDisk: true);
        return changed;
    }

    private static void Encode(Stream stream, ReadOnlySpan<float> values, SafetensorsTensor tensor, SafetensorsFile file)
    {
        const int Chunk = 1 << 20;
        var bytes = new byte[Chunk * tensor.Dtype.Size()];
        for (var from = 0; from < values.Length; from += Chunk)
        {
            var part = values[from..Math.Min(values.Length, from + Chunk)];
            for (var i = 0; i < part.Length; i++)
            {
                Write(bytes.AsSpan(i * tensor.Dtype.Size()), part[i], tensor.Dtype);
            }

            if (FiniteNumbers.FirstOther(bytes.AsSpan(0, part.Length * tensor.Dtype.Size()), tensor.Dtype) is >= 0 and var large)
            {
                throw file.TooLarge(tensor, from + large, part[large], $"{tensor.Dtype} once the adapter is merged");
            }

            stream.Write(bytes, 0, part.Length * tensor.Dtype.Size());
        }
    }

    private static void Write(Span<byte> bytes, float value, SafetensorsDtype dtype)
    {
        switch (dtype)
        {
            case SafetensorsDtype.F32:
                BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
                break;
            case SafetensorsDtype.F16:
                BinaryPrimitives.WriteHalfLittleEndian(bytes, (Half)value);
                break;
            case SafetensorsDtype.BF16:
                // To the nearest, ties to even.
                var bits = BitConverter.SingleToUInt32Bits(value);
                BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
                break;
            default:
                BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
                break;
        }
    }
}

/// <summary>What an adapter does to one weight at a time.</summary>
internal sealed class AdapterChange : IDisposable
{
    private readonly Dictionary<string, LoraPart> _parts = new(StringComparer.Ordinal);
    private readonly LoraAdapter? _lora;
    private readonly SafetensorsFile? _full;
    private readonly bool _tiedHead;

    private AdapterChange(LlamaConfig config, LoraAdapter? lora, SafetensorsFile? full)
    {
        (_tiedHead, _lora, _full) = (config.TiedHead, lora, full);
        foreach (var part in lora?.Parts ?? [])
        {
            _parts.Add(TensorNames.Weight(part.Layer, part.Projection), part);
        }
    }

    /// <exception cref="ModelFormatException">Malformed, or made for another model.</exception>
    public static AdapterChange Open(LlamaConfig config, string adapter)
    {
        if (!File.Exists(adapter))
        {
            return new AdapterChange(config, PeftFolder.Load(adapter, config).Adapter, null);
        }

        var file = SafetensorsFile.Read(adapter);
        try
        {
            if (file.Metadata.GetValueOrDefault("kind") == AdapterFile.FullKind)
            {
                AdapterFile.CheckFull(config, file, adapter);
                return new AdapterChange(config, null, file);
            }

            var lora = AdapterFile.Lora(config, file, adapter, AdapterFile.Alpha(file, adapter));
            file.Dispose();
            return new AdapterChange(config, lora, null);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The new values, or null where the adapter leaves the tensor as it is.</summary>
    public float[]? Apply(SafetensorsTensor tensor, SafetensorsFile file)
    {
        // A tied head that is stored all the same is the embedding once more.
        var name = _tiedHead && tensor.Name == TensorNames.Head ? TensorNames.Embedding : tensor.Name;
        if (_full?.Find(name) is { } whole)
        {
            return _full.ReadSingles(whole);
        }

        if (!_parts.TryGetValue(name, out var part))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        Torch.Initialize();
        var merged = Placement.Cpu.Of(file.ReadSingles(tensor), tensor.Shape).add_(part.Up.mm(part.Down), Torch.Number(_lora!.Scale));
        return merged.data<float>().ToArray();
    }

    public void Dispose()
    {
        _lora?.Dispose();
        _full?.Dispose();
    }
}
