using System.CommandLine;
using Seal.Client.Reporting;
using Seal.Client.Sweeps;
using Seal.Core.Proposers;
using Seal.Core.Results;
using Seal.Core.Tables;
using Seal.Reports.Parquet;

namespace Seal.Client.Commands;

/// <summary><c>seal table</c>: the reward table by itself.</summary>
internal static class TableCommand
{
    private const string Help = """
        The reward table holds what every candidate self-edit does on every task under every inner seed, on the frozen base model. 'build'
        makes it before anything else: it runs the arms of the sweep file with proposer = "table", as a sweep of its own named <name>-table,
        resumable like every run. 'seal run' with the same file and store then looks its trials up. 'show' tells what the table says by
        itself; 'export' writes it as Parquet (columns: docs/reward-table.md).
        Exit codes: as 'seal run' for build; 0 shown or written; 2 no table arm; 4 no such sweep, or it has not ended.

        Examples:
          seal table build sweeps/table.toml
          seal table show table-table
          seal table export table --out table.parquet
        """;

    public static Command Create() => new Command("table", "Build, show and export reward tables.") { Build(), Show(), Export() }.WithPage(Help);

    private static Command Build()
    {
        var file = new Argument<string>("sweep") { Description = "The sweep file (TOML) with an arm whose proposer is \"table\"." };
        var (store, set, workers, json) = (CommonOptions.Store(), CommonOptions.Set(), CommonOptions.Workers(), CommonOptions.Json());
        var command = new Command("build", "Compute a sweep's reward table, and nothing else of it. Run the same command again to go on.")
        {
            file,
            store,
            set,
            workers,
            json,
        };
        command.SetAction(
            (parsed, cancellation) =>
                SweepRunner.Run(
                    LoadedSweep.Read(parsed.GetValue(file)!, parsed.GetValue(set)!).TableOnly(),
                    parsed.GetValue(store)!,
                    CommonOptions.CheckWorkers(parsed.GetValue(workers)),
                    parsed.GetValue(json),
                    Invocation.Command(parsed.Tokens.Select(token => token.Value)),
                    cancellation
                )
        );
        return command;
    }

    private static Command Show()
    {
        var (name, store, cluster, json) = (Name(), CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var command = new Command("show", "What the table says: the best constant, the per-task oracle, chance, the best self-edits.")
        {
            name,
            store,
            cluster,
            json,
        }.InOnePlace();
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                foreach (var table in Tables(await FinishedResults.Read(place, parsed.GetValue(name))))
                {
                    var view = new TableView(table);
                    view.Print();
                    if (parsed.GetValue(json))
                    {
                        Terminal.Document(view.ToDocument());
                    }
                }

                return ExitCode.Ok;
            }
        );
        return command;
    }

    private static Command Export()
    {
        var (name, store, cluster, json) = (Name(), CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var file = new Option<string>("--out")
        {
            Description = "The Parquet file to write.",
            Required = true,
            HelpName = "file",
        };
        var command = new Command("export", "Write the table as Parquet. 'seal run' leaves one beside results.json.")
        {
            name,
            file,
            store,
            cluster,
            json,
        }.InOnePlace();
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                var results = await FinishedResults.Read(place, parsed.GetValue(name));
                var table = Tables(results)[0];
                var path = parsed.GetValue(file)!;
                var bytes = await TableFile.Write(table, results);
                PeopleFile.Write(path, bytes);
                Terminal.Tell($"table {path}: {table.Entries.Count} rows, {bytes.Length / 1000} kB");
                if (parsed.GetValue(json))
                {
                    Terminal.Document(
                        new
                        {
                            sweep = results.Sweep,
                            path,
                            rows = table.Entries.Count,
                            bytes = bytes.Length,
                        }
                    );
                }

                return ExitCode.Ok;
            }
        );
        return command;
    }

    private static IReadOnlyList<RewardTable> Tables(SweepResults results)
    {
        var tables = RewardTable.Of(results);
        return tables.Count > 0
            ? tables
            : throw new CommandException(
                ExitCode.Usage,
                $"The sweep {results.Sweep} has no reward table: none of its arms has proposer = \"{TableProposer.Name}\". See sweeps/table.toml."
            );
    }

    private static Argument<string?> Name() =>
        new("sweep") { Description = "The sweep's name (not its file), or its results.json.", Arity = ArgumentArity.ZeroOrOne };
}
