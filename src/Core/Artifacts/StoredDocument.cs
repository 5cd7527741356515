using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Seal.Core.Json;
using Seal.Core.Versions;

namespace Seal.Core.Artifacts;

/// <summary>Marks a type that is kept in the store as a document of its own, and names its kind. What has no mark cannot be stored that
/// way.</summary>
/// <param name="kind">Stands in the header, e.g. <c>manifest</c>: lower-case letters and '-'.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class StoredDocumentAttribute(string kind) : Attribute
{
    public string Kind { get; } = kind;
}

/// <summary>
/// The one way of writing and reading JSON documents of a store: a header line <c>seal 2 sweep 0.2.0+7e90105aa21c &lt;SHA-256&gt;</c> (format
/// version, kind, build), then the JSON. The hash covers everything else, so neither a damaged document nor one of another format is ever loaded.
/// Content-addressed blobs carry no header: their name is their hash, and they are read through a document that has one. Documents for people
/// (<c>results.json</c> and what stands beside it) are plain JSON.
/// </summary>
public static class StoredDocument
{
    /// <summary>
    /// The format of everything in a store. Raise it when a document changes its meaning; a new optional member needs no new version, because a
    /// build that does not know it refuses it by name. Version 1 had no header but a hash, and no version.
    /// </summary>
    public const int Version = 2;

    private const string Magic = "seal ";
    private const int HashLength = 64;
    private const int LongestHeader = 512;

    /// <summary>The document's bytes.</summary>
    /// <exception cref="ArgumentException">The type is not marked with <see cref="StoredDocumentAttribute"/>.</exception>
    public static byte[] Format<T>(T document) => Format(Marked<T>.Kind, Version, SealBuild.Id, SealJson.ToBytes(document));

    /// <param name="key">Where it was read, for messages.</param>
    /// <param name="bytes">What was read.</param>
    /// <exception cref="InvalidDataException">Damaged, or written by a build that this one does not understand; says which, and what to
    /// do.</exception>
    public static T Parse<T>(string key, ReadOnlySpan<byte> bytes)
    {
        if (HeaderOf(bytes) is { } header)
        {
            return Parse<T>(key, header, bytes);
        }

        throw IsOfFormatOne(bytes) ? DocumentProblem.Older(key, "a build before 0.2.0", 1) : DocumentProblem.Damaged(key);
    }

    /// <summary>The same for what may be lost: null where the document is damaged.</summary>
    /// <exception cref="InvalidDataException">Written by a build that this one does not understand; says which, and what to do.</exception>
    public static T? ParseUnlessDamaged<T>(string key, ReadOnlySpan<byte> bytes)
        where T : class =>
        HeaderOf(bytes) is { } header ? Parse<T>(key, header, bytes)
        : IsOfFormatOne(bytes) ? throw DocumentProblem.Older(key, "a build before 0.2.0", 1)
        : null;

    private static T Parse<T>(string key, DocumentHeader header, ReadOnlySpan<byte> bytes)
    {
        var kind = Marked<T>.Kind;
        if (header.Version != Version)
        {
            throw header.Version > Version
                ? DocumentProblem.Newer(key, header.Build, header.Version)
                : DocumentProblem.Older(key, $"build {header.Build}", header.Version);
        }

        if (header.Kind != kind)
        {
            throw DocumentProblem.Of(
                key,
                $"is a document of kind '{header.Kind}' where one of kind '{kind}' belongs; it was put in the wrong place."
            );
        }

        try
        {
            return SealJson.Parse<T>(bytes[header.Length..]);
        }
        catch (JsonException foreign)
        {
            throw DocumentProblem.Foreign(key, header.Build, foreign);
        }
    }

    /// <summary>True if the document has the hash of its header, whatever build wrote it.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes) => HeaderOf(bytes) is not null || IsOfFormatOne(bytes);

    /// <summary>What a document says of itself; null where it is no whole document with a header.</summary>
    public static DocumentHeader? HeaderOf(ReadOnlySpan<byte> bytes)
    {
        var end = bytes[..Math.Min(bytes.Length, LongestHeader)].IndexOf((byte)'\n');
        if (end < Magic.Length + HashLength || !bytes.StartsWith(Encoding.ASCII.GetBytes(Magic)))
        {
            return null;
        }

        var before = bytes[..(end - HashLength)];
        var fields = Encoding.ASCII.GetString(before).Split(' ');
        return
            fields is [_, var version, { Length: > 0 } kind, { Length: > 0 } build, ""]
            && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && Encoding.ASCII.GetString(bytes[before.Length..end]) == Hash(before, bytes[(end + 1)..])
            ? new DocumentHeader(number, kind, build, end + 1)
            : null;
    }

    /// <summary>The kind of a marked type.</summary>
    /// <exception cref="ArgumentException">The type is not marked.</exception>
    public static string KindOf(Type type) =>
        type.GetCustomAttribute<StoredDocumentAttribute>()?.Kind
        ?? throw new ArgumentException($"{type.Name} is no stored document: it has no [StoredDocument] with its kind.");

    internal static byte[] Format(string kind, int version, string build, ReadOnlySpan<byte> json)
    {
        var header = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Magic}{version} {kind} {build} "));
        return [.. header, .. Encoding.ASCII.GetBytes(Hash(header, json)), (byte)'\n', .. json];
    }

    private static class Marked<T>
    {
        private static string? _kind;

        public static string Kind => _kind ??= KindOf(typeof(T));
    }

    private static string Hash(ReadOnlySpan<byte> header, ReadOnlySpan<byte> json)
    {
        using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
        hash.AppendData(header);
        hash.AppendData(json);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Format 1: the SHA-256 of the JSON on a line of its own, then the JSON.</summary>
    private static bool IsOfFormatOne(ReadOnlySpan<byte> bytes) =>
        bytes.Length > HashLength
        && bytes[HashLength] == (byte)'\n'
        && ArtifactKey.Sha256(bytes[(HashLength + 1)..]) == Encoding.ASCII.GetString(bytes[..HashLength]);
}

/// <param name="Version">Format version.</param>
/// <param name="Kind">What it is a document of.</param>
/// <param name="Build">Who wrote it.</param>
/// <param name="Length">Bytes of the header, its line end included; the JSON follows.</param>
public readonly record struct DocumentHeader(int Version, string Kind, string Build, int Length);
