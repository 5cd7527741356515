using System.Text.Json;
using Spectre.Console;

namespace Seal.Client;

/// <summary>People read standard error, programs read standard output.</summary>
public static class Terminal
{
    private const int WidthWithoutTerminal = 160;

    public static IAnsiConsole Human { get; } = OnStandardError();

    private static readonly HashSet<string> Said = new(StringComparer.Ordinal);

    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static IAnsiConsole OnStandardError()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        if (Console.IsErrorRedirected)
        {
            console.Profile.Width = WidthWithoutTerminal;
        }

        return console;
    }

    /// <summary>One document on standard output.</summary>
    public static void Document<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, CamelCase));

    /// <summary>True where a picture can be redrawn in place.</summary>
    public static bool IsLive => Human.Profile.Capabilities.Interactive && Human.Profile.Out.IsTerminal;

    /// <summary>A line as it is: a long command is wrapped by the terminal alone, so that it can be copied whole.</summary>
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

    public static void Error(string text) => Mark(text, "red", "");

    /// <summary>A line that begins with a coloured word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="colour">red, green or yellow.</param>
    /// <param name="rest">What follows, as it is.</param>
    public static void Mark(string word, string colour, string rest)
    {
        var code = colour switch { "red" => 31, "green" => 32, _ => 33 };
        Console.Error.WriteLine(IsColoured ? $"\e[{code}m{word}\e[0m{rest}" : word + rest);
    }

    private static bool IsColoured => Human.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors };
}
