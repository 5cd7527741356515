using System.Globalization;
using Seal.Core.Sweeps;

namespace Seal.Pages.Views;

/// <summary>Addresses of pages. Names of sweeps, runs, phases and tasks need no escaping by their own rules; they get it all the same.</summary>
internal static class Link
{
    public const string Home = "/";

    public const string Slots = "/slots";

    public const string SlotsFeed = "/slots/feed";

    public static string Sweep(string sweep) => $"/sweeps/{Part(sweep)}";

    public static string Events(string sweep) => $"{Sweep(sweep)}/events";

    /// <summary>Where a page hears that something has changed.</summary>
    public static string Feed(string sweep) => $"{Sweep(sweep)}/feed";

    public static string Wish(string sweep, string wish) => $"{Sweep(sweep)}/{wish}";

    public static string Run(string sweep, string run) => $"{Sweep(sweep)}/runs/{Part(run)}";

    public static string Phase(string sweep, string run, PhaseId phase) => $"{Run(sweep, run)}?phase={phase}";

    public static string Candidate(string sweep, string run, PhaseId phase, string task, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{Run(sweep, run)}/{phase}/{Part(task)}/{index}");

    public static string Task(string sweep, string task) => $"{Sweep(sweep)}/tasks/{Part(task)}";

    private static string Part(string name) => Uri.EscapeDataString(name);
}
