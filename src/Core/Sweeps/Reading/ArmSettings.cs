namespace Seal.Core.Sweeps.Reading;

/// <summary>Reads an arm's own settings: <c>set = { reward.source = "shuffled" }</c>, one value per key.</summary>
internal static class ArmSettings
{
    /// <summary>Values in canonical spelling by full key; null where there are none.</summary>
    public static SortedDictionary<string, string>? Read(TomlEntry? entry, SweepErrors errors)
    {
        if (entry is null)
        {
            return null;
        }

        if (entry.Value is not TomlTable table)
        {
            errors.Add(entry.Origin, "arms.set", $"is {entry.Value.Kind}; expected settings of this arm, e.g. set = {{ reward.source = \"shuffled\" }}.");
            return null;
        }

        var set = new SortedDictionary<string, string>(StringComparer.Ordinal);
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

        return set.Count == 0 ? null : set;

        void One(string full, Origin origin, TomlNode value)
        {
            string[] known = [.. SettingKeys.All.Where(key => !key.Rule.TakesList && key.Name != SettingKeys.Template && key.Section != "engine").Select(key => key.Full)];
            if (!known.Contains(full))
            {
                var near = Spelling.Closest(full, known);
                errors.Add(origin, $"arms.set.{full}", $"is not a setting that an arm can have for itself{(near is null ? "" : $"; did you mean {near}?")}");
                return;
            }

            var rule = SettingKeys.All.First(key => key.Full == full).Rule;
            var read = rule.Read(value);
            if (read.Problem is { } problem)
            {
                errors.Add(origin, $"arms.set.{full}", $"{problem}; expected {rule.Expected}.");
                return;
            }

            set[full] = read.Text;
        }
    }
}
