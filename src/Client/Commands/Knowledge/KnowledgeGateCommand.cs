using System.CommandLine;
using System.Globalization;
using Seal.Client.Display;
using Seal.Client.Knowledge;
using Seal.Client.Sweeps;
using Seal.Core.Proposers;
using Seal.Core.Sweeps;
using Seal.Knowledge;
using Seal.Knowledge.SelfEdits;
using Seal.Knowledge.World;

namespace Seal.Client.Commands.Knowledge;

/// <summary><c>seal knowledge gate</c>: is there anything for a policy to learn in the generated world?</summary>
internal static class KnowledgeGateCommand
{
    private const int Seeds = 2;

    /// <summary>A gate tries what it tries with the sweep's settings; what an arm sets for itself is for that arm alone.</summary>
    private static readonly ArmSpec EveryEdit = new("gate", "grid");

    private const string Help = """
        Six figures about a model of the generated world and the sweep's inner loop, each with its limit: does the model answer with the
        passage in front of it (90 %), does it answer about its background from its weights (90 %), what does the raw passage open but
        forward questions (at most 5 points), what do rule-written lines of the right operator open (80 % of the main format), how far is
        one mix of operators for all from one for each kind (15 points), and how reliable is the reward within passages (0.7). The sweep's
        training passages are tried, under two inner seeds. A table of trials (--out) is gone on from after Ctrl-C or a kill.
        Passages from number 1000000 on are for tables alone and are refused.
        Exit codes: 0 all figures hold; 2 the sweep cannot be used; 3 one does not hold; 4 --out has trials of other settings; 130 interrupted.

        Example:
          seal knowledge gate sweeps/knowledge/gate.toml --out trials.tsv
        """;

    public static Command Create()
    {
        var sweep = new Argument<string>("sweep") { Description = "A sweep file of the domain \"knowledge\": its model, passages and inner loop." };
        var edits = new Option<string[]>("--edit")
        {
            Description = "Try these self-edits alone, e.g. \"rule turn*6\", and print their rows without a verdict. May be repeated.",
            HelpName = "text",
            DefaultValueFactory = _ => [],
        };
        var output = new Option<string?>("--out")
        {
            Description = "Table of trials, tab-separated; what is in it is not tried again.",
            HelpName = "file",
        };
        var (set, workers, json) = (CommonOptions.Set(), CommonOptions.Workers(), CommonOptions.Json());
        var command = new Command("gate", "Measure whether there is anything to learn in the generated world: six figures and a verdict.")
        {
            sweep,
            edits,
            output,
            set,
            workers,
            json,
        }.WithPage(Help);
        command.SetAction(
            (parsed, cancellation) =>
            {
                var loaded = LoadedSweep.Read(parsed.GetValue(sweep)!, parsed.GetValue(set)!, EveryEdit);
                Demand(loaded);
                string[] own = [.. parsed.GetValue(edits)!.Select(Canonical)];
                var tried = own.Length > 0 ? own : WorldGate.Edits;
                Terminal.Say(
                    $"{loaded.Training.Count} passages, {tried.Count} self-edits, {Seeds} inner seeds: "
                        + $"{loaded.Training.Count * tried.Count * Seeds} trials"
                );
                var run = new WorldTrials(loaded, parsed.GetValue(output));
                var trials = run.Run(loaded.Training, tried, Seeds, CommonOptions.CheckWorkers(parsed.GetValue(workers)), Progress, cancellation);
                var gate = new WorldGate(loaded.Training, trials, loaded.Runs[0].Settings.Reward.Trials ?? 1);
                Terminal.Tell(Rows(gate, tried));
                IReadOnlyList<GateFigure> figures = own.Length > 0 ? [] : gate.Figures(run.Background(cancellation));
                if (figures.Count > 0)
                {
                    Terminal.Tell(Table(figures));
                }

                if (parsed.GetValue(json))
                {
                    Terminal.Document(new { figures, rows = tried.Select(edit => new { edit, accuracy = gate.Accuracy(edit) }) });
                }

                return Task.FromResult(figures.All(figure => figure.Passes) ? ExitCode.Ok : ExitCode.Failures);
            }
        );
        return command;
    }

    /// <exception cref="CommandException">It is no self-edit; says why.</exception>
    private static string Canonical(string edit)
    {
        string? problem = null;
        return edit == NoneProposer.Payload ? edit
            : WorldEdit.Parse(edit, out problem) is { } read ? read.Text
            : throw new CommandException(ExitCode.Usage, $"--edit: {problem}; got '{edit}'.");
    }

    private static void Demand(LoadedSweep sweep)
    {
        if (sweep.Runs[0].Settings.Domain != KnowledgeDomain.Name)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"'seal knowledge gate' knows the domain \"{KnowledgeDomain.Name}\" alone, and this is \"{sweep.Runs[0].Settings.Domain}\"."
            );
        }

        var last = sweep.Spec.Tasks.Seed + sweep.Training.Count;
        if (last > PassageMaker.FirstJudging)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"tasks.seed: passages from number {PassageMaker.FirstJudging} on are for tables alone, so that nothing was chosen by them; "
                    + "expected a smaller number, e.g. 0."
            );
        }
    }

    private static FittedTable Rows(WorldGate gate, IReadOnlyList<string> edits)
    {
        var formats = Enum.GetValues<Format>();
        var table = new FittedTable(
            "answered, all questions; by format; of passages that mostly ask it, the same facts in other words",
            [
                "self-edit",
                Column.Number("tokens"),
                Column.Number("all"),
                .. formats.Select(format => Column.Number(Name(format))),
                .. formats.Select(format => Column.Number($"{Name(format)}, other words")),
            ]
        );
        foreach (var edit in edits)
        {
            table.AddRow([
                edit,
                gate.Tokens(edit).ToString("F0", CultureInfo.InvariantCulture),
                Percent(gate.Accuracy(edit)),
                .. formats.Select(format => Percent(gate.OfFormat(edit, format))),
                .. formats.Select(format => Percent(gate.OfMain(edit, format, heldOut: true))),
            ]);
        }

        return table;
    }

    private static FittedTable Table(IReadOnlyList<GateFigure> figures)
    {
        var table = new FittedTable(null, "figure", Column.Number("found"), Column.Number("limit"), "");
        foreach (var figure in figures)
        {
            table.AddRow(
                figure.Name,
                figure.Value?.ToString("F3", CultureInfo.InvariantCulture) ?? "–",
                figure.Limit.ToString("F2", CultureInfo.InvariantCulture),
                figure.Passes ? "holds" : "does not hold"
            );
        }

        return table;
    }

    private static void Progress(int done, int all)
    {
        if (done % 100 == 0 || done == all)
        {
            Terminal.Say($"{done} of {all} trials");
        }
    }

    private static string Name(Format format) => format.ToString().ToLowerInvariant();

    private static string Percent(double share) => double.IsNaN(share) ? "–" : (100 * share).ToString("F1", CultureInfo.InvariantCulture);
}
