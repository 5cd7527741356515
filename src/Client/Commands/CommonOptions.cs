using System.CommandLine;

namespace Seal.Client.Commands;

/// <summary>Options that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<string> Store() => new("--store")
    {
        Description = "Folder that holds everything of a run.",
        DefaultValueFactory = _ => ".seal",
        HelpName = "folder",
    };

    public static Option<bool> Json() => new("--json") { Description = "One JSON document on standard output; people's text stays on standard error." };

    public static Option<int> Workers() => new("--workers")
    {
        Description = "Device slots; on CPU each trains on one core. Does not change results.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
        HelpName = "n",
    };

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Override a key of the sweep file, e.g. --set inner.rank=8 (a list makes a grid). May be repeated.",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };

    /// <exception cref="CommandException">Out of range.</exception>
    public static int CheckWorkers(int workers) => workers is >= 1 and <= 256
        ? workers
        : throw new CommandException(ExitCode.Usage, $"--workers: {workers} is not in 1..256.");
}
