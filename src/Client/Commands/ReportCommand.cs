using System.CommandLine;
using System.Text;
using Seal.Client.Reporting;
using Seal.Core.Artifacts;

namespace Seal.Client.Commands;

/// <summary><c>seal report</c>: a sweep as one page.</summary>
internal static class ReportCommand
{
    private const string Help = """
        The page needs no other file, no script and no network; 'seal run' leaves one beside results.json. Its first part is a function of the results
        alone, so equal sweeps give equal pages up to the accounting at the end.
        Exit codes: 0 written; 2 which sweep?; 4 no such sweep, or it has not ended; 5 the store is damaged or the file cannot be written.

        Examples:
          seal report quickstart
          seal report table --out table.html
          seal report quickstart --cluster cluster.json --out page.html
          seal report .seal/sweeps/quickstart/results.json --out page.html
        """;

    public static Command Create()
    {
        var name = CommonOptions.FinishedSweep();
        var (store, cluster, json) = (CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var file = new Option<string?>("--out")
        {
            Description = "Where to write the page. Default: report.html beside the sweep's results.",
            HelpName = "file",
        };
        var command = new Command(
            "report",
            "Write a finished sweep as one self-contained HTML page: table, rounds, choices, heat map, losses, grids."
        )
        {
            name,
            store,
            cluster,
            file,
            json,
        }
            .InOnePlace()
            .WithPage(Help);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                var results = await FinishedResults.Read(place, parsed.GetValue(name));
                var page = Encoding.UTF8.GetBytes(await ReportFile.Page(place, results));
                var path = parsed.GetValue(file) ?? (place.Root is { } root ? Path.Combine(root, ReportFile.Key(results.Sweep)) : null);
                if (path is null)
                {
                    await place.Store.WriteAsync(ReportFile.Key(results.Sweep), page, WriteCondition.Always, cancellation);
                    path = place.Locate(ReportFile.Key(results.Sweep));
                }
                else
                {
                    PeopleFile.Write(path, page);
                }

                Terminal.Tell($"report {path} ({page.Length / 1000} kB); open it in a browser");
                if (parsed.GetValue(json))
                {
                    Terminal.Document(
                        new
                        {
                            sweep = results.Sweep,
                            path,
                            bytes = page.Length,
                        }
                    );
                }

                return ExitCode.Ok;
            }
        );
        return command;
    }
}
