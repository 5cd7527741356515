using System.CommandLine;
using Seal.Client.Showing;
using Seal.Client.Sweeps;

namespace Seal.Client.Commands;

/// <summary><c>seal show</c>: one run, phase, task or candidate, from the store's documents alone.</summary>
internal static class ShowCommand
{
    private const string Help = """
        What to show:
          <run>                        its phases, the candidates of the one that runs, what was chosen, what came to nothing
          <run>/<phase>                the same of one phase, e.g. train-2 or evaluate-3
          <task>                       the task, and what every run tried on it
          <run>/<phase>/<task>         its candidates in that phase
          <run>/<phase>/<task>/<n>     one candidate: its self-edit, what became of it and why
        'seal sweep status' names the runs; 'seal sweep watch' and the page name candidates.
        Everything is read from stored documents, while the sweep runs and afterwards.
        Exit codes: 0 shown; 2 which sweep?; 4 no such thing; 5 the store cannot be read.

        Examples:
          seal show default-seal-s1
          seal show default-seal-s1/train-1 --sweep quickstart
          seal show default-seal-s1/train-1/gen-00/3 --store /data/seal --json
        """;

    public static Command Create()
    {
        var what = new Argument<string>("what") { Description = "A run, a phase of it, a task or a candidate; see below." };
        var sweep = new Option<string?>("--sweep") { Description = "The sweep; may be left out where the store has one.", HelpName = "name" };
        var (store, cluster, json) = (CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var command = new Command("show", "Look at one run, task or candidate: what was tried, what became of it and why.")
        {
            what,
            sweep,
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
                var name = await StoredSweeps.Open(place).Choose(parsed.GetValue(sweep));
                var shown = await ShowFinder.Find(place, name, parsed.GetValue(what)!, cancellation);
                foreach (var picture in shown.Pictures(Terminal.Results.Profile.Width))
                {
                    Terminal.Tell(picture);
                }

                if (parsed.GetValue(json))
                {
                    Terminal.Document(shown.ToDocument());
                }

                return ExitCode.Ok;
            }
        );
        return command;
    }
}
