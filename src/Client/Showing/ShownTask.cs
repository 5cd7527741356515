using System.Globalization;
using System.Text;
using Seal.Client.Display;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;
using Seal.Pages.Live;
using Seal.Pages.Views;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seal.Client.Showing;

/// <summary>A task and what every run tried on it.</summary>
/// <param name="View">Its sweep.</param>
/// <param name="Task">The task.</param>
/// <param name="Document">Its document; null where the store no longer has it.</param>
/// <param name="Tried">In plan order.</param>
internal sealed record ShownTask(
    SweepView View,
    TaskRef Task,
    byte[]? Document,
    IReadOnlyList<(RunView Run, PhaseId Phase, IReadOnlyList<CandidateView> Candidates)> Tried
) : IShown
{
    private const int MostText = 4000;

    private string Split => SweepContents.SetOf(View, Task.Id);

    public IEnumerable<IRenderable> Pictures(int width)
    {
        yield return new Text(
            $"{Split} task {Task.Id} of sweep {View.Name}{(Task.Labels is { } labels ? $", family {labels.Family}, kind {labels.Kind}" : "")}\n"
        );
        if (Document is null)
        {
            yield return new Text("The store no longer has this task.\n");
        }
        else if (TaskPictures.Grids(Task.Id, Document) is { } grids)
        {
            foreach (var block in GridBlocks.For(Terminal.Results).Task(grids))
            {
                yield return block.ToRenderable();
                yield return new Text("\n");
            }
        }
        else
        {
            var text = Encoding.UTF8.GetString(Document);
            yield return new Text((text.Length > MostText ? text[..MostText] + "…" : text) + "\n");
        }

        if (Tried.Count == 0)
        {
            yield return new Text("Nothing was tried on it yet.\n");
            yield break;
        }

        var table = new FittedTable(null, "run and phase", Column.Number("solved"), "candidates");
        foreach (var (run, phase, candidates) in Tried)
        {
            table.AddRow(
                Markup.Escape(new Address(run.Name, phase).ToString()),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{candidates.Count(candidate => candidate.Standing == Standing.Solved)} of {candidates.Count}"
                ),
                TaskStrip.Marks(candidates)
            );
        }

        yield return table;
        yield return new Markup($"[grey]{CandidateMark.Key}[/]\n");
    }

    public object ToDocument() =>
        new
        {
            sweep = View.Name,
            task = Task.Id,
            sha256 = Task.Sha256,
            split = Split,
            family = Task.Labels?.Family,
            kind = Task.Labels?.Kind,
            tried = Tried.Select(tried => new
            {
                run = tried.Run.Name,
                phase = tried.Phase.ToString(),
                candidates = tried.Candidates.Select(CandidateEntry.Of),
            }),
        };
}
