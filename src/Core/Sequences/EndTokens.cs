namespace Seal.Core.Sequences;

/// <summary>The tokens that end a generated text. Models name several: one ends a turn, another the document, and any of them ends what is
/// read.</summary>
public sealed class EndTokens
{
    private readonly int[] _ids;

    /// <param name="ids">Negative ones name no token and are left out.</param>
    public EndTokens(params IEnumerable<int> ids) => _ids = [.. ids.Where(id => id >= 0).Distinct().Order()];

    /// <summary>Ascending.</summary>
    public IReadOnlyList<int> Ids => _ids;

    public bool Contains(int token) => Array.IndexOf(_ids, token) >= 0;

    public static implicit operator EndTokens(int id) => new(id);

    public static EndTokens FromInt32(int id) => new(id);
}
