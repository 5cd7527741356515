using System.CommandLine;

namespace Seal.Client.Commands.Knowledge;

/// <summary><c>seal knowledge</c>: the other half of SEAL, where a self-edit is text about a passage.</summary>
internal static class KnowledgeCommand
{
    private const string Help = """
        Examples:
          seal knowledge texts --input completions.json --json
          seal knowledge grade --input answers.json
        """;

    public static Command Create() =>
        new Command("knowledge", "Knowledge incorporation: training texts, grading, and the gate of the generated world.")
        {
            KnowledgeTextsCommand.Create(),
            KnowledgeGradeCommand.Create(),
            KnowledgeGateCommand.Create(),
        }.WithPage(Help);
}
