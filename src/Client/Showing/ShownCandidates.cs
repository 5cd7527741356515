using System.Globalization;
using Seal.Client.Display;
using Seal.Pages.Live;
using Seal.Pages.Views;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seal.Client.Showing;

/// <summary>The candidates of a task in a phase.</summary>
/// <param name="Run">The run.</param>
/// <param name="Of">Run, phase and task.</param>
/// <param name="Candidates">In order of their index.</param>
internal sealed record ShownCandidates(RunView Run, Address Of, IReadOnlyList<CandidateView> Candidates) : IShown
{
    public IEnumerable<IRenderable> Pictures(int width)
    {
        var table = new FittedTable(
            Of.ToString(),
            Column.Number("n"),
            "what became of it",
            Column.Number("reward"),
            Column.Number("tokens right"),
            "self-edit, or why it is none"
        );
        foreach (var candidate in Candidates)
        {
            var (mark, colour) = CandidateMark.Of(candidate);
            table.AddRow(
                candidate.Index.ToString(CultureInfo.InvariantCulture),
                $"[{colour}]{mark}[/] {Words.Of(candidate.Standing)}",
                Pieces.Number(candidate.Reward),
                candidate.Accuracy is { } share ? FormattableString.Invariant($"{100 * share:0.#} %") : "–",
                Markup.Escape(candidate.Payload is { } payload ? Pieces.Edit(payload) : Pieces.Line(candidate.Reason ?? ""))
            );
        }

        yield return table;
    }

    public object ToDocument() =>
        new
        {
            run = Run.Name,
            phase = Of.Phase.ToString(),
            task = Of.Task,
            candidates = Candidates.Select(CandidateEntry.Of),
        };
}
