using CsCheck;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

public sealed class SweepFuzzTests
{
    private const string Whole =
        Toml.Least
        + """
            [[arms]]
            name = "c"
            proposer = "constant"
            edit = { a = [1, 2.5], b = { c = true } }
            [inner]
            rank = [8, 16]
            targets = ["q_proj"]
            [update]
            learning_rate = 5e-5
            """;

    private static readonly string[] Pieces =
    [
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "=",
        ".",
        ",",
        "\"",
        "'",
        "\"\"\"",
        "#",
        "\n",
        "\\",
        "nan",
        "-inf",
        "1e400",
        "99999999999999999999",
        "0x",
        "[inner]",
        "inner.rank",
        "\0",
        "é",
        "2020-01-01",
        "= =",
    ];

    [Fact]
    public void Parse_MutatedFile_IsReadOrRefused() =>
        Gen.Select(Gen.Int[0, Whole.Length - 1], Gen.Int[0, 12], Gen.OneOf(Pieces))
            .Array[1, 4]
            .Sample(
                mutations =>
                {
                    var text = mutations.Aggregate(
                        Whole,
                        (now, mutation) =>
                        {
                            var at = Math.Min(mutation.Item1, now.Length);
                            return now[..at] + mutation.Item3 + now[Math.Min(at + mutation.Item2, now.Length)..];
                        }
                    );
                    ReadOrRefuse(() => Toml.Parse(text));
                },
                iter: 5000
            );

    [Fact]
    public void Parse_AnyText_IsReadOrRefused() =>
        Gen.Select(Gen.String, Gen.String)
            .Sample(
                (text, value) =>
                {
                    ReadOrRefuse(() => Toml.Parse(text));
                    ReadOrRefuse(() => Toml.Read("", "inner.rank=" + value));
                    ReadOrRefuse(() => SweepOverride.Parse(text));
                },
                iter: 2000
            );

    [Theory]
    [InlineData("[")]
    [InlineData("{a=")]
    [InlineData("a.")]
    public void Parse_DeepNesting_IsRefused(string piece)
    {
        var deep = string.Concat(Enumerable.Repeat(piece, 100_000));

        Assert.Throws<SweepException>(() => Toml.Read("[inner]\nrank = " + deep));
        Assert.Throws<SweepException>(() => Toml.Read("[inner]\n" + deep));
        Assert.Throws<SweepException>(() => Toml.Read("", "inner.rank=" + deep));
        Assert.Throws<SweepException>(() => Toml.Read("", deep + "=1"));
    }

    [Fact]
    public void Parse_WhatTheParserGivesUpOn_IsRefusedWithItsLine() =>
        Assert.StartsWith(
            "s.toml:14: is not TOML here: ",
            Toml.Error($"[inner]\nrank = {new string('[', 1000)}\nbatch = 2"),
            StringComparison.Ordinal
        );

    private static void ReadOrRefuse(Func<object> read)
    {
        try
        {
            read();
        }
        catch (SweepException refused)
        {
            Assert.NotEmpty(refused.Message);
            Assert.InRange(refused.Message.Split('\n').Length, 1, 20);
        }
    }
}
