using System.Reflection;

namespace Seal.Grains.Tests.Identity;

/// <summary>Walks records by reflection: every property that can be set, into the records of this project, as
/// <c>run.settings.inner.rank</c>.</summary>
internal static class Records
{
    /// <summary>Paths of the leaves under a record.</summary>
    public static IEnumerable<string> Paths(object record, string prefix) =>
        Settable(record.GetType())
            .SelectMany(property =>
            {
                var path = $"{prefix}.{char.ToLowerInvariant(property.Name[0])}{property.Name[1..]}";
                return property.GetValue(record) is { } value && IsRecord(value.GetType()) ? Paths(value, path) : [path];
            });

    /// <summary>The record with one leaf changed.</summary>
    /// <param name="record">Not changed itself.</param>
    /// <param name="path">The leaf, without the prefix.</param>
    /// <param name="value">Its new value; null for any other than it has.</param>
    public static object Flip(object record, string path, object? value)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? path : path[..dot];
        var property = Settable(record.GetType()).Single(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));
        var before = property.GetValue(record);
        var after = dot >= 0 ? Flip(before!, path[(dot + 1)..], value) : value ?? Other(before, property);
        if (dot < 0 && Equals(before, after))
        {
            throw new InvalidOperationException($"{path}: the new value {after} is the old one.");
        }

        var copy = Clone(record);
        property.SetValue(copy, after);
        return copy;
    }

    private static object Other(object? value, PropertyInfo property) =>
        (value, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) switch
        {
            (bool truth, _) => !truth,
            (int number, _) => number + 1,
            (long number, _) => number + 1,
            (ulong number, _) => number + 1,
            (double number, _) => number + 0.25,
            (Enum word, var type) => Enum.GetValues(type).Cast<object>().First(other => !other.Equals(word)),
            (string text, _) => text + "x",
            (null, var type) when type == typeof(string) => "x",
            _ => throw new InvalidOperationException(
                $"{property.DeclaringType!.Name}.{property.Name}: a {property.PropertyType.Name} needs a value in the table; say which."
            ),
        };

    private static IEnumerable<PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null && property.GetIndexParameters().Length == 0);

    private static bool IsRecord(Type type) =>
        type.Namespace?.StartsWith("Seal.", StringComparison.Ordinal) == true && type.GetMethod("<Clone>$") is not null;

    private static object Clone(object record) => record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
}
