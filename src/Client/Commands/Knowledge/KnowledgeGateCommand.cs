using System.CommandLine;
using System.Globalization;
using Seal.Client.Knowledge;
using Seal.Client.Sweeps;
using Seal.Core.Json;
using Seal.Core.Sweeps;
using Seal.Knowledge;
using Seal.Knowledge.SelfEdits;
using Seal.Knowledge.World;

namespace Seal.Client.Commands.Knowledge;

/// <summary><c>seal knowledge</c>: knowledge incorporation, its gate.</summary>
internal static class KnowledgeGateCommand
{
    private static readonly ArmSpec EveryEdit = new("gate", "grid");

    public static Command Create()
    {
        var sweep = new Argument<string>("sweep") { Description = "A sweep file." };
        var edits = new Option<string[]>("--edit") { Description = "Try these alone.", DefaultValueFactory = _ => [] };
        var seeds = new Option<int>("--inner-seeds") { Description = "Trials of each.", DefaultValueFactory = _ => 2 };
        var output = new Option<string?>("--out") { Description = "Table of trials." };
        var (set, workers) = (CommonOptions.Set(), CommonOptions.Workers());
        var command = new Command("gate", "The gate.") { sweep, edits, seeds, output, set, workers };
        command.SetAction(
            (parsed, cancellation) =>
            {
                var loaded = LoadedSweep.Read(parsed.GetValue(sweep)!, parsed.GetValue(set)!, EveryEdit);
                var passages = loaded.Training;
                var tried = parsed.GetValue(edits)!;
                var trials = new WorldTrials(loaded, parsed.GetValue(output)).Run(
                    passages,
                    tried,
                    parsed.GetValue(seeds),
                    CommonOptions.CheckWorkers(parsed.GetValue(workers)),
                    (done, all) =>
                    {
                        if (done % 50 == 0)
                        {
                            Terminal.Say($"{done}/{all}");
                        }
                    },
                    cancellation
                );
                var read = passages.ToDictionary(task => task.Id, task => SealJson.Parse<Passage>(task.Json));
                foreach (var edit in tried)
                {
                    var own = trials.Where(trial => trial.Edit == edit).ToArray();
                    var line = new System.Text.StringBuilder();
                    line.Append(
                        CultureInfo.InvariantCulture,
                        $"{edit, -34} {own.Average(t => t.Tokens), 7:F0} all {100 * own.Average(t => Share(t.Right[..18])), 5:F1}"
                    );
                    foreach (var format in Enum.GetValues<Format>())
                    {
                        var hits = own.SelectMany(t => read[t.Task].Questions.Select((q, i) => (q, Right: t.Right[i] == '1')))
                            .Where(x => x.q.Fact.Format == format)
                            .ToArray();
                        line.Append(
                            CultureInfo.InvariantCulture,
                            $" {format.ToString()[..1]} {100.0 * hits.Count(x => x.Right) / hits.Length, 5:F1}"
                        );
                    }

                    foreach (var format in Enum.GetValues<Format>())
                    {
                        var mine = own.Where(t => read[t.Task].Asked == format).ToArray();
                        if (mine.Length > 0)
                        {
                            line.Append(
                                CultureInfo.InvariantCulture,
                                $" | {format.ToString()[..1]}: {100 * mine.Average(t => Share(t.Right[..18])), 5:F1} held {100 * mine.Average(t => Share(t.Right[18..])), 5:F1}"
                            );
                        }
                    }

                    Terminal.Tell(line.ToString());
                }

                return Task.FromResult(ExitCode.Ok);
            }
        );
        return command;
    }

    private static double Share(string marks) => marks.Count(mark => mark == '1') / (double)marks.Length;
}
