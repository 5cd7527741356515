using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Seal.Client.Commands;

/// <summary>What a verb's own <c>--help</c> tells beyond the one line that lists show: exit codes, examples.</summary>
internal static class HelpPages
{
    private static readonly Dictionary<Command, string> Pages = [];

    /// <summary>Gives the verb a page.</summary>
    public static Command WithPage(this Command command, string page)
    {
        Pages[command] = page;
        return command;
    }

    /// <returns>What the verb's page has; null for a verb without one.</returns>
    public static string? PageOf(Command command) => Pages.GetValueOrDefault(command);

    /// <summary>Makes <c>--help</c> print the pages.</summary>
    public static RootCommand WithPages(this RootCommand root)
    {
        root.Options.OfType<HelpOption>().Single().Action = new Action();
        return root;
    }

    private sealed class Action : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = new HelpAction().Invoke(parseResult);
            if (PageOf(parseResult.CommandResult.Command) is { } page)
            {
                parseResult.InvocationConfiguration.Output.WriteLine(page);
                parseResult.InvocationConfiguration.Output.WriteLine();
            }

            return code;
        }
    }
}
