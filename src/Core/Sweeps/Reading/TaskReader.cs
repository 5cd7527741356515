using Seal.Core.Domains;

namespace Seal.Core.Sweeps.Reading;

/// <summary>Reads <c>[tasks]</c>.</summary>
internal static class TaskReader
{
    private const string Files = "files";
    private const string Generated = "generated";

    private static readonly string[] OfFiles = ["path", "train", "evaluate", "evaluate_draw", "retention"];
    private static readonly string[] OfGenerated =
    [
        "train_count",
        "evaluate_count",
        "fresh_count",
        "retention_count",
        "train_families",
        "evaluate_families",
        "max_side",
    ];

    private static readonly string[] Counts = ["train_count", "evaluate_count"];

    public static IReadOnlyList<string> Keys { get; } = ["source", "seed", .. OfFiles, .. OfGenerated];

    /// <param name="section">The table.</param>
    /// <param name="domain">Whose tasks they are; null where it is not known.</param>
    /// <param name="errors">Takes what is wrong.</param>
    /// <param name="resolve">Makes paths absolute.</param>
    public static TaskSource? Read(Section section, IDomain? domain, SweepErrors errors, Func<string, Origin, string> resolve)
    {
        var kind = section.Require("source", Rule.Word(Generated, Files), "say where tasks come from");
        var paths = section.List<string>("path", Rule.Text, single: true);
        var train = section.List<string>("train", Rule.TaskName, single: false);
        var evaluate = section.List<string>("evaluate", Rule.TaskName, single: false);
        var trainCount = section.Read("train_count", Rule.Whole(0, 100_000), 0);
        var evaluateCount = section.Read("evaluate_count", Rule.Whole(0, 100_000), 0);
        var freshCount = section.Read("fresh_count", Rule.Whole(0, 100_000), 0);
        var retention = section.List<string>("retention", Rule.TaskName, single: false);
        var retentionCount = section.Read("retention_count", Rule.Whole(0, 100_000), 0);
        var trainFamilies = section.List<string>("train_families", Rule.Name, single: false);
        var evaluateFamilies = section.List<string>("evaluate_families", Rule.Name, single: false);
        var draw = section.Read("evaluate_draw", Rule.Whole(0, 100_000), 0);
        var seed = section.Read("seed", Rule.Whole(0, long.MaxValue), 0L);
        var side = section.Read("max_side", Rule.Whole(3, 30), 10);
        section.RefuseOthers();
        foreach (var key in Keys.Where(key => IDomain.SharedKeys.Contains(section.Full(key)) && domain?.Reads.Contains(section.Full(key)) == false))
        {
            if (section.Entry(key) is { } entry)
            {
                errors.Add(entry.Origin, section.Full(key), $"is not read by the domain \"{domain!.Id}\"; remove it.");
            }
        }

        if (kind is null)
        {
            return null;
        }

        var strangers = kind == Files ? OfGenerated.Where(key => domain?.CountsFiles != true || !Counts.Contains(key)) : OfFiles;
        foreach (var stranger in strangers)
        {
            if (section.Entry(stranger) is { } entry)
            {
                errors.Add(entry.Origin, section.Full(stranger), $"does not go with tasks.source = \"{kind}\"; remove it, or change tasks.source.");
            }
        }

        foreach (var families in new[] { "train_families", "evaluate_families" })
        {
            if (section.Entry(families) is { Value: TomlArray { Items.Count: 0 } } entry)
            {
                errors.Add(
                    entry.Origin,
                    section.Full(families),
                    "is an empty list; expected at least one family; leave the key out for the domain's choice."
                );
            }
        }

        var resolved = kind == Files ? Paths(section, paths, errors, resolve) : [];
        foreach (var id in (train ?? []).Intersect(evaluate ?? [], StringComparer.Ordinal))
        {
            errors.Add(
                section.Entry("evaluate")!.Origin,
                section.Full("evaluate"),
                $"task {id} is also in tasks.train; evaluation tasks must be unseen; take it out of one of the two."
            );
        }

        return new TaskSource(
            kind,
            resolved,
            train ?? [],
            evaluate ?? [],
            trainCount,
            evaluateCount,
            trainFamilies,
            evaluateFamilies,
            seed,
            side,
            draw,
            freshCount
        )
        {
            Retention = retention ?? [],
            RetentionCount = retentionCount,
        };
    }

    private static string[] Paths(Section section, IReadOnlyList<string>? paths, SweepErrors errors, Func<string, Origin, string> resolve)
    {
        const string Todo = "expected a folder or file of tasks; give it with --set tasks.path=<folder or file>";
        var entry = section.Entry("path");
        if (entry is null)
        {
            section.Missing("path", "a folder or file of tasks", "give it here or with --set tasks.path=<folder or file>");
            return [];
        }

        if (paths is null)
        {
            return [];
        }

        if (paths.Count == 0 || paths.Any(string.IsNullOrWhiteSpace))
        {
            errors.Add(entry.Origin, section.Full("path"), $"is empty; {Todo}.");
            return [];
        }

        var resolved = paths.Select(path => resolve(path, entry.Origin)).ToArray();
        foreach (var (path, full) in paths.Zip(resolved))
        {
            if (!Directory.Exists(full) && !File.Exists(full))
            {
                errors.Add(entry.Origin, section.Full("path"), $"there is no {TomlNode.Quote(path)} ({full}); {Todo}.");
            }
        }

        return resolved;
    }
}
