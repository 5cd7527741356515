using System.Globalization;

namespace Seal.Client.Gates;

/// <summary>One self-edit tried on one task.</summary>
/// <param name="Task">Task id.</param>
/// <param name="Seed">Number of the inner seed, from 1.</param>
/// <param name="Exact">1 where the greedy answer is exactly right.</param>
/// <param name="Top2">1 where the vote's first or second answer is right; 0 without a vote.</param>
/// <param name="Accuracy">Right answer tokens, 0..1.</param>
/// <param name="Steps">Steps trained.</param>
/// <param name="Seconds">Time of the trial, training and answering.</param>
/// <param name="Edit">The self-edit.</param>
internal sealed record GateTrial(string Task, int Seed, int Exact, int Top2, double Accuracy, int Steps, double Seconds, string Edit)
{
    public const string Head = "task\tsha256\tseed\texact\ttop2\taccuracy\tsteps\tseconds\tedit";

    /// <summary>Content hash of the task: another task may have its name.</summary>
    public string TaskSha256 { get; init; } = "";

    public string ToLine() =>
        string.Create(CultureInfo.InvariantCulture, $"{Task}\t{TaskSha256}\t{Seed}\t{Exact}\t{Top2}\t{Accuracy:F4}\t{Steps}\t{Seconds:F2}\t{Edit}");

    /// <summary>The trial of a line; null where it is none, as the last line of an interrupted run may be.</summary>
    public static GateTrial? Parse(string line)
    {
        var fields = line.Split('\t');
        return
            fields.Length == 9
            && int.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
            && int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var exact)
            && int.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var top2)
            && double.TryParse(fields[5], CultureInfo.InvariantCulture, out var accuracy)
            && int.TryParse(fields[6], NumberStyles.None, CultureInfo.InvariantCulture, out var steps)
            && double.TryParse(fields[7], CultureInfo.InvariantCulture, out var seconds)
            && fields[8].EndsWith('}')
            ? new GateTrial(fields[0], seed, exact, top2, accuracy, steps, seconds, fields[8]) { TaskSha256 = fields[1] }
            : null;
    }
}
