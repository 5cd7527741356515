using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Seal.Core.Files;
using Seal.Core.Sweeps.Reading;

namespace Seal.Cluster.Settings;

/// <summary>What is wrong with the settings, one line each; secrets are never repeated.</summary>
public sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems => problems;
}

/// <summary>
/// Settings from a file, then the environment (<c>SEAL__CLUSTER__REDIS=…</c>), then arguments (<c>--set Cluster.Redis=…</c>); the later wins. Keys
/// that nobody reads are refused: they are misspellings.
/// </summary>
public static class SettingsReader
{
    private const string Prefix = "SEAL__";

    /// <param name="file">A JSON file, or null for none.</param>
    /// <param name="overrides">Pairs <c>Section.Key=value</c>.</param>
    /// <exception cref="SettingsException">Says what is wrong.</exception>
    public static SealSettings Read(string? file, IReadOnlyList<string> overrides)
    {
        if (overrides.Any(pair => pair.IndexOf('=') <= 0))
        {
            // Not repeated: it may be a secret whose key was left out.
            throw new SettingsException([
                "--set must be given Section.Key=value, e.g. --set Cluster.Redis=localhost:6379; got a text without a key and '='",
            ]);
        }

        IConfigurationRoot configuration;
        try
        {
            var builder = new ConfigurationBuilder();
            if (file is not null)
            {
                UserFile.Check(Path.GetFullPath(file));
                builder.AddJsonFile(Path.GetFullPath(file), optional: false);
            }

            configuration = builder.AddEnvironmentVariables(Prefix).AddInMemoryCollection(Pairs(overrides)).Build();
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException or FormatException or UnauthorizedAccessException)
        {
            // The outer exception names the file, the innermost the place in it.
            var cause = unreadable.GetBaseException();
            throw new SettingsException([ReferenceEquals(cause, unreadable) ? unreadable.Message : $"{unreadable.Message} {cause.Message}"]);
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
        var unset = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Check(configuration, new SealSettings(), "", problems, unset);
        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }

        var settings = new SealSettings();
        new ConfigurationBuilder()
            .AddInMemoryCollection(configuration.AsEnumerable().Where(pair => !unset.Contains(pair.Key)))
            .Build()
            .Bind(settings);
        return settings;
    }

    /// <param name="section">What was given.</param>
    /// <param name="defaults">The section's record with nothing given.</param>
    /// <param name="path">Where we are, for people.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <param name="unset">Gets the keys that were given as nothing where nothing is the default: as if they had not been given, so that a variable
    /// can take a file's value away.</param>
    private static void Check(IConfiguration section, object defaults, string path, List<string> problems, HashSet<string> unset)
    {
        var type = defaults.GetType();
        var properties = type.GetProperties()
            .Where(property => property.CanWrite)
            .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            var name = path.Length == 0 ? child.Key : $"{path}.{child.Key}";
            if (!properties.TryGetValue(child.Key, out var property))
            {
                var near = Spelling.Closest(child.Key, properties.Keys);
                problems.Add(
                    $"{name} is no setting{(near is null ? $"; there is {string.Join(", ", properties.Keys)}" : $"; did you mean {near}?")}"
                );
            }
            else if (property.PropertyType.Namespace == type.Namespace)
            {
                if (!string.IsNullOrEmpty(child.Value))
                {
                    problems.Add(
                        $"{Join(path, property)} is a section and has no value of its own; there is "
                            + $"{string.Join(", ", property.PropertyType.GetProperties().Where(key => key.CanWrite).Select(key => $"{Join(path, property)}.{key.Name}"))}"
                    );
                }

                Check(child, property.GetValue(defaults)!, Join(path, property), problems, unset);
            }
            else if (child.GetChildren().Any())
            {
                problems.Add(
                    $"{Join(path, property)} must be one value; got a list or a section. Several are written in one text, with commas between"
                );
            }
            else if (string.IsNullOrWhiteSpace(child.Value) && property.GetValue(defaults) is null)
            {
                unset.Add(child.Path);
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
        // A number alone would be days.
        : type == typeof(TimeSpan)
        && !(value.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _))
            ? "a time as hh:mm:ss"
        : null;
}
