using System.Text.Json;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seal.Client;

/// <summary>
/// Everything that the console writes, and where. What a verb found or did is its <em>result</em>: it goes to standard output, as text, or with
/// <c>--json</c> as one document; then the text goes to standard error. Progress, hints and errors always go to standard error.
/// </summary>
public static class Terminal
{
    private const int WidthWithoutTerminal = 160;

    private static readonly HashSet<string> Said = new(StringComparer.Ordinal);

    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Standard error, where progress is drawn.</summary>
    public static IAnsiConsole Human { get; } = On(Console.Error, Console.IsErrorRedirected);

    /// <summary>True where the verb ends with a document, so that standard output is a program's.</summary>
    public static bool EndsWithDocument { get; set; }

    /// <summary>Where results for people go. Made anew each time: tests put other writers in the place of the console's.</summary>
    public static IAnsiConsole Results =>
        EndsWithDocument ? On(Console.Error, Console.IsErrorRedirected) : On(Console.Out, Console.IsOutputRedirected);

    /// <summary>True where a picture can be redrawn in place.</summary>
    public static bool IsLive => Human.Profile.Capabilities.Interactive && Human.Profile.Out.IsTerminal;

    private static TextWriter ResultLines => EndsWithDocument ? Console.Error : Console.Out;

    /// <summary>One document on standard output.</summary>
    public static void Document<T>(T value) => Document(JsonSerializer.Serialize(value, CamelCase));

    /// <summary>A document that is JSON already.</summary>
    public static void Document(string json) => Console.Out.WriteLine(json);

    /// <summary>Part of a document that is too long to be held in one piece.</summary>
    public static void PartOfDocument(string json) => Console.Out.Write(json);

    /// <summary>A line of the result.</summary>
    public static void Tell(string text) => ResultLines.WriteLine(text);

    /// <summary>A line of the result that begins with a coloured word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="colour">red, green or yellow.</param>
    /// <param name="rest">What follows, as it is.</param>
    public static void Tell(string word, string colour, string rest) => Mark(ResultLines, Results, word, colour, rest);

    /// <summary>A table or a picture of the result.</summary>
    public static void Tell(IRenderable picture) => Results.Write(picture);

    /// <summary>A hint or a step of progress. A long command is wrapped by the terminal alone, so that it can be copied whole.</summary>
    public static void Say(string text)
    {
        lock (Said)
        {
            Said.Add(text);
        }

        Console.Error.WriteLine(text);
    }

    /// <summary>Says it unless it was said already.</summary>
    public static void SayOnce(string text)
    {
        lock (Said)
        {
            if (!Said.Add(text))
            {
                return;
            }
        }

        Console.Error.WriteLine(text);
    }

    /// <summary>"1 run", "2 runs".</summary>
    public static string Count(int number, string what) => FormattableString.Invariant($"{number} {what}{(number == 1 ? "" : "s")}");

    public static void Error(string text) => Mark(Console.Error, Human, text, "red", "");

    private static void Mark(TextWriter writer, IAnsiConsole console, string word, string colour, string rest)
    {
        var code = colour switch
        {
            "red" => 31,
            "green" => 32,
            _ => 33,
        };
        var isColoured = console.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors };
        writer.WriteLine(isColoured ? $"\e[{code}m{word}\e[0m{rest}" : word + rest);
    }

    private static IAnsiConsole On(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isRedirected)
        {
            console.Profile.Width = WidthWithoutTerminal;
        }

        return console;
    }
}
