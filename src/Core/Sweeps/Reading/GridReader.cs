using System.Globalization;
using Seal.Core.Files;

namespace Seal.Core.Sweeps.Reading;

/// <summary>A cell and its settings before an arm has put its own in their place. Stays in this folder: what leaves it are runs.</summary>
/// <param name="Cell">Name and values.</param>
/// <param name="Settings">What all arms of the cell share.</param>
internal sealed record GridCell(CellSpec Cell, RunSettings Settings);

/// <summary>Reads the settings of a sweep and expands listed values into cells.</summary>
/// <param name="keys">The keys that a file of the domain may have.</param>
/// <param name="errors">Takes what is wrong.</param>
/// <param name="resolve">Makes paths absolute.</param>
internal sealed class GridReader(IReadOnlyList<SettingKey> keys, SweepErrors errors, Func<string, Origin, string> resolve)
{
    public const int MostCells = 256;
    private const int MostBytesOfTemplate = 1 << 20;

    /// <param name="root">The document; sections that are missing have their defaults.</param>
    /// <param name="settings">What holds where the file says nothing.</param>
    public IReadOnlyList<GridCell> Read(TomlTable root, RunSettings settings)
    {
        var axes = new List<Axis>();
        foreach (var name in keys.Select(key => key.Section).Distinct())
        {
            if (root.Find(name) is { Value: not TomlTable } wrong)
            {
                errors.Add(wrong.Origin, name, $"is {wrong.Value.Kind}; expected a table; write [{name}] with its keys below.");
                continue;
            }

            var section = new Section(errors, name, root.Find(name)?.Value as TomlTable);
            foreach (var key in keys.Where(key => key.Section == name))
            {
                if (section.Entry(key.Name) is { } entry && Values(section, key, entry) is { } values)
                {
                    if (IsAxis(key, entry.Value))
                    {
                        axes.Add(new Axis(key, entry.Origin, values));
                    }
                    else
                    {
                        settings = key.Apply(settings, values[0].Value!);
                    }
                }
            }

            foreach (var stranger in SettingKeys.All.Where(key => key.Section == name && !keys.Contains(key)))
            {
                if (section.Entry(stranger.Name) is { } entry)
                {
                    errors.Add(entry.Origin, stranger.Full, $"is not read by the domain \"{settings.Domain}\"; remove it.");
                }
            }

            section.RefuseOthers(keys.Select(key => key.Full));
        }

        // File order: the axis that is written first changes slowest.
        axes.Sort((a, b) => a.Origin.Order.CompareTo(b.Origin.Order));
        var cells = axes.Aggregate(1L, (product, axis) => Math.Min(product * axis.Values.Count, int.MaxValue));
        if (cells > MostCells)
        {
            var product = string.Join(" × ", axes.Select(axis => $"{axis.Values.Count} ({axis.Key.Full})"));
            errors.Add(
                axes[^1].Origin,
                "",
                $"the grid has {product} = {cells} cells; expected at most {MostCells}; shorten the lists or split the sweep."
            );
            return [];
        }

        return errors.Any ? [] : Expand(settings, axes);
    }

    private static bool IsAxis(SettingKey key, TomlNode node) =>
        node is TomlArray array && (!key.Rule.TakesList || (array.Items.Count > 0 && array.Items.All(item => item is TomlArray)));

    private List<RuleResult>? Values(Section section, SettingKey key, TomlEntry entry)
    {
        if (!IsAxis(key, entry.Value))
        {
            return One(section, key, entry.Value) is { } value ? [value] : null;
        }

        var items = ((TomlArray)entry.Value).Items;
        if (items.Count == 0)
        {
            errors.Add(
                entry.Origin,
                key.Full,
                $"is an empty list, which makes a grid of 0 cells; expected 1..{MostCells} cells; give {key.Rule.Expected}, or a list of such."
            );
            return null;
        }

        var values = new List<RuleResult>();
        foreach (var item in items)
        {
            if (One(section, key, item) is not { } value)
            {
                continue;
            }

            if (values.Exists(other => other.Text == value.Text))
            {
                errors.Add(item.Origin, key.Full, $"{value.Text} is listed twice; an axis has different values; remove one.");
                continue;
            }

            values.Add(value);
        }

        return values.Count == items.Count ? values : null;
    }

    private RuleResult? One(Section section, SettingKey key, TomlNode node)
    {
        var read = section.Check(key.Full, node, key.Rule, key.Rule.TakesList ? " (or a list of such lists, for a grid)" : " (lists do not nest)");
        return read is null || key.Name != SettingKeys.Template ? read : Template(key, node, read);
    }

    private RuleResult? Template(SettingKey key, TomlNode node, RuleResult read)
    {
        var path = resolve(read.Text, node.Origin);
        try
        {
            return read with { Value = UserFile.ReadAllText(path, MostBytesOfTemplate).ReplaceLineEndings("\n") };
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or ArgumentException)
        {
            errors.Add(node.Origin, key.Full, $"{TomlNode.Quote(read.Text)} cannot be read as a prompt template: {wrong.Message}");
            return null;
        }
    }

    private List<GridCell> Expand(RunSettings settings, List<Axis> axes)
    {
        var points = new List<(RunSettings Settings, List<(SettingKey Key, string Text)> Values)> { (settings, []) };
        foreach (var axis in axes)
        {
            points =
            [
                .. points.SelectMany(point =>
                    axis.Values.Select(value =>
                        (axis.Key.Apply(point.Settings, value.Value!), new List<(SettingKey, string)>(point.Values) { (axis.Key, value.Text) })
                    )
                ),
            ];
        }

        var names = Unique.Names(
            [.. points.Select(point => CellName.Of(point.Values, keys))],
            i => string.Join('\n', points[i].Values.Select(value => $"{value.Key.Full}={value.Text}"))
        );
        return [.. points.Select((point, i) => new GridCell(new CellSpec(names[i], Dictionary(point.Values)), point.Settings))];
    }

    private static SortedDictionary<string, string> Dictionary(List<(SettingKey Key, string Text)> values)
    {
        var dictionary = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, text) in values)
        {
            dictionary.Add(key.Full, text);
        }

        return dictionary;
    }

    private sealed record Axis(SettingKey Key, Origin Origin, List<RuleResult> Values);
}

/// <summary>Names of cells: from axis keys and values alone, in the order of <see cref="SettingKeys"/>, whatever order the file has them
/// in.</summary>
internal static class CellName
{
    public const string WithoutAxes = "base";

    public static string Of(IReadOnlyList<(SettingKey Key, string Text)> values, IReadOnlyList<SettingKey> keys)
    {
        if (values.Count == 0)
        {
            return WithoutAxes;
        }

        var all = keys.ToList();
        return StoreName.Shorten(
            string.Join('-', values.OrderBy(value => all.IndexOf(value.Key)).Select(value => $"{SettingKeys.Short(value.Key)}-{Slug(value.Text)}"))
        );
    }

    /// <summary>8 → 8, 0.5 → 0p5, -1 → m1, 5e-5 → 5e-5, q_proj → q-proj, other texts → a slug with a hash.</summary>
    private static string Slug(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
            ? (text[0] == '-' ? "m" + text[1..] : text).Replace('.', 'p').Replace("+", "", StringComparison.Ordinal)
            : StoreName.From(StoreName.IsGood(text.Replace('_', '-')) ? text.Replace('_', '-') : text);
}

/// <summary>Makes names different that came out equal, by what they stand for and not by their place.</summary>
internal static class Unique
{
    public static IReadOnlyList<string> Names(IReadOnlyList<string> names, Func<int, string> identity)
    {
        var often = names
            .GroupBy(name => name, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key)
            .ToHashSet(StringComparer.Ordinal);
        return [.. names.Select((name, i) => often.Contains(name) ? StoreName.Hashed(name, identity(i)) : name)];
    }
}
