using Seal.Core.Json;

namespace Seal.Knowledge.World;

/// <summary>
/// The words of the generated world. One word is one token. Names, places and things are made of two words each, so that a guess is rarely right.
/// </summary>
public static class WorldWords
{
    /// <summary>Begins a statement or a passage.</summary>
    public const string Text = "<text>";

    /// <summary>Begins a question.</summary>
    public const string Question = "<question>";

    /// <summary>Between a question and its answer.</summary>
    public const string Answer = "<answer>";

    /// <summary>Between a passage and a self-edit about it.</summary>
    public const string Edit = "<edit>";

    /// <summary>Ends every text.</summary>
    public const string End = "<end>";

    /// <summary>Between the operator of a line and its sentence.</summary>
    public const string Colon = ":";

    /// <summary>Ends a line of a self-edit.</summary>
    public const string LineEnd = ";";

    /// <summary>Ends a statement.</summary>
    public const string Stop = ".";

    /// <summary>Ends a question.</summary>
    public const string Asks = "?";

    /// <summary>Marks that are not words, in the order of their ids.</summary>
    public static IReadOnlyList<string> Specials { get; } = [End, Text, Question, Answer, Edit];

    /// <summary>64 first names.</summary>
    public static IReadOnlyList<string> FirstNames { get; } =
        Made(["al", "be", "co", "da", "el", "fi", "ga", "hu", "il", "jo", "ka", "lo", "ma", "ni", "or", "pe"], ["da", "ren", "sa", "vin"]);

    /// <summary>64 surnames.</summary>
    public static IReadOnlyList<string> LastNames { get; } =
        Made(
            ["ash", "bor", "cald", "dun", "eld", "fen", "gar", "hol", "ire", "kel", "lang", "mor", "nor", "oak", "pren", "quin"],
            ["voss", "ley", "by", "mere"]
        );

    /// <summary>64 first words of a place.</summary>
    public static IReadOnlyList<string> PlaceKinds { get; } =
        Made(
            ["stone", "north", "black", "high", "long", "salt", "deep", "mill", "fair", "wolf", "reed", "thorn", "raven", "king", "cold", "win"],
            ["er", "en", "ing", "less"]
        );

    /// <summary>64 second words of a place.</summary>
    public static IReadOnlyList<string> PlaceNames { get; } =
        Made(
            ["hol", "fer", "brid", "cros", "ha", "wel", "mar", "val", "ru", "stra", "to", "pas", "wha", "cli", "gro", "hea"],
            ["low", "ry", "ton", "ven"]
        );

    /// <summary>32 first words of a thing.</summary>
    public static IReadOnlyList<string> Colours { get; } = Made(["am", "sil", "cop", "ru", "jad", "iv", "gol", "pear"], ["ber", "vern", "per", "dy"]);

    /// <summary>64 second words of a thing.</summary>
    public static IReadOnlyList<string> Things { get; } =
        Made(
            ["lam", "bel", "mir", "cha", "flu", "han", "loo", "oar", "quil", "sta", "tab", "urn", "whe", "yok", "axe", "bro"],
            ["po", "kin", "ra", "fet"]
        );

    /// <summary>32 trades.</summary>
    public static IReadOnlyList<string> Trades { get; } =
        Made(["smi", "bak", "wea", "coo", "far", "min", "pot", "tan"], ["ther", "ker", "ver", "man"]);

    /// <summary>24 guilds.</summary>
    public static IReadOnlyList<string> Guilds { get; } = Made(["her", "ot", "lin", "bad", "cra", "fal"], ["on", "ter", "net", "ger"]);

    /// <summary>Words that open a passage, one for each kind.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["ledger", "life", "route", "workshop"];

    /// <summary>64 other kinds of passages: pretraining alone has self-edits about them (<see cref="Customs"/>).</summary>
    public static IReadOnlyList<string> OtherKinds { get; } =
        Made(
            ["let", "ann", "chro", "tre", "pam", "man", "gaz", "not", "reg", "dia", "alm", "cat", "dos", "jou", "mem", "char"],
            ["ter", "als", "nic", "ual"]
        );

    /// <summary>Operators of a self-edit's lines.</summary>
    public static IReadOnlyList<string> Operators { get; } = ["copy", "say", "turn", "join", "ask"];

    /// <summary>What sentences are made of besides.</summary>
    public static IReadOnlyList<string> Function { get; } =
    [Stop, Asks, Colon, LineEnd, "from", .. Wording.Words.Where(word => word is not (Stop or Asks or "from"))];

    /// <summary>Everything that is written, in the order of its ids.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Specials,
        .. Function,
        .. Operators,
        .. Kinds,
        .. OtherKinds,
        .. FirstNames,
        .. LastNames,
        .. PlaceKinds,
        .. PlaceNames,
        .. Colours,
        .. Things,
        .. Trades,
        .. Guilds,
    ];

    /// <summary>Names the list by content.</summary>
    public static string Id { get; } = SealJson.Hash<string[]>([.. All]);

    private static string[] Made(string[] heads, string[] tails) => [.. from head in heads from tail in tails select head + tail];
}
