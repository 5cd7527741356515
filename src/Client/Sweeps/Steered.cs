using Seal.Client.Display;
using Seal.Core.Steering;
using Seal.Grains.Abstractions;

namespace Seal.Client.Sweeps;

/// <summary>How every steering verb ends, on a store and on a cluster: what was done, or that there was nothing to do and why.</summary>
internal static class Steered
{
    /// <param name="before">The sweep as it stands.</param>
    /// <param name="command">What is wished.</param>
    /// <param name="control">What has been wished so far.</param>
    /// <param name="submission">What the sweep consists of.</param>
    /// <param name="act">Grants the wish; returns the sweep as it stands then.</param>
    /// <param name="said">What is told when it is done.</param>
    /// <param name="json">End with a document.</param>
    /// <param name="resume">The command that goes on with the sweep, where no process runs it; null where one does.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> Once(
        SweepStatus before,
        SteeringCommand command,
        SweepControl control,
        SweepSubmission submission,
        Func<Task<SweepStatus>> act,
        string said,
        bool json,
        string? resume = null
    )
    {
        if (NothingToDo.Because(command, before, control, submission) is { } why)
        {
            return Nothing(before, why, json);
        }

        var after = await act();
        if (command.Mode == SweepMode.Cancel && after.State != SweepState.Cancelled)
        {
            // It ended while it was being told.
            var ended = NothingToDo.Ended(after.Sweep, after.State);
            return Nothing(after, ended, json);
        }

        var state =
            command.Mode == SweepMode.Cancel ? ""
            : resume is null ? $"; it is {StatusView.Word(after.State)}."
            : ResumesBy(command.Mode, resume);
        return End(after, $"The sweep {after.Sweep} {said}{state}", null, json);
    }

    /// <summary>How a verb ends that would change nothing.</summary>
    /// <returns>The exit code.</returns>
    public static int Nothing(SweepStatus status, string why, bool json) => End(status, $"{NothingToDo.Words}{why}.", why, json);

    private static string ResumesBy(SweepMode? mode, string resume) =>
        mode is SweepMode.Pause or SweepMode.Stop
            ? $". No process runs it; go on with:\n  {resume}"
            : $". That is written down, as no process runs it now; what goes on with it obeys:\n  {resume}";

    private static int End(SweepStatus status, string told, string? nothingToDo, bool json)
    {
        Terminal.Tell(told);
        if (json)
        {
            Terminal.Document(SweepDocument.Of(status, null) with { NothingToDo = nothingToDo });
        }

        return ExitCode.Ok;
    }
}
