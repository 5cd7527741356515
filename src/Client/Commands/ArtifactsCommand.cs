using System.CommandLine;
using Seal.Client.Artifacts;
using Seal.Client.Sweeps;
using Seal.Silo.Storage;

namespace Seal.Client.Commands;

/// <summary><c>seal artifacts</c>: look after what a store holds.</summary>
internal static class ArtifactsCommand
{
    private const string VerifyHelp = """
        Reads everything and changes nothing; may be run beside a sweep. Exit codes: 0 all whole; 4 no such store; 5 something is damaged or missing.

        Examples:
          seal artifacts verify
          seal artifacts verify --cluster cluster.json --json
        """;

    private const string ExportHelp = """
        Under [gate] the versions that were promoted are copied; --quarantined copies the others too, for a look at what went wrong.
        Exit codes: 0 ok; 2 the folder is not empty, or the run trains all weights; 4 no such sweep or run, or it has learned nothing that may
        be used; 5 the store is damaged.

        Example:
          seal artifacts export base-seal-s1 adapters --sweep quickstart
        """;

    public static Command Create() =>
        new("artifacts", "Check or copy what a store holds.") { Verify(), Export(), PackCommands.Pack(), PackCommands.Unpack() };

    private static Command Verify()
    {
        var (store, cluster, json) = (CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var command = new Command("verify", "Recompute the SHA-256 of everything in the store, and name what is damaged or missing.")
        {
            store,
            cluster,
            json,
        }
            .InOnePlace()
            .WithPage(VerifyHelp);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                place.Demand();
                await place.DemandOwnFormat();
                var audit = new ArtifactAudit(place.Store);
                var defects = new List<ArtifactDefect>();
                await foreach (var defect in audit.Verify(cancellation))
                {
                    defects.Add(defect);
                    Terminal.Tell($"{defect.Key}: {defect.Problem}", "red", "");
                }

                Terminal.Tell($"{Terminal.Count(audit.Read, "artifact")} read, {Terminal.Count(defects.Count, "defect")}.");
                if (parsed.GetValue(json))
                {
                    Terminal.Document(new { read = audit.Read, defects });
                }

                return defects.Count == 0 ? ExitCode.Ok : ExitCode.Unreachable;
            }
        );
        return command;
    }

    private static Command Export()
    {
        var run = new Argument<string>("run") { Description = "The run, e.g. base-seal-s1." };
        var folder = new Argument<string>("folder") { Description = "A new folder." };
        var sweep = new Option<string?>("--sweep") { Description = "The sweep's name; may be left out where the store has one.", HelpName = "name" };
        var quarantined = new Option<bool>("--quarantined")
        {
            Description = "Also versions that the gate did not promote; their folders' names say so.",
        };
        var (store, cluster) = (CommonOptions.Store(), CommonOptions.Cluster());
        var command = new Command("export", "Copy a run's policy adapters as PEFT folders with model cards, one a round.")
        {
            run,
            folder,
            quarantined,
            sweep,
            store,
            cluster,
        }
            .InOnePlace()
            .WithPage(ExportHelp);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                var name = await StoredSweeps.Open(place).Choose(parsed.GetValue(sweep));
                var export = new PeftExport(place, name);
                foreach (
                    var written in await export.Write(parsed.GetValue(run)!, parsed.GetValue(folder)!, parsed.GetValue(quarantined), cancellation)
                )
                {
                    Terminal.Tell(written);
                }

                return ExitCode.Ok;
            }
        );
        return command;
    }
}
