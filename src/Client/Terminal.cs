using System.Text.Json;
using Spectre.Console;

namespace Seal.Client;

/// <summary>People read standard error, programs read standard output.</summary>
public static class Terminal
{
    private const int WidthWithoutTerminal = 160;

    public static IAnsiConsole Human { get; } = OnStandardError();

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

    public static void Say(string text) => Human.WriteLine(text);

    public static void Error(string text) => Human.MarkupLineInterpolated($"[red]{text}[/]");
}
