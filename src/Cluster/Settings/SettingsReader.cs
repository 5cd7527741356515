using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Seal.Core.Sweeps.Reading;

namespace Seal.Cluster.Settings;

/// <summary>What is wrong with the settings, one line each; secrets are never repeated.</summary>
public sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems => problems;
}

/// <summary>
/// Settings from a file, then the environment (<c>SEAL__CLUSTER__REDIS=…</c>), then arguments (<c>--set Cluster.Redis=…</c>); the later wins. Keys that
/// nobody reads are refused: they are misspellings.
/// </summary>
public static class SettingsReader
{
    private const string Prefix = "SEAL__";

    /// <param name="file">A JSON file, or null for none.</param>
    /// <param name="overrides">Pairs <c>Section.Key=value</c>.</param>
    /// <exception cref="SettingsException">Says what is wrong.</exception>
    public static SealSettings Read(string? file, IReadOnlyList<string> overrides)
    {
        if (overrides.FirstOrDefault(pair => pair.IndexOf('=') <= 0) is { } odd)
        {
            throw new SettingsException([$"--set {odd}: must be Section.Key=value, e.g. --set Cluster.Redis=localhost:6379"]);
        }

        IConfigurationRoot configuration;
        try
        {
            var builder = new ConfigurationBuilder();
            if (file is not null)
            {
                builder.AddJsonFile(Path.GetFullPath(file), optional: false);
            }

            configuration = builder.AddEnvironmentVariables(Prefix).AddInMemoryCollection(Pairs(overrides)).Build();
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException or FormatException)
        {
            throw new SettingsException([unreadable.InnerException is { } inner ? $"{unreadable.Message} {inner.Message}" : unreadable.Message]);
        }

        return Bind(configuration);
    }

    /// <summary>Of a key that is given twice the later counts.</summary>
    private static Dictionary<string, string?> Pairs(IReadOnlyList<string> overrides)
    {
        var pairs = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var text in overrides)
        {
            var equals = text.IndexOf('=');
            pairs[text[..equals].Replace('.', ':')] = text[(equals + 1)..];
        }

        return pairs;
    }

    /// <exception cref="SettingsException">Unknown keys, or values of the wrong kind.</exception>
    public static SealSettings Bind(IConfiguration configuration)
    {
        var problems = new List<string>();
        Check(configuration, typeof(SealSettings), "", problems);
        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }

        var settings = new SealSettings();
        configuration.Bind(settings);
        return settings;
    }

    private static void Check(IConfiguration section, Type type, string path, List<string> problems)
    {
        var properties = type.GetProperties().Where(property => property.CanWrite).ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            var name = path.Length == 0 ? child.Key : $"{path}.{child.Key}";
            if (!properties.TryGetValue(child.Key, out var property))
            {
                var near = Spelling.Closest(child.Key, properties.Keys);
                problems.Add($"{name} is no setting{(near is null ? $"; there is {string.Join(", ", properties.Keys)}" : $"; did you mean {near}?")}");
            }
            else if (property.PropertyType.Namespace == type.Namespace)
            {
                Check(child, property.PropertyType, Join(path, property), problems);
            }
            else if (child.Value is { } value && Expected(property.PropertyType, value) is { } expected)
            {
                problems.Add($"{Join(path, property)} must be {expected}; got {value}");
            }
        }
    }

    private static string Join(string path, PropertyInfo property) => path.Length == 0 ? property.Name : $"{path}.{property.Name}";

    /// <summary>What the value should have been, or null if it is that.</summary>
    private static string? Expected(Type type, string value) =>
        type == typeof(int) && !int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _) ? "a whole number"
        : type == typeof(bool) && !bool.TryParse(value, out _) ? "true or false"
        : type == typeof(TimeSpan) && !TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _) ? "a time as hh:mm:ss"
        : null;
}
