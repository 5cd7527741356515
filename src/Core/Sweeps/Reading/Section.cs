namespace Seal.Core.Sweeps.Reading;

/// <summary>Reads one table key by key and refuses what nobody asked for.</summary>
internal sealed class Section(SweepErrors errors, string name, TomlTable? table)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    private string Prefix => name.Length == 0 ? "" : name + ".";

    public bool Exists => table is not null;

    public Origin? Origin => table?.Origin;

    public bool Has(string key) => table?.Find(key) is not null;

    public string Full(string key) => Prefix + key;

    public TomlEntry? Entry(string key)
    {
        _asked.Add(key);
        return table?.Find(key);
    }

    /// <summary>The value under a key, or null where it is missing or wrong (which is then reported).</summary>
    public T? Read<T>(string key, Rule rule)
        where T : class => Entry(key) is { } entry ? (T?)Check(Full(key), entry.Value, rule, "")?.Value : null;

    public T Read<T>(string key, Rule rule, T otherwise) =>
        Entry(key) is { } entry && Check(Full(key), entry.Value, rule, "") is { } read ? (T)read.Value! : otherwise;

    /// <summary>A key that must be there.</summary>
    public string? Require(string key, Rule rule, string todo)
    {
        if (Entry(key) is null)
        {
            Missing(key, rule.Expected, todo);
            return null;
        }

        return Read<string>(key, rule);
    }

    public void Missing(string key, string expected, string todo) =>
        errors.Add(table?.Origin is { Order: > 0 } origin ? origin : null, Full(key), $"is missing; expected {expected}; {todo}.");

    /// <summary>A list of different texts, each good by <paramref name="rule"/>; null where the key is missing or wrong.</summary>
    /// <param name="single">Takes one value in place of a list of one.</param>
    public IReadOnlyList<T>? List<T>(string key, Rule rule, bool single)
    {
        if (Entry(key) is not { } entry)
        {
            return null;
        }

        if (entry.Value is not TomlArray && !single)
        {
            errors.Add(entry.Origin, Full(key), $"is {entry.Value.Kind}; expected a list, each {rule.Expected}; put it in [ ].");
            return null;
        }

        var values = new List<T>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var good = true;
        foreach (var item in entry.Value is TomlArray array ? array.Items : [entry.Value])
        {
            if (Check(Full(key), item, rule, "") is not { } read)
            {
                good = false;
            }
            else if (!seen.Add(read.Text))
            {
                errors.Add(item.Origin, Full(key), $"{read.Text} is listed twice; expected different values; remove one.");
                good = false;
            }
            else
            {
                values.Add((T)read.Value!);
            }
        }

        return good ? values : null;
    }

    public RuleResult? Check(string key, TomlNode node, Rule rule, string hint)
    {
        var read = rule.Read(node);
        if (read.Problem is null)
        {
            return read;
        }

        var list = read.Mistyped && node is TomlArray && hint.Length > 0 ? hint : "";
        errors.Add(node.Origin, key, $"{read.Problem}; expected {rule.Expected}{list}.");
        return null;
    }

    /// <summary>Reports every key that was not asked for.</summary>
    public void RefuseOthers(IEnumerable<string>? elsewhere = null)
    {
        foreach (var entry in table?.Entries ?? [])
        {
            if (!_asked.Contains(entry.Key))
            {
                errors.Add(entry.Origin, Full(entry.Key), Unknown(entry.Key, elsewhere ?? []));
            }
        }
    }

    private string Unknown(string key, IEnumerable<string> elsewhere)
    {
        // A key that is right but stands in the wrong table beats one that is merely spelled alike.
        string[] moved = [.. elsewhere.Where(full => full.EndsWith("." + key, StringComparison.Ordinal))];
        var hint =
            moved.Length > 0 ? string.Join(" or ", moved)
            : Spelling.Closest(key, _asked) is { } near ? Full(near)
            : Spelling.Closest(Full(key), elsewhere);
        return hint is null
            ? $"is not a known key; expected {(name.Length == 0 ? "" : $"in [{name}] ")}one of {string.Join(", ", _asked)}; remove it."
            : $"is not a known key; did you mean {hint}?";
    }
}
