namespace Seal.Client.Gates;

/// <summary>Does the choice of the self-edit matter? The best single edit against the best of each task. Success of a task under an edit is its
/// mean over inner seeds.</summary>
/// <param name="Tasks">Tasks tried.</param>
/// <param name="Oracle">Share of tasks that the best edit of each solves, 0..1.</param>
/// <param name="Constants">Every edit with its share, best first; equal ones in the order of the text.</param>
/// <param name="Random">Mean over all edits: what a uniformly random edit gets.</param>
/// <param name="Steps">Mean steps per trial.</param>
/// <param name="Groups">Per group of tasks: oracle, and what the best constant gets there.</param>
/// <param name="Solved">Per task, its best edit and that edit's success.</param>
/// <param name="CrossFit">The same question with choosing and measuring kept apart; null under one inner seed.</param>
internal sealed record GateSummary(
    int Tasks,
    double Oracle,
    IReadOnlyList<(string Edit, double Share)> Constants,
    double Random,
    double Steps,
    IReadOnlyList<(string Group, int Tasks, double Oracle, double Constant, string Best, double BestShare)> Groups,
    IReadOnlyList<(string Task, string Edit, double Share)> Solved,
    GateCrossFit? CrossFit
)
{
    /// <summary>What choosing per task can add, 0..1, measured on the trials that it was chosen by: inflated by their luck.</summary>
    public double Gap => Oracle - Constants[0].Share;

    /// <param name="trials">At least one; tasks with fewer edits than others count with those they have.</param>
    /// <param name="groupOf">Group of a task.</param>
    /// <param name="success">What counts.</param>
    public static GateSummary Of(IReadOnlyList<GateTrial> trials, Func<string, string> groupOf, Func<GateTrial, double> success)
    {
        var cells = trials
            .GroupBy(trial => (trial.Task, trial.Edit))
            .Select(cell => (cell.Key.Task, cell.Key.Edit, Share: cell.Average(success)))
            .ToArray();
        var best = cells
            .GroupBy(cell => cell.Task)
            .Select(task => task.OrderByDescending(cell => cell.Share).ThenBy(cell => cell.Edit, StringComparer.Ordinal).First())
            .OrderBy(cell => cell.Task, StringComparer.Ordinal)
            .ToArray();
        var constants = Shares(cells);
        var groups = cells
            .GroupBy(cell => groupOf(cell.Task), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group =>
            {
                var own = Shares([.. group])[0];
                return (
                    group.Key,
                    group.Select(cell => cell.Task).Distinct().Count(),
                    best.Where(cell => groupOf(cell.Task) == group.Key).Average(cell => cell.Share),
                    group.Where(cell => cell.Edit == constants[0].Edit).Select(cell => cell.Share).DefaultIfEmpty(0).Average(),
                    own.Edit,
                    own.Share
                );
            });
        return new GateSummary(
            best.Length,
            best.Average(cell => cell.Share),
            constants,
            cells.Average(cell => cell.Share),
            trials.Average(trial => trial.Steps),
            [.. groups],
            best,
            GateCrossFit.Of(trials, groupOf, success)
        );
    }

    private static (string Edit, double Share)[] Shares(IReadOnlyList<(string Task, string Edit, double Share)> cells) =>
        [
            .. cells
                .GroupBy(cell => cell.Edit)
                .Select(edit => (edit.Key, edit.Average(cell => cell.Share)))
                .OrderByDescending(pair => pair.Item2)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal),
        ];
}
