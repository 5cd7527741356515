using Seal.Core.Engines;
using Seal.Models.Safetensors;

namespace Seal.Models.Tests.Safetensors;

public sealed class SafetensorsHostileTests
{
    private const int Files = 100_000;

    [Fact]
    public void Read_HundredThousandMutatedHeaders_RefusesWithEveryReasonInBoundedMemory()
    {
        var hits = new Dictionary<SafetensorsReason, int>();
        var accepted = 0;
        long worst = long.MinValue;
        for (var n = 0; n < Files; n++)
        {
            var file = HostileHeaders.File(n);
            var before = GC.GetAllocatedBytesForCurrentThread();
            SafetensorsReason? reason = null;
            try
            {
                using var read = SafetensorsFile.Read(file);
                accepted++;
                foreach (var tensor in read.Tensors)
                {
                    Assert.Equal(tensor.ByteLength, read.Bytes(tensor).Length);
                }
            }
            catch (SafetensorsException e)
            {
                reason = e.Reason;
            }

            worst = Math.Max(worst, GC.GetAllocatedBytesForCurrentThread() - before - file.Length);
            if (reason is { } refused)
            {
                hits[refused] = hits.GetValueOrDefault(refused) + 1;
            }
        }

        var rare = Enum.GetValues<SafetensorsReason>().Where(reason => hits.GetValueOrDefault(reason) < 100).ToArray();
        Assert.True(rare.Length == 0, $"hit less than 100 times: {string.Join(' ', rare.Select(r => $"{r}={hits.GetValueOrDefault(r)}"))}");
        Assert.True(accepted > 1000, $"only {accepted} files were left intact");
        Assert.True(worst <= 1 << 20, $"allocated {worst} bytes more than the file has");
    }

    [Fact]
    public void Read_MutatedFilesOnDisk_DecidesAsInMemory()
    {
        var folder = Directory.CreateTempSubdirectory("seal-safetensors-");
        try
        {
            var path = Path.Combine(folder.FullName, "x.safetensors");
            for (var n = 0; n < 2000; n++)
            {
                var bytes = HostileHeaders.File(n);
                File.WriteAllBytes(path, bytes);
                var before = GC.GetAllocatedBytesForCurrentThread();
                var fromDisk = Outcome(() => SafetensorsFile.Read(path));
                Assert.True(GC.GetAllocatedBytesForCurrentThread() - before <= bytes.Length + (1 << 20));
                Assert.Equal(Outcome(() => SafetensorsFile.Read(bytes)), fromDisk);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Read_HeaderLengthOfExabytes_IsRefusedBeforeAnythingIsAllocated()
    {
        var file = Enumerable.Repeat((byte)0xff, 64).ToArray();
        var e = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Read(file, "weights.safetensors"));
        Assert.Equal(SafetensorsReason.HeaderOverCap, e.Reason);
        Assert.StartsWith("weights.safetensors: ", e.Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<ModelFormatException>(e);
    }

    [Fact]
    public void Read_MissingFile_SaysWhichAndWhatToDo()
    {
        var e = Assert.Throws<ModelFormatException>(() =>
            SafetensorsFile.Read(Path.Combine(Path.GetTempPath(), "seal-no-such", "model.safetensors"))
        );
        Assert.Contains("no such file", e.Message, StringComparison.Ordinal);
    }

    private static string Outcome(Func<SafetensorsFile> read)
    {
        try
        {
            using var file = read();
            return string.Join(' ', file.Tensors.Select(tensor => $"{tensor.Name} {Convert.ToHexString(file.Bytes(tensor).Span)}"));
        }
        catch (SafetensorsException e)
        {
            return e.Reason.ToString();
        }
    }
}
