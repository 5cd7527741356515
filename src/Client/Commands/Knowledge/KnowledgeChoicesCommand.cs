using System.CommandLine;
using Seal.Client.Reporting;
using Seal.Core.Json;
using Seal.Knowledge.SelfEdits;

namespace Seal.Client.Commands.Knowledge;

/// <summary><c>seal knowledge choices</c>: the operators that a policy chose, as self-edits that are written by rule.</summary>
internal static class KnowledgeChoicesCommand
{
    private const string Help = """
        Takes the self-edits of an arm's last evaluation, under all its seeds, and writes for each task the same operators as rules
        (rule turn*4 say*2): a file for an arm with proposer = "file". Tried, they say what the policy's choices are worth in the hands of a
        perfect writer; what is missing to that the policy loses by writing.
        Exit codes: 0 written; 2 the arm wrote no lines; 4 no such sweep or arm.

        Example:
          seal knowledge choices knowledge-level-1 --arm seal --out choices.json
        """;

    public static Command Create()
    {
        var name = CommonOptions.FinishedSweep();
        var arm = new Option<string>("--arm")
        {
            Description = "The arm that wrote.",
            HelpName = "name",
            DefaultValueFactory = _ => "seal",
        };
        var output = new Option<string>("--out")
        {
            Description = "The file of self-edits.",
            HelpName = "file",
            Required = true,
        };
        var (store, cluster) = (CommonOptions.Store(), CommonOptions.Cluster());
        var command = new Command("choices", "Write the operators that a policy chose as self-edits by rule.") { name, arm, output, store, cluster }
            .InOnePlace()
            .WithPage(Help);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                var results = await FinishedResults.Read(place, parsed.GetValue(name));
                var wanted = parsed.GetValue(arm)!;
                var runs = results.Runs.Where(run => run.Arm == wanted).ToArray();
                if (runs.Length == 0)
                {
                    throw new CommandException(
                        ExitCode.NotFoundOrConflict,
                        $"--arm: {results.Sweep} has no arm '{wanted}'; expected one of "
                            + $"{string.Join(", ", results.Runs.Select(run => run.Arm).Distinct(StringComparer.Ordinal))}."
                    );
                }

                var chosen = new SortedDictionary<string, IReadOnlyList<string>>(
                    runs.Select(run => run.Phases.LastOrDefault(phase => phase.Phase.IsEvaluation))
                        .SelectMany(phase => phase?.Tasks ?? [])
                        .SelectMany(task => task.Candidates.Select(candidate => (task.Task, Rule: ByRule(candidate.Payload))))
                        .Where(one => one.Rule is not null)
                        .GroupBy(one => one.Task, StringComparer.Ordinal)
                        .ToDictionary(task => task.Key, task => (IReadOnlyList<string>)[.. task.Select(one => one.Rule!)]),
                    StringComparer.Ordinal
                );
                if (chosen.Count == 0)
                {
                    throw new CommandException(ExitCode.Usage, $"--arm: '{wanted}' of {results.Sweep} wrote no lines of the generated world.");
                }

                PeopleFile.Write(parsed.GetValue(output)!, SealJson.ToBytes(chosen));
                Terminal.Tell(
                    $"{chosen.Values.Sum(list => list.Count)} self-edits of {chosen.Count} tasks, at most {chosen.Values.Max(list => list.Count)} of "
                        + $"one: {parsed.GetValue(output)}"
                );
                return ExitCode.Ok;
            }
        );
        return command;
    }

    private static string? ByRule(string? payload) =>
        payload is not null && WorldEdit.Parse(payload, out _) is WorldEdit.Lines lines
            ? new WorldEdit.Mix([.. lines.Written.Select(line => line.Operator)]).Text
            : null;
}
