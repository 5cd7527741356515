using System.Buffers;
using System.Text;
using Seal.Core.Artifacts;

namespace Seal.Core.Sweeps;

/// <summary>Names that are folders, keys and words on a command line at once: <c>^[a-z0-9][a-z0-9-]{0,62}$</c>.</summary>
public static class StoreName
{
    public const int Longest = 63;

    private const int HashLength = 8;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static bool IsGood(string name) => name.Length is > 0 and <= Longest && name[0] != '-' && !name.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>A name for any text: the text itself where it is one, else its letters and digits with a hash of the text behind them.</summary>
    public static string From(string text) => IsGood(text) ? text : Hashed(text, text);

    /// <summary>Cuts a name that is too long and puts a hash of the whole behind it, so that different names stay different.</summary>
    public static string Shorten(string name) => name.Length <= Longest ? name : Hashed(name, name);

    /// <summary><paramref name="name"/> made unmistakable by a hash of <paramref name="identity"/>.</summary>
    public static string Hashed(string name, string identity)
    {
        var slug = new StringBuilder();
        foreach (var letter in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                slug.Append(letter);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var room = Longest - HashLength - 1;
        var head = slug.ToString(0, Math.Min(slug.Length, room)).Trim('-');
        var hash = ArtifactKey.Sha256(Encoding.UTF8.GetBytes(identity))[..HashLength];
        return head.Length == 0 ? hash : $"{head}-{hash}";
    }
}
