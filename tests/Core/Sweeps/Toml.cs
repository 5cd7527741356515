using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

/// <summary>Short sweeps for tests.</summary>
internal static class Toml
{
    /// <summary>The least that is a sweep: 12 lines, so that what a test adds starts in line 13.</summary>
    public const string Least = """
        name = "least"
        seeds = [1]

        [model]
        path = "model"

        [tasks]
        source = "generated"
        train_count = 2
        evaluate_count = 3



        """;

    public static SweepSpec Read(string more, params string[] overrides) => Parse(Least + more, overrides);

    public static SweepSpec Parse(string text, params string[] overrides) =>
        SweepFile.Parse(text.ReplaceLineEndings("\n"), "s.toml", "/sweeps", SweepOverrides.Parse(overrides), "/here");

    /// <summary>The error's lines.</summary>
    public static string[] Errors(string more, params string[] overrides) => ErrorsOf(Least + more, overrides);

    public static string[] ErrorsOf(string text, params string[] overrides) =>
        Assert.Throws<SweepException>(() => Parse(text, overrides)).Message.Split('\n');

    public static string Error(string more, params string[] overrides) => Assert.Single(Errors(more, overrides));
}
