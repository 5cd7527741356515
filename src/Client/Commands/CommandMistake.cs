using System.CommandLine;
using Seal.Core.Sweeps.Reading;

namespace Seal.Client.Commands;

/// <summary>A command line that cannot be understood: what is wrong, what was probably meant, where it is explained.</summary>
internal static class CommandMistake
{
    /// <returns>The exit code.</returns>
    public static int Tell(ParseResult parsed)
    {
        foreach (var line in Lines(parsed))
        {
            Terminal.Error(line);
        }

        Terminal.Say($"'{Path(parsed.CommandResult.Command)} --help' explains.");
        return ExitCode.Usage;
    }

    internal static IReadOnlyList<string> Lines(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens is not [var word, ..])
        {
            return [.. parsed.Errors.Select(error => error.Message)];
        }

        // What follows a word that is not understood is not understood either: one message is enough.
        var isOption = word.StartsWith('-');
        var known = isOption ? command.Options.Select(option => option.Name) : command.Subcommands.Select(verb => verb.Name);
        if (command is RootCommand && word.EndsWith(".toml", StringComparison.OrdinalIgnoreCase))
        {
            return [$"'{Path(command)}' has no command '{word}'; did you mean 'run {word}'?"];
        }

        var near = Spelling.Closest(word, known);
        var what =
            isOption || command.Subcommands.Count == 0 ? $"'{Path(command)}' does not take '{word}'" : $"'{Path(command)}' has no command '{word}'";
        return
        [
            $"{what}{(near is null ? "" : $"; did you mean '{near}'?")}{(near is null && !isOption && command.Subcommands.Count > 0 ? $"; there is {string.Join(", ", known)}" : "")}",
        ];
    }

    /// <summary>The words that lead to a command.</summary>
    private static string Path(Command command)
    {
        var names = new List<string>();
        for (Command? verb = command; verb is not null and not RootCommand; verb = verb.Parents.OfType<Command>().FirstOrDefault())
        {
            names.Insert(0, verb.Name);
        }

        return string.Join(' ', names.Prepend("seal"));
    }
}
