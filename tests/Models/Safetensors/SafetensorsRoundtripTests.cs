using System.Buffers.Binary;
using CsCheck;
using Seal.Core.Engines;
using Seal.Models.Safetensors;

namespace Seal.Models.Tests.Safetensors;

public sealed class SafetensorsRoundtripTests
{
    private static readonly Gen<SafetensorsEntry> GenEntry =
        from name in Gen.String[Gen.Char.AlphaNumeric, 1, 20]
        from dtype in Gen.Enum<SafetensorsDtype>()
        from shape in Gen.Long[0, 4].Array[0, 4]
        from fill in Gen.Byte
        select new SafetensorsEntry(name, dtype, shape, Enumerable.Repeat(fill, dtype.Size() * (int)shape.Aggregate(1L, (a, b) => a * b)).ToArray());

    [Fact]
    public void Write_AnyTensorsInAnyOrder_ReadsBackAndGivesEqualBytes()
    {
        Gen.Select(GenEntry.Array[0, 8], Gen.Dictionary(Gen.String[Gen.Char.AlphaNumeric, 0, 8], Gen.String[0, 8])[0, 4])
            .Sample(
                (drawn, metadata) =>
                {
                    var entries = drawn.DistinctBy(entry => entry.Name).ToArray();
                    metadata = metadata.ToDictionary(pair => pair.Key, pair => new string([.. pair.Value.Where(c => !char.IsSurrogate(c))]));
                    var bytes = SafetensorsWriter.ToBytes(entries, metadata);
                    Assert.Equal(bytes, SafetensorsWriter.ToBytes(entries.Reverse(), metadata.Reverse().ToDictionary()));
                    Assert.Equal(0UL, BinaryPrimitives.ReadUInt64LittleEndian(bytes) % 8);
                    using var file = SafetensorsFile.Read(bytes);
                    Assert.Equal(metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal), file.Metadata);
                    Assert.Equal(entries.Select(entry => entry.Name).Order(StringComparer.Ordinal), file.Tensors.Select(tensor => tensor.Name));
                    foreach (var entry in entries)
                    {
                        var tensor = file.Get(entry.Name);
                        Assert.Equal(entry.Dtype, tensor.Dtype);
                        Assert.Equal(entry.Shape, tensor.Shape);
                        Assert.True(file.Bytes(tensor).Span.SequenceEqual(entry.Bytes.Span));
                    }
                },
                iter: 500
            );
    }

    [Fact]
    public void Write_NameTwiceOrBytesNotFittingShape_Throws()
    {
        var good = SafetensorsEntry.FromSingles("w", [2], [1, 2]);
        Assert.Equal(SafetensorsReason.DuplicateName, Assert.Throws<SafetensorsException>(() => SafetensorsWriter.ToBytes([good, good])).Reason);
        Assert.Equal(
            SafetensorsReason.SizeMismatch,
            Assert.Throws<SafetensorsException>(() => SafetensorsWriter.ToBytes([good with { Shape = [3] }])).Reason
        );
    }

    [Fact]
    public void ReadSingles_EveryFloatType_GivesTheNumbers()
    {
        var half = new byte[2];
        BinaryPrimitives.WriteHalfLittleEndian(half, (Half)(-1.5f));
        var @double = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(@double, 0.25);
        using var file = SafetensorsFile.Read(
            SafetensorsWriter.ToBytes([
                SafetensorsEntry.FromSingles("f32", [1, 2], [3, -0f]),
                new SafetensorsEntry("f16", SafetensorsDtype.F16, [1], half),
                new SafetensorsEntry("bf16", SafetensorsDtype.BF16, [], new byte[] { 0x80, 0xbf }),
                new SafetensorsEntry("f64", SafetensorsDtype.F64, [1], @double),
                new SafetensorsEntry("ids", SafetensorsDtype.I64, [1], new byte[8]),
            ])
        );
        Assert.Equal([3, -0f], file.ReadSingles(file.Get("f32")));
        Assert.Equal([-1.5f], file.ReadSingles(file.Get("f16")));
        Assert.Equal([-1f], file.ReadSingles(file.Get("bf16")));
        Assert.Equal([0.25f], file.ReadSingles(file.Get("f64")));
        Assert.Throws<ModelFormatException>(() => file.ReadSingles(file.Get("ids")));
        Assert.Contains("no tensor 'absent'", Assert.Throws<ModelFormatException>(() => file.Get("absent")).Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Read_EveryGoldenFile_RoundtripsEveryTensor()
    {
        string[] roots = [SharedFolder.Require("golden", "llama"), SharedFolder.Require("golden", "lora")];
        var paths = roots.SelectMany(root => Directory.EnumerateFiles(root, "*.safetensors", SearchOption.AllDirectories)).ToArray();
        Assert.NotEmpty(paths);
        foreach (var path in paths)
        {
            using var fromDisk = SafetensorsFile.Read(path);
            var entries = fromDisk.Tensors.Select(t => new SafetensorsEntry(t.Name, t.Dtype, t.Shape, fromDisk.Bytes(t))).ToArray();
            using var again = SafetensorsFile.Read(SafetensorsWriter.ToBytes(entries, fromDisk.Metadata));
            using var original = SafetensorsFile.Read(File.ReadAllBytes(path));
            Assert.NotEmpty(entries);
            Assert.Equal(original.Metadata, again.Metadata);
            Assert.Equal(original.Tensors.Select(t => t.Name), again.Tensors.Select(t => t.Name));
            foreach (var tensor in original.Tensors)
            {
                Assert.True(original.Bytes(tensor).Span.SequenceEqual(again.Bytes(again.Get(tensor.Name)).Span), $"{path} {tensor.Name}");
            }
        }
    }

    [SkippableFact]
    public void Open_ShardedFolder_FindsTheTensorsOfTheWhole()
    {
        using var whole = SafetensorsFolder.Open(SharedFolder.Require("golden", "llama", "tied"));
        using var shards = SafetensorsFolder.Open(SharedFolder.Require("golden", "llama", "tied-sharded"));
        Assert.Equal(whole.Names, shards.Names);
        foreach (var name in whole.Names)
        {
            var (a, b) = (whole.Get(name), shards.Get(name));
            Assert.True(a.File.Bytes(a.Tensor).Span.SequenceEqual(b.File.Bytes(b.Tensor).Span), name);
        }
    }

    [Theory]
    [InlineData("{\"weight_map\":{\"w\":\"../../etc/model.safetensors\"}}", "no name of a safetensors file")]
    [InlineData("{\"weight_map\":{\"w\":\"absent.safetensors\"}}", "no such file")]
    [InlineData("{\"weight_map\":{\"w\":7}}", "expected {\"weight_map\"")]
    [InlineData("[]", "expected {\"weight_map\"")]
    [InlineData("{", "expected {\"weight_map\"")]
    public void Open_BadIndex_SaysWhatIsWrong(string index, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("seal-index-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, SafetensorsFolder.IndexFile), index);
            var e = Assert.Throws<ModelFormatException>(() => SafetensorsFolder.Open(folder.FullName));
            Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
