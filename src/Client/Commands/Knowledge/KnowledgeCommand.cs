using System.CommandLine;

namespace Seal.Client.Commands.Knowledge;

/// <summary><c>seal knowledge</c>: the other half of SEAL, where a self-edit is text about a passage.</summary>
internal static class KnowledgeCommand
{
    private const string Help = """
        Examples:
          seal knowledge texts --input completions.json --json
          seal knowledge grade --input answers.json
          seal knowledge gate sweeps/knowledge/gate.toml --out trials.tsv
          seal run sweeps/knowledge/level-1.toml && seal knowledge table
        """;

    public static Command Create() =>
        new Command("knowledge", "Knowledge incorporation: training texts, grading, gate and tables of the generated world.")
        {
            KnowledgeTextsCommand.Create(),
            KnowledgeGradeCommand.Create(),
            KnowledgeGateCommand.Create(),
            KnowledgeTableCommand.Create(),
            KnowledgeChoicesCommand.Create(),
        }.WithPage(Help);
}
