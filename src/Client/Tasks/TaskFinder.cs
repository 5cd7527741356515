using Seal.Arc.Generators;
using Seal.Arc.Tasks;
using Seal.Core.Sweeps;

namespace Seal.Client.Tasks;

/// <summary>The one task that a command line names: in a file, in a folder, or of a generator family.</summary>
internal static class TaskFinder
{
    public const string GeneratedPrefix = "gen:";
    private const int MostListed = 12;

    /// <param name="place">File, folder, or <c>gen:family</c>.</param>
    /// <param name="id">Which of the tasks there; may be left out where there is one.</param>
    /// <param name="seed">Of a generated task.</param>
    /// <param name="maxSide">Of a generated task's grids.</param>
    /// <exception cref="SweepException">Nothing there can be read.</exception>
    /// <exception cref="CommandException">No such task (4), or more than one to choose from (2).</exception>
    public static ArcTask Find(string place, string? id, long seed, int maxSide)
    {
        if (place.StartsWith(GeneratedPrefix, StringComparison.Ordinal))
        {
            return ArcTaskSource.Generate([place[GeneratedPrefix.Length..]], 1, seed, maxSide)[0];
        }

        if (!File.Exists(place) && !Directory.Exists(place))
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{place}: there is no such file or folder. Name a file or folder of ARC tasks, or {GeneratedPrefix}<family> for a generated one "
                    + $"('task families' lists them)."
            );
        }

        if (id is not null)
        {
            try
            {
                return ArcReader.Read([place], [id])[0];
            }
            catch (SweepException missing) when (missing.Message.Contains("not found", StringComparison.Ordinal))
            {
                throw new CommandException(ExitCode.NotFoundOrConflict, missing.Message, missing);
            }
        }

        var tasks = ArcReader.Read([place], []);
        return tasks.Count == 1
            ? tasks[0]
            : throw new CommandException(
                ExitCode.Usage,
                $"{place} holds {tasks.Count} tasks; name one of them: "
                    + $"{string.Join(", ", tasks.Take(MostListed).Select(task => task.Id))}{(tasks.Count > MostListed ? ", …" : "")}."
            );
    }
}
