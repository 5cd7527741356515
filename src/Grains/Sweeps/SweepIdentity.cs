using System.Text.Json;
using Seal.Core.Json;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Sweeps;

/// <summary>A sweep is its resolved submission. Two submissions are one sweep if nothing in them differs.</summary>
public static class SweepIdentity
{
    private const int MostTold = 12;

    /// <summary>What differs, as lines "path: stored → asked", at most a dozen; empty if nothing does.</summary>
    public static IReadOnlyList<string> Differences(SweepSubmission stored, SweepSubmission asked)
    {
        var shared = stored
            .Runs.Select(run => run.Context.Run)
            .Intersect(asked.Runs.Select(run => run.Context.Run))
            .ToHashSet(StringComparer.Ordinal);
        var (before, after) = (Flatten(stored, shared), Flatten(asked, shared));
        var lines = before
            .Keys.Union(after.Keys)
            .Order(StringComparer.Ordinal)
            .Where(path => before.GetValueOrDefault(path) != after.GetValueOrDefault(path))
            .Select(path => $"{path}: {before.GetValueOrDefault(path) ?? "(absent)"} → {after.GetValueOrDefault(path) ?? "(absent)"}")
            .ToArray();
        return lines.Length <= MostTold ? lines : [.. lines.Take(MostTold), $"… and {lines.Length - MostTold} more"];
    }

    private static Dictionary<string, string> Flatten(SweepSubmission submission, HashSet<string> shared)
    {
        // A run that only one side has is told by its name alone.
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["runs"] = string.Join(' ', submission.Runs.Select(run => run.Context.Run)),
        };
        foreach (var run in submission.Runs.Where(run => shared.Contains(run.Context.Run)))
        {
            // A fork decides no result.
            Flatten(
                JsonSerializer.SerializeToElement(run with { Context = run.Context with { Fork = 0 } }, SealJson.Options),
                $"run {run.Context.Run}",
                values
            );
        }

        values["model"] = submission.Model.Key;
        foreach (
            var (role, tasks) in new[]
            {
                ("training", submission.Training),
                ("evaluation", submission.Evaluation),
                ("retention", submission.Retention ?? []),
            }
        )
        {
            values[$"{role} tasks"] = string.Join(' ', tasks.Select(task => task.Id));
            foreach (var task in tasks)
            {
                var labels = task.Labels is { } known ? $" ({known.Family}, {known.Kind})" : "";
                values[$"{role} task {task.Id}"] = $"{task.Sha256}{labels}{(task.Groups is { } groups ? $" ({groups})" : "")}";
            }
        }

        return values;
    }

    private static void Flatten(JsonElement element, string path, Dictionary<string, string> values)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    Flatten(property.Value, $"{path}.{property.Name}", values);
                }

                break;
            case JsonValueKind.Array:
                values[path] = element.GetRawText();
                break;
            default:
                values[path] = element.ToString();
                break;
        }
    }
}
