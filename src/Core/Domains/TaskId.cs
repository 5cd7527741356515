using System.Buffers;
using System.Text;

namespace Seal.Core.Domains;

/// <summary>
/// Ids of tasks: <c>^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$</c>, told apart by case. Also how an id is written in keys of the store and of grains, which
/// have no capitals: no two keys may differ by case alone, as some file systems would take them for one.
/// </summary>
public static class TaskId
{
    /// <summary>Longest id. A key is at most twice as long, and fits into a segment of <see cref="Artifacts.ArtifactKey"/> with what follows it
    /// there.</summary>
    public const int Longest = 63;

    /// <summary>What an id must look like, for messages.</summary>
    public const string Expected = "1 to 63 characters A-Z, a-z, 0-9, '_' and '-' that start with a letter or digit";

    /// <summary>Stands behind a character that means another one: <c>a_</c> is A, <c>-_</c> is an underscore.</summary>
    private const char Mark = '_';

    private static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Whether a text is a task's id.</summary>
    public static bool IsGood(string id) =>
        id.Length is > 0 and <= Longest && char.IsAsciiLetterOrDigit(id[0]) && !id.AsSpan().ContainsAnyExcept(Letters);

    /// <summary>
    /// The id as one segment of a key. Ids without capitals and underscores stay as they are; <c>AboveBelow1</c> becomes <c>a_boveb_elow1</c> and
    /// <c>Center_3</c> becomes <c>c_enter-_3</c>. Different ids have different keys.
    /// </summary>
    /// <exception cref="ArgumentException">Not an id.</exception>
    public static string ToKey(string id)
    {
        if (!IsGood(id))
        {
            throw new ArgumentException($"'{id}' is no task id: expected {Expected}.", nameof(id));
        }

        if (!id.AsSpan().ContainsAnyExcept(Plain))
        {
            return id;
        }

        var key = new StringBuilder(2 * id.Length);
        foreach (var letter in id)
        {
            _ =
                letter == Mark ? key.Append('-').Append(Mark)
                : char.IsAsciiLetterUpper(letter) ? key.Append(char.ToLowerInvariant(letter)).Append(Mark)
                : key.Append(letter);
        }

        return key.ToString();
    }

    /// <summary>The id that a key's segment stands for, or null where it is none's.</summary>
    public static string? FromKey(string segment)
    {
        var id = new StringBuilder(segment.Length);
        for (var i = 0; i < segment.Length; i++)
        {
            var isMarked = i + 1 < segment.Length && segment[i + 1] == Mark;
            if (!Plain.Contains(segment[i]) || (isMarked && char.IsAsciiDigit(segment[i])))
            {
                return null;
            }

            id.Append(
                !isMarked ? segment[i]
                : segment[i] == '-' ? Mark
                : char.ToUpperInvariant(segment[i])
            );
            i += isMarked ? 1 : 0;
        }

        return IsGood(id.ToString()) ? id.ToString() : null;
    }
}
