using Seal.Pages.Live;
using Spectre.Console;

namespace Seal.Client.Display;

/// <summary>Tasks by candidates as text: each task's name and a character for each of its candidates, as many tasks a line as fit.</summary>
internal static class TaskStrip
{
    private const int NameWidth = 14,
        WideName = 28,
        Wide = 120,
        Gap = 2;

    /// <summary>Lines of markup, none wider than the terminal.</summary>
    /// <param name="tasks">In the phase's order.</param>
    /// <param name="width">Characters of a line.</param>
    /// <param name="most">Lines there is room for; at least one is drawn.</param>
    public static IReadOnlyList<string> Lines(IReadOnlyList<(string Task, IReadOnlyList<CandidateView> Candidates)> tasks, int width, int most)
    {
        if (tasks.Count == 0)
        {
            return [];
        }

        var name = Math.Min(Math.Min(width < Wide ? NameWidth : WideName, Math.Max(1, width - 2)), tasks.Max(task => task.Task.Length));
        var marks = Math.Clamp(tasks.Max(task => task.Candidates.Count), 1, Math.Max(1, width - name - 1));
        var perLine = Math.Max(1, (width + Gap) / (name + 1 + marks + Gap));
        var lines = (tasks.Count + perLine - 1) / perLine;
        var isCut = lines > Math.Max(1, most);
        var shown = isCut ? Math.Max(1, most - 1) : lines;

        // Where not all fit, the line with the first task that is not finished comes second, so that its end can be seen.
        var open = tasks.Index().FirstOrDefault(task => task.Item.Candidates.Any(IsOpen), (tasks.Count, default)).Item1 / perLine;
        var from = isCut ? Math.Clamp(open - 1, 0, lines - shown) : 0;
        var drawn = tasks
            .Skip(from * perLine)
            .Take(shown * perLine)
            .Chunk(perLine)
            .Select(some => string.Join(new string(' ', Gap), some.Select(task => Cell(task.Task, task.Candidates, name, marks))).TrimEnd());
        var last = Math.Min(tasks.Count, (from + shown) * perLine);
        return isCut && most > 1
            ? [.. drawn, FormattableString.Invariant($"[grey]tasks {(from * perLine) + 1} to {last} of {tasks.Count}[/]")]
            : [.. drawn];
    }

    /// <summary>The candidates of one task.</summary>
    public static string Marks(IReadOnlyList<CandidateView> candidates, int most = int.MaxValue) =>
        string.Concat(
            candidates
                .Take(candidates.Count > most ? most - 1 : most)
                .Select(candidate => CandidateMark.Of(candidate) is var (mark, colour) ? $"[{colour}]{mark}[/]" : "")
        ) + (candidates.Count > most ? "…" : "");

    private static bool IsOpen(CandidateView candidate) => candidate.Standing is Standing.Asked or Standing.Waiting or Standing.Running;

    private static string Cell(string task, IReadOnlyList<CandidateView> candidates, int name, int marks)
    {
        var label = task.Length <= name ? task.PadRight(name) : task[..(name - 1)] + "…";
        return $"{Markup.Escape(label)} {Marks(candidates, marks)}{new string(' ', Math.Max(0, marks - candidates.Count))}";
    }
}
