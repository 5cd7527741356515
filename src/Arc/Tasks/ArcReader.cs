using Seal.Core.Domains;
using Seal.Core.Sweeps;
using Seal.Core.Sweeps.Reading;
using static Seal.Arc.Tasks.ArcTaskJson;

namespace Seal.Arc.Tasks;

/// <summary>
/// Reads ARC tasks in their three public forms: one JSON file per task, one object of tasks, and a challenges file with its solutions file.
/// Only what was asked for is looked at closely, so a folder may hold broken or unrelated files besides.
/// </summary>
public static class ArcReader
{
    /// <summary>Larger files are refused.</summary>
    public const long MaxFileBytes = 64L << 20;

    /// <summary>Reads tasks.</summary>
    /// <param name="paths">Files and folders; of a folder, the .json files directly in it, in ordinal order. With <c>X_challenges.json</c>,
    /// <c>X_solutions.json</c> beside it is read too, if it is there.</param>
    /// <param name="ids">The tasks wanted, in this order; empty for all, in the order of the files.</param>
    /// <exception cref="SweepException">Something asked for cannot be read; the message says what, where, and what was expected.</exception>
    public static IReadOnlyList<ArcTask> Read(IReadOnlyList<string> paths, IReadOnlyList<string> ids)
    {
        CheckIds(ids);
        var source = Source.Open(paths, tolerant: ids.Count > 0);
        if (ids.Count == 0)
        {
            return source.Order.Count > 0 ? [.. source.Order.Select(source.Read)] : throw source.Empty();
        }

        var missing = ids.Where(id => !source.Tasks.ContainsKey(id)).ToList();
        return missing.Count == 0 ? [.. ids.Select(source.Read)] : throw source.Missing(missing);
    }

    /// <summary>Reads every task there is, and says of each that cannot be read why.</summary>
    /// <param name="paths">As in <see cref="Read"/>.</param>
    /// <returns>The readable tasks in the order of the files, and one message per problem.</returns>
    public static (IReadOnlyList<ArcTask> Tasks, IReadOnlyList<string> Problems) ReadAll(IReadOnlyList<string> paths)
    {
        var (tasks, problems) = (new List<ArcTask>(), new List<string>());
        foreach (var path in paths)
        {
            Attempt(() =>
            {
                var source = Source.Open([path], tolerant: true);
                problems.AddRange(source.PassedOver);
                source.Order.ForEach(id => Attempt(() => tasks.Add(source.Read(id))));
                if (source.Order.Count == 0 && source.PassedOver.Count == 0)
                {
                    throw source.Empty();
                }
            });
        }

        return (tasks, problems);

        void Attempt(Action read)
        {
            try
            {
                read();
            }
            catch (SweepException problem)
            {
                problems.Add(problem.Message);
            }
        }
    }

    private static void CheckIds(IReadOnlyList<string> ids)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            if (!seen.Add(id))
            {
                throw new SweepException($"task {id} is asked for twice, expected each id once. Take one of them out of the list.");
            }
        }
    }

    /// <summary>What the files hold, by id.</summary>
    private sealed class Source
    {
        private readonly Dictionary<string, List<ArcFile.Entry>> _solutions = new(StringComparer.Ordinal);
        private readonly List<string> _looked = [];
        private readonly List<string> _passedOver = [];

        public Dictionary<string, List<ArcFile.Entry>> Tasks { get; } = new(StringComparer.Ordinal);

        /// <summary>Why files of a folder were passed over.</summary>
        public List<string> PassedOver => _passedOver;

        /// <summary>Ids as they first appear.</summary>
        public List<string> Order { get; } = [];

        /// <param name="paths">Files and folders.</param>
        /// <param name="tolerant">Pass over files of a folder that hold no tasks, remembering why.</param>
        public static Source Open(IReadOnlyList<string> paths, bool tolerant)
        {
            if (paths.Count == 0)
            {
                throw new SweepException("no task files are named, expected at least one file or folder. Set tasks.path.");
            }

            var source = new Source();
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var path in paths)
            {
                source._looked.Add(path);
                var (files, inFolder) = Expand(path);
                foreach (var file in files)
                {
                    if (seen.Add(Path.GetFullPath(file)))
                    {
                        source.Add(file, tolerant && inFolder);
                    }

                    if (ArcFile.SolutionsPath(file) is { } solutions && File.Exists(solutions) && seen.Add(Path.GetFullPath(solutions)))
                    {
                        source.Add(solutions, tolerant && inFolder);
                    }
                }
            }

            return source;
        }

        /// <exception cref="SweepException">Malformed, or said differently in two places.</exception>
        public ArcTask Read(string id)
        {
            if (!TaskId.IsGood(id))
            {
                throw new SweepException(
                    $"{Tasks[id][0].Path}: the task id \"{Shorten(id)}\" cannot be used, expected {TaskId.Expected}. Rename the task."
                );
            }

            var entries = Tasks[id];
            var task = Solved(entries[0]);
            foreach (var entry in entries.Skip(1))
            {
                task =
                    Merge(task, Solved(entry))
                    ?? throw new SweepException(
                        $"task {id} differs between {entries[0].Path} and {entry.Path}, expected one content for one id. Name only one of them, or "
                            + $"rename a task."
                    );
            }

            return task;
        }

        public SweepException Empty() =>
            new($"no tasks in {List(_looked)}, expected .json files of ARC tasks there. Name the file or folder that holds them.{Because()}");

        public SweepException Missing(List<string> ids) =>
            new(
                $"{(ids.Count == 1 ? "task" : "tasks")} {List(ids)} not found, expected in {List(_looked)} ({Number(Order.Count)} tasks there). "
                    + $"{Hint(ids[0])}Correct the ids, or add the file that holds them to tasks.path.{Because()}"
            );

        /// <summary>The id that was probably meant; of a few tasks all ids.</summary>
        private string Hint(string id) =>
            Spelling.Closest(id.EndsWith(".json", StringComparison.Ordinal) ? id[..^5] : id, Order) is { } near ? $"Did you mean {near}? "
            : Order.Count is > 0 and <= 8 ? $"There: {string.Join(", ", Order)}. "
            : "";

        private void Add(string path, bool tolerant)
        {
            ArcFile file;
            try
            {
                file = ArcFile.Load(path);
            }
            catch (SweepException e) when (tolerant)
            {
                _passedOver.Add(e.Message);
                return;
            }

            foreach (var entry in file.Tasks)
            {
                if (!Tasks.TryGetValue(entry.Id, out var entries))
                {
                    Tasks.Add(entry.Id, entries = []);
                    Order.Add(entry.Id);
                }

                entries.Add(entry);
            }

            foreach (var entry in file.Solutions)
            {
                if (!_solutions.TryGetValue(entry.Id, out var entries))
                {
                    _solutions.Add(entry.Id, entries = []);
                }

                entries.Add(entry);
            }
        }

        /// <summary>The task with the outputs that a solutions file adds: the one that belongs to its challenges file by name, else any that knows
        /// the id.</summary>
        private ArcTask Solved(ArcFile.Entry entry)
        {
            var task = ArcTaskJson.Read(entry.Json, entry.Id, entry.Where);
            if (!_solutions.TryGetValue(entry.Id, out var solutions))
            {
                return task;
            }

            var own = ArcFile.SolutionsPath(entry.Path);
            var solution = solutions.Find(candidate => own is not null && Path.GetFullPath(candidate.Path) == Path.GetFullPath(own)) ?? solutions[0];
            var count = solution.Json.GetArrayLength();
            if (count != task.Test.Count)
            {
                throw new SweepException(
                    $"{solution.Where}: {Number(count)} solutions, but {entry.Path} has {Number(task.Test.Count)} test pairs; expected one for "
                        + $"each. Use the solutions file that belongs to the challenges."
                );
            }

            var outputs = solution.Json.EnumerateArray().Select((grid, i) => ReadGrid(grid, $"{solution.Where}: solution {Number(i + 1)}")).ToList();
            return Merge(task, task with { Test = [.. task.Test.Select((pair, i) => pair with { Output = outputs[i] })] })
                ?? throw new SweepException(
                    $"{solution.Where}: the solutions differ from the outputs in {entry.Path}, expected them to agree. Use the solutions file that "
                        + $"belongs to the challenges."
                );
        }

        /// <summary>Two readings of one task, with the test outputs that either knows; null where they contradict each other.</summary>
        private static ArcTask? Merge(ArcTask a, ArcTask b)
        {
            if (!a.Train.SequenceEqual(b.Train) || a.Test.Count != b.Test.Count)
            {
                return null;
            }

            var test = new List<ArcPair>(a.Test.Count);
            foreach (var (first, second) in a.Test.Zip(b.Test))
            {
                if (
                    !first.Input.Equals(second.Input)
                    || (first.Output is not null && second.Output is not null && !first.Output.Equals(second.Output))
                )
                {
                    return null;
                }

                test.Add(first with { Output = first.Output ?? second.Output });
            }

            return a with
            {
                Test = test,
            };
        }

        private static (IReadOnlyList<string> Files, bool InFolder) Expand(string path)
        {
            if (File.Exists(path))
            {
                return ([path], false);
            }

            if (!Directory.Exists(path))
            {
                throw new SweepException(
                    $"{(path.Length == 0 ? "an empty path" : path)}: no such file or folder, expected a file or a folder of ARC tasks. Correct "
                        + $"tasks.path."
                );
            }

            try
            {
                var files = Directory.GetFiles(path, "*.json");
                Array.Sort(files, StringComparer.Ordinal);
                return (files, true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SweepException($"{path}: the folder cannot be listed ({e.Message.TrimEnd('.')}). Check its permissions.", e);
            }
        }

        private string Because() =>
            _passedOver.Count == 0 ? "" : $" Passed over: {string.Join(" | ", _passedOver.Take(3))}{(_passedOver.Count > 3 ? " | …" : "")}";

        private static string List(List<string> names) => string.Join(", ", names.Select(Shorten));

        private static string Shorten(string name) => name.Length <= 200 ? name : name[..200] + "…";
    }
}
