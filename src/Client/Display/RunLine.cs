using System.Globalization;
using Seal.Grains.Abstractions;

namespace Seal.Client.Display;

/// <summary>A line of progress: one run, or the runs of an arm under all their outer seeds where a sweep has more runs than a screen has
/// lines.</summary>
/// <param name="Name">The run's name, or the arm's with the number of its runs.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Ended">Whether every run of the line has its result.</param>
/// <param name="Tasks">Tasks ended and in all, in the phases that run.</param>
/// <param name="Candidates">Candidates ended and in all, in the phases that run.</param>
/// <param name="Solved">Of those that ended, the ones that solved their task.</param>
/// <param name="Parts">What they solved of their tasks, added up; null where a task is solved or not.</param>
/// <param name="Jobs">So far, in all phases.</param>
/// <param name="Steps">So far, in all phases.</param>
internal sealed record RunLine(
    string Name,
    string Phase,
    bool Ended,
    (int Done, int All) Tasks,
    (int Done, int All) Candidates,
    int Solved,
    double? Parts,
    long Jobs,
    long Steps
)
{
    /// <summary>More runs than this are told of by arm.</summary>
    private const int Most = 12;

    public static IReadOnlyList<RunLine> Of(IReadOnlyList<RunProgress> runs) =>
        [.. Grouped(runs).Select(group => group.Runs.Count == 1 ? One(group.Runs[0]) : Several(group.Name, group.Runs))];

    /// <summary>Runs that share a line, with the line's name.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<RunProgress> Runs)> Grouped(IReadOnlyList<RunProgress> runs) =>
        runs.Count <= Most
            ? runs.Select(run => (run.Run, (IReadOnlyList<RunProgress>)[run]))
            : runs.GroupBy(run => (run.Cell, run.Arm))
                .Select(arm =>
                    (arm.Count() == 1 ? arm.First().Run : $"{arm.Key.Cell}-{arm.Key.Arm} ×{Text(arm.Count())}", (IReadOnlyList<RunProgress>)[.. arm])
                );

    private static RunLine One(RunProgress run) =>
        new(
            run.Run,
            $"{run.Phase} ({Text(run.PhaseIndex + 1)}/{Text(run.Phases)})",
            run.Ended,
            (run.TasksDone, run.Tasks),
            (run.CandidatesDone, run.Candidates),
            run.Solved,
            run.Parts,
            run.Accounting.Jobs,
            run.Accounting.Steps
        );

    private static RunLine Several(string name, IReadOnlyList<RunProgress> runs)
    {
        var running = runs.Where(run => !run.Ended).ToArray();
        var phases = running.Select(run => run.Phase).Distinct().Count();
        var phase = phases == 1 ? running[0].Phase : $"{Text(phases)} phases";
        return new RunLine(
            name,
            running.Length < runs.Count ? $"{phase} ({Text(runs.Count - running.Length)} ended)" : phase,
            running.Length == 0,
            (running.Sum(run => run.TasksDone), running.Sum(run => run.Tasks)),
            (running.Sum(run => run.CandidatesDone), running.Sum(run => run.Candidates)),
            running.Sum(run => run.Solved),
            running.Any(run => run.Parts is not null) ? running.Sum(run => run.Parts ?? run.Solved) : null,
            runs.Sum(run => run.Accounting.Jobs),
            runs.Sum(run => run.Accounting.Steps)
        );
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
