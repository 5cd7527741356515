using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Seal.Core.Json;
using Seal.Core.Versions;

namespace Seal.Grains.Abstractions;

/// <summary>
/// What silos and clients say to each other: grain interfaces, their methods, and every message with its members, read off the types themselves.
/// Builds with different contracts do not talk: each call names its caller's, and a silo refuses another one. <c>contract.txt</c> beside this file
/// is its text, held by a test, so that a change of it is seen.
/// </summary>
public static class GridContract
{
    /// <summary>The interfaces, by name.</summary>
    public static IReadOnlyList<Type> Interfaces { get; } =
    [
        .. typeof(GridContract)
            .Assembly.GetTypes()
            .Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type))
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    /// <summary>Every type of ours that a call or a reply can have in it, by full name.</summary>
    public static IReadOnlyList<Type> Messages { get; } = [.. Reachable().OrderBy(type => type.FullName, StringComparer.Ordinal)];

    /// <summary>The contract in words, a line a method or member.</summary>
    public static string Text { get; } = Describe();

    /// <summary>First twelve digits of the SHA-256 of <see cref="Text"/>.</summary>
    public static string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))[..12];

    /// <summary>Why two builds cannot talk.</summary>
    /// <param name="whom">Who is not of this build, e.g. <c>the silo trainer-3</c>.</param>
    /// <param name="build">Its build, or null where it names none.</param>
    /// <param name="contract">Its contract, or null where it names none.</param>
    /// <returns>Null if they can.</returns>
    public static string? Refusal(string whom, string? build, string? contract) =>
        contract == Id ? null
        : contract is null ? $"{whom} names no version, so it is of a build before 0.2.0; this is build {SealBuild.Id}. {Advice}"
        : $"{whom} is of build {build} and speaks messages {contract}; this is build {SealBuild.Id} and speaks {Id}. {Advice}";

    /// <summary>Whether a call failed because the builds differ: silos refuse with a type that crosses calls as it is.</summary>
    public static bool IsRefusal(Exception failure) => failure is NotSupportedException && failure.Message.EndsWith(Advice, StringComparison.Ordinal);

    private const string Advice = "Use the console and the silos of one build; sweeps go on from their store when all are.";

    private static string Describe()
    {
        var text = new StringBuilder();
        foreach (var contract in Interfaces)
        {
            text.Append(contract.GetCustomAttribute<GrainInterfaceTypeAttribute>()?.GetGrainInterfaceType(null!, contract).ToString() ?? "unnamed")
                .Append(" = ")
                .Append(contract.Name)
                .Append('\n');
            foreach (var method in contract.GetMethods().OrderBy(method => method.Name, StringComparer.Ordinal))
            {
                text.Append("  ")
                    .Append(method.Name)
                    .Append('(')
                    .AppendJoin(", ", method.GetParameters().Select(parameter => Name(parameter.ParameterType)))
                    .Append(") -> ")
                    .Append(Name(method.ReturnType))
                    .Append('\n');
            }
        }

        foreach (var message in Messages)
        {
            text.Append(message.FullName).Append('\n');
            foreach (var member in Members(message))
            {
                text.Append("  ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Members(Type message)
    {
        if (message.IsEnum)
        {
            return Enum.GetNames(message);
        }

        var info = SealJson.Options.GetTypeInfo(message);
        return info.Kind == JsonTypeInfoKind.Object
            ? Sent(info).Select(member => $"{member.Name}: {Name(member.PropertyType)}")
            : [info.Kind.ToString()];
    }

    /// <summary>Members that are written: what follows from others is left out of messages.</summary>
    private static IEnumerable<JsonPropertyInfo> Sent(JsonTypeInfo info) => info.Properties.Where(member => member.Get is not null);

    private static HashSet<Type> Reachable()
    {
        var found = new HashSet<Type>();
        var open = new Stack<Type>(
            Interfaces
                .SelectMany(contract => contract.GetMethods())
                .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))
        );
        while (open.TryPop(out var type))
        {
            Array.ForEach(type.GetGenericArguments(), open.Push);
            if (type.GetElementType() is { } element)
            {
                open.Push(element);
            }

            if (
                IsOurs(type)
                && !IsText(type)
                && found.Add(type)
                && !type.IsEnum
                && SealJson.Options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info
            )
            {
                foreach (var member in Sent(info))
                {
                    open.Push(member.PropertyType);
                }
            }
        }

        return found;
    }

    private static bool IsOurs(Type type) => !type.IsInterface && (type.Namespace?.StartsWith("Seal.", StringComparison.Ordinal) ?? false);

    /// <summary>Types of ours that travel as a text.</summary>
    private static bool IsText(Type type) => IsOurs(type) && type.GetCustomAttribute<JsonConverterAttribute>() is not null;

    private static string Name(Type type) =>
        IsText(type) ? nameof(String)
        : type.IsGenericType
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.IsArray ? $"{Name(type.GetElementType()!)}[]"
        : type.Name;
}
