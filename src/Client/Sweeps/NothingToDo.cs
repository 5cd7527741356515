using System.Globalization;
using Seal.Client.Display;
using Seal.Core.Steering;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;

namespace Seal.Client.Sweeps;

/// <summary>Says of a wish that would change nothing why that is so. Pure; the same for a store and for a cluster.</summary>
internal static class NothingToDo
{
    public const string Words = "nothing to do: ";

    /// <summary>The wish behind <c>cancel</c>; grains give it its revision.</summary>
    public static SteeringCommand Cancelling { get; } = new(0, "", SweepMode.Cancel);

    public static bool IsEnded(SweepState state) => state is SweepState.Completed or SweepState.Incomplete;

    public static string Ended(string sweep, SweepState state) => $"the sweep {sweep} has ended ({StatusView.Word(state)})";

    /// <param name="command">What is wished.</param>
    /// <param name="before">The sweep as it stands.</param>
    /// <param name="control">What has been wished so far.</param>
    /// <param name="submission">What the sweep consists of.</param>
    /// <returns>Null where the wish changes something.</returns>
    public static string? Because(SteeringCommand command, SweepStatus before, SweepControl control, SweepSubmission submission)
    {
        var name = before.Sweep;
        if (command.Rounds > 0 || command.Seeds is { Count: > 0 })
        {
            return Extended(command, control, submission, name);
        }

        if (command.Move is { } move)
        {
            return SweepIdentity.Differences(submission, SweepExtension.Of(submission, control.Apply(command))).Count > 0
                ? null
                : $"the policy of {move.Run} is set to this version already, in these words";
        }

        if (command.Retry > 0)
        {
            // Of a sweep that stands, tasks may not have been asked since it was read back.
            var isKnown = before.State is SweepState.Completed or SweepState.Running or SweepState.Stopping;
            return isKnown && before.Runs.All(run => run.Problem is null) ? $"no work of the sweep {name} was given up" : null;
        }

        if (command.Weight is { } weight)
        {
            return weight == control.Weight.Value
                ? string.Create(CultureInfo.InvariantCulture, $"the sweep {name} has the weight {weight} already")
                : null;
        }

        return (command.Mode, before.State) switch
        {
            (SweepMode.Pause or SweepMode.Stop or SweepMode.Cancel, SweepState.Completed or SweepState.Incomplete) => Ended(name, before.State),
            (SweepMode.Pause, SweepState.Paused) => Already(),
            (SweepMode.Stop, SweepState.Stopping or SweepState.Stopped) => Already(),
            (SweepMode.Cancel, SweepState.Cancelled) => Already(),
            (SweepMode.Pause or SweepMode.Stop, SweepState.Cancelled) or (SweepMode.Pause, SweepState.Stopped) =>
                $"the sweep {name} is {StatusView.Word(before.State)}, nothing of it runs",
            _ => null,
        };

        string Already() => $"the sweep {name} is {StatusView.Word(before.State)} already";
    }

    private static string? Extended(SteeringCommand command, SweepControl control, SweepSubmission submission, string name)
    {
        var wanted = control.Apply(command);
        if (SweepIdentity.Differences(submission, SweepExtension.Of(submission, wanted.Rounds, wanted.Seeds)).Count > 0)
        {
            return null;
        }

        var reasons = new List<string>();
        if (command.Rounds > 0)
        {
            var most = submission.Runs.Max(run => run.Context.Settings.Update.Rounds);
            reasons.Add(
                command.Rounds <= most
                    ? string.Create(CultureInfo.InvariantCulture, $"its rounds are {most} already, and rounds are not taken away")
                    : "its arms set their rounds themselves"
            );
        }

        if (command.Seeds is { Count: > 0 } seeds)
        {
            var present = submission.Runs.Select(run => run.Context.Seed).ToHashSet();
            reasons.Add(seeds.All(present.Contains) ? $"its seeds {string.Join(", ", seeds)} are there already" : "its arms have seeds of their own");
        }

        return $"the sweep {name} would not grow: {string.Join("; ", reasons)}";
    }
}
