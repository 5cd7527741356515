using System.Globalization;
using Seal.Core.Sweeps;
using Seal.Pages.Live;

namespace Seal.Client.Showing;

/// <summary>
/// What <c>seal show</c> is asked for: a run, a phase of a run, a task there or one of its candidates. Written as <c>run/phase/task/index</c>; a
/// task's name may have slashes of its own.
/// </summary>
/// <param name="Run">The run.</param>
/// <param name="Phase">A phase of it, or null.</param>
/// <param name="Task">A task of the phase, or null.</param>
/// <param name="Index">A candidate of the task, or null.</param>
internal sealed record Address(string Run, PhaseId? Phase = null, string? Task = null, int? Index = null)
{
    /// <summary>Of a candidate that came to nothing.</summary>
    public static string Of(string run, Failure failure) => new Address(run, failure.Phase, failure.Task, failure.Index).ToString();

    /// <summary>Reads what was typed; null where the words after the run's name are no phase.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="isTask">Whether a sweep has a task of this name: then a number behind it is a candidate's.</param>
    public static Address? Parse(string text, Func<string, bool> isTask)
    {
        var words = text.Trim('/').Split('/', 3);
        if (words.Length == 1)
        {
            return new Address(words[0]);
        }

        if (PhaseId.Parse(words[1]) is not { } phase)
        {
            return null;
        }

        if (words.Length == 2)
        {
            return new Address(words[0], phase);
        }

        var last = words[2].LastIndexOf('/');
        return
            !isTask(words[2]) && last > 0 && int.TryParse(words[2].AsSpan(last + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new Address(words[0], phase, words[2][..last], index)
            : new Address(words[0], phase, words[2]);
    }

    public override string ToString() =>
        string.Join('/', new[] { Run, Phase?.ToString(), Task, Index?.ToString(CultureInfo.InvariantCulture) }.OfType<string>());
}
