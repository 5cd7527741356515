using System.CommandLine;
using Seal.Client.Reporting;

namespace Seal.Client.Commands;

/// <summary><c>seal compare</c>: rows of finished sweeps against each other, paired.</summary>
internal static class CompareCommand
{
    private const string Help = """
        A row is a sweep, with the arm and the number of rounds behind it where it has several: sweep, sweep/arm, sweep/arm/rounds,
        sweep/cell/arm/rounds. Without an arm every arm that both sweeps have is compared; look-up rows of a reward table (train-constant,
        task-oracle, uniform, …) count as arms. Differences are <a> − <b> of the share solved, paired by task and outer seed (arms of one
        outer seed use the same inner seeds); 95 % intervals by a bootstrap that resamples outer seeds and tasks as crossed factors and
        self-edits within both. Tasks are the same by their content; what cannot be paired is told. In --json excludesZero is null with
        fewer than five tasks, too few to tell.
        Exit codes: 0 compared; 2 the rows cannot be paired; 4 no such sweep or arm.

        Examples:
          seal compare table/seal table/random
          seal compare table/seal/2 table/seal/0
          seal compare quickstart .seal-other/sweeps/quickstart/results.json --json
        """;

    public static Command Create()
    {
        var a = new Argument<string>("a") { Description = "A row, e.g. table/seal." };
        var b = new Argument<string>("b") { Description = "The row to compare with." };
        var (store, cluster, json) = (CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var command = new Command("compare", "Compare two sweeps, or two rows of the table: differences with 95 % paired intervals.")
        {
            a,
            b,
            store,
            cluster,
            json,
        }
            .InOnePlace()
            .WithPage(Help);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                var comparison = Comparison.Of(await RowChoice.Read(place, parsed.GetValue(a)!), await RowChoice.Read(place, parsed.GetValue(b)!));
                Terminal.Tell(comparison.ToTable());
                foreach (var note in comparison.Notes)
                {
                    Terminal.Tell(note);
                }

                if (parsed.GetValue(json))
                {
                    Terminal.Document(comparison.ToDocument());
                }

                return ExitCode.Ok;
            }
        );
        return command;
    }
}
