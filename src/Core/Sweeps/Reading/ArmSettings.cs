namespace Seal.Core.Sweeps.Reading;

/// <summary>An arm's own settings: <c>set = { reward.source = "shuffled" }</c>, one value per key.</summary>
/// <param name="Texts">Values in canonical spelling by full key, for the arm's identity; null where there are none.</param>
/// <param name="Apply">Puts them in the place of a cell's.</param>
internal sealed record ArmSettings(SortedDictionary<string, string>? Texts, Func<RunSettings, RunSettings> Apply)
{
    public static ArmSettings None { get; } = new(null, settings => settings);

    public static ArmSettings Read(TomlEntry? entry, IReadOnlyList<SettingKey> keys, SweepErrors errors)
    {
        if (entry is null)
        {
            return None;
        }

        if (entry.Value is not TomlTable table)
        {
            errors.Add(
                entry.Origin,
                "arms.set",
                $"is {entry.Value.Kind}; expected settings of this arm, e.g. set = {{ reward.source = \"shuffled\" }}."
            );
            return None;
        }

        var set = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var changes = new List<(SettingKey Key, object Value)>();
        foreach (var section in table.Entries)
        {
            foreach (var (name, origin, value) in (section.Value as TomlTable)?.Entries ?? [])
            {
                One($"{section.Key}.{name}", origin, value);
            }

            if (section.Value is not TomlTable)
            {
                errors.Add(section.Origin, "arms.set", $"{section.Key} is no setting; expected a section and a key, e.g. inner.base = \"policy\".");
            }
        }

        return set.Count == 0
            ? None
            : new ArmSettings(set, settings => changes.Aggregate(settings, (sum, change) => change.Key.Apply(sum, change.Value)));

        void One(string full, Origin origin, TomlNode value)
        {
            string[] known =
            [
                .. keys.Where(key => (!key.Rule.TakesList || key.Section == "gate") && key.Name != SettingKeys.Template && key.Section != "engine")
                    .Select(key => key.Full),
            ];
            if (!known.Contains(full))
            {
                var near = Spelling.Closest(full, known);
                errors.Add(
                    origin,
                    $"arms.set.{full}",
                    $"is not a setting that an arm can have for itself{(near is null ? "" : $"; did you mean {near}?")}"
                );
                return;
            }

            var key = keys.First(key => key.Full == full);
            var read = key.Rule.Read(value);
            if (read.Problem is { } problem)
            {
                errors.Add(origin, $"arms.set.{full}", $"{problem}; expected {key.Rule.Expected}.");
                return;
            }

            set[full] = read.Text;
            changes.Add((key, read.Value!));
        }
    }
}
