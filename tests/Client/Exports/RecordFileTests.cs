using System.Text;
using Seal.Client.Reporting.Metrics;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Exports;

public sealed class RecordFileTests
{
    private static readonly byte[][] Wanted = [.. new[] { "one\n", "two\n", "three\n" }.Select(Encoding.UTF8.GetBytes)];

    [Theory]
    [InlineData("")]
    [InlineData("one\n")]
    [InlineData("one\ntw")] // a line that was half written
    [InlineData("one\ntwo\nthree\n")]
    [InlineData("one\ntwo\nthree\nfour\n")]
    [InlineData("one\ntwo\nthree\nfo")]
    [InlineData("one\ntoo\nthree\n")]
    [InlineData("anything, without an end")]
    public void Bring_WhateverIsThere_LeavesTheWantedRecordsOnce(string there)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("deep/metrics.jsonl", there);

        RecordFile.Bring(path, Wanted, Same);

        Assert.Equal("one\ntwo\nthree\n", File.ReadAllText(path));
    }

    [Fact]
    public void Bring_TheBeginning_StaysAsItIs()
    {
        // Records that count as the same are not written again: so is the time of an event kept.
        using var file = new MemoryStream();
        file.Write("ONE\nTWO\n"u8);
        file.Position = 0;

        Assert.True(RecordFile.Bring(file, Wanted, SameWord));
        Assert.Equal("ONE\nTWO\nthree\n", Encoding.UTF8.GetString(file.ToArray()));
    }

    [Fact]
    public void Bring_AllThere_WritesNothing()
    {
        using var file = new MemoryStream();
        file.Write("one\ntwo\nthree\n"u8);
        file.Position = 0;

        Assert.False(RecordFile.Bring(file, Wanted, Same));
    }

    [Fact]
    public void Bring_WhileAReaderHasItOpen_GrowsUnderIt()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("metrics.jsonl");
        RecordFile.Bring(path, Wanted[..1], Same);
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        Assert.Equal("one\n", reader.ReadToEnd());

        RecordFile.Bring(path, Wanted, Same);

        Assert.Equal("two\nthree\n", reader.ReadToEnd());
    }

    private static bool Same(ReadOnlySpan<byte> there, ReadOnlySpan<byte> wanted) => there.SequenceEqual(wanted);

    private static bool SameWord(ReadOnlySpan<byte> there, ReadOnlySpan<byte> wanted) => Ascii.EqualsIgnoreCase(there, wanted);
}
