using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using Seal.Client.Commands;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Docs;

/// <summary>docs/commands.md has what <c>--help</c> says of every verb, so that it can be read and searched without a build.</summary>
public sealed class CommandsPageTests
{
    private const string Head = """
        # Commands

        What `seal <verb> --help` says, of every verb.
        [console.md](console.md) has an overview, the exit codes and what is in a store.

        """;

    [Fact]
    public void Page_OfEveryVerb_IsTheOneThatIsWrittenDown()
    {
        var page = Places.InRepository("docs/commands.md");
        var expected = Page();
        var found = Path.Combine(AppContext.BaseDirectory, "commands.md.found");
        File.WriteAllText(found, expected);

        Assert.True(File.Exists(page) && File.ReadAllText(page) == expected, $"docs/commands.md is not what the console says; copy {found} there.");
    }

    private static string Page()
    {
        var page = new StringBuilder(Head);
        page.Append("\n## With every verb\n\n| | default | meaning |\n|---|---|---|\n");
        foreach (var option in SealConsole.Root().Options.Where(option => option.Recursive && option is not (HelpOption or VersionOption)))
        {
            Row(page, option);
        }

        foreach (var verb in SealConsole.Root().Subcommands)
        {
            Write(page, verb, "seal");
        }

        return page.ToString();
    }

    private static void Write(StringBuilder page, Command verb, string before)
    {
        var name = $"{before} {verb.Name}";
        if (verb.Subcommands.Count == 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {name}\n\n{Lines(verb.Description!)}\n\n");
            page.Append("| | default | meaning |\n|---|---|---|\n");
            foreach (var argument in verb.Arguments.Where(argument => !argument.Hidden))
            {
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `<{argument.Name}>` | {(argument.HasDefaultValue ? "" : "–")} | {Cell(argument.Description)} |\n"
                );
            }

            foreach (var option in verb.Options.Where(option => !option.Hidden && option is not HelpOption))
            {
                Row(page, option);
            }
        }

        if (HelpPages.PageOf(verb) is { } text)
        {
            page.Append(verb.Subcommands.Count == 0 ? "\n" : $"\n## {name}\n\n{Lines(verb.Description!)}\n\n");
            page.Append(CultureInfo.InvariantCulture, $"```\n{text.Trim()}\n```\n");
        }

        foreach (var part in verb.Subcommands)
        {
            Write(page, part, name);
        }
    }

    private static void Row(StringBuilder page, Option option) =>
        page.Append(CultureInfo.InvariantCulture, $"| `{Named(option)}` | {Default(option)} | {Cell(option.Description)} |\n");

    private static string Named(Option option) => option.HelpName is { } value ? $"{option.Name} <{value}>" : option.Name;

    /// <summary>Of a machine of any size: the number of its cores is no fixed one.</summary>
    private static string Default(Option option) =>
        option.Name == "--workers" ? "processor cores"
        : !option.HasDefaultValue || option.ValueType == typeof(bool) ? "–"
        : option.GetDefaultValue() switch
        {
            null or System.Array { Length: 0 } => "–",
            var value => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
        };

    private static string Cell(string? text) => (text ?? "").Replace("|", "\\|", StringComparison.Ordinal);

    private static string Lines(string text) => text.Replace(". ", ".\n", StringComparison.Ordinal);
}
