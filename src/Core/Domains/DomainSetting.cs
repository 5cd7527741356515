using System.Text;
using System.Text.Json;
using Seal.Core.Json;
using Seal.Core.Sweeps;
using Seal.Core.Sweeps.Reading;

namespace Seal.Core.Domains;

/// <summary>A key of a domain's own section in a sweep file: <c>[digits] shown = 3</c>. Read as strictly as the project's own; a list makes a
/// grid.</summary>
public sealed class DomainSetting
{
    private DomainSetting(string name, Rule rule, object standard) => (Name, Rule, Standard) = (name, rule, standard);

    /// <summary>Small letters, digits and <c>_</c>.</summary>
    public string Name { get; }

    /// <summary>What it is where the file does not name it.</summary>
    public object Standard { get; }

    /// <summary>What it may be, for people.</summary>
    public string Expected => Rule.Expected;

    /// <summary>Whether a text can be a setting's name: it is a key of a file, and a part of cells' names.</summary>
    internal static bool IsName(string name) =>
        name.Length is > 0 and <= 32
        && char.IsAsciiLetterLower(name[0])
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '_');

    internal Rule Rule { get; }

    /// <summary>A whole number.</summary>
    public static DomainSetting Whole(string name, int least, int most, int standard) => new(name, Rule.Whole(least, most), standard);

    /// <summary>A number.</summary>
    public static DomainSetting Number(string name, double least, double most, double standard) => new(name, Rule.Number(least, most), standard);

    /// <summary>True or false.</summary>
    public static DomainSetting Truth(string name, bool standard) => new(name, Rule.Truth, standard);

    /// <summary>One of a few words, the standard one first.</summary>
    public static DomainSetting Word(string name, params string[] words) => new(name, Rule.Word(words), words[0]);

    /// <summary>A model's name as a server knows it, e.g. <c>gpt-4.1</c> or <c>org/model:tag</c>; empty where the file does not name one.</summary>
    public static DomainSetting Model(string name) => new(name, Rule.Model, "");

    internal SettingKey Key(string domain) => new(domain, Name, Rule, (settings, value) => settings with { Own = With(settings.Own, value) });

    /// <summary>JSON of the keys that a file names, in the order of their names: equal settings are equal text.</summary>
    private string? With(string? own, object value)
    {
        var all = DomainSettings.Parsed(own);
        all[Name] = JsonSerializer.SerializeToElement(value, SealJson.Options);
        // What is not said is the standard: one setting has one spelling.
        _ = value.Equals(Standard) && all.Remove(Name);
        return all.Count == 0 ? null : SealJson.ToText(all);
    }
}

/// <summary>Reads a domain's own settings.</summary>
public static class DomainSettings
{
    /// <summary>The value of one of the domain's own keys.</summary>
    /// <typeparam name="T">int, double, bool or string, as the key was declared.</typeparam>
    /// <exception cref="InvalidCastException">The key was declared as another type.</exception>
    public static T Own<T>(this RunSettings settings, DomainSetting setting) =>
        Parsed(settings.Own).TryGetValue(setting.Name, out var value) ? value.Deserialize<T>(SealJson.Options)! : (T)setting.Standard;

    internal static SortedDictionary<string, JsonElement> Parsed(string? own) =>
        own is null
            ? new(StringComparer.Ordinal)
            : new(SealJson.Parse<Dictionary<string, JsonElement>>(Encoding.UTF8.GetBytes(own)), StringComparer.Ordinal);
}
