namespace Seal.Models.Tokenizers.BytePairs;

/// <summary>
/// Merges the bytes of one long piece, of n letters, in O(n log n): the pairs wait in a queue by rank, then place, and the tokens are a linked
/// list. The library's merging, which has a cache of words, is as good for short ones and takes O(n²).
/// </summary>
internal sealed class LongPieceMerger
{
    private const int None = -1;

    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges;
    private readonly int[] _letters;

    /// <param name="vocabulary">Ids by letters of <see cref="ByteAlphabet"/>; has every letter.</param>
    /// <param name="merges">"left right", in order of rank; their parts and what they make are in the vocabulary.</param>
    public LongPieceMerger(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<string> merges)
    {
        _merges = new Dictionary<(int, int), (int, int)>(merges.Count);
        for (var rank = 0; rank < merges.Count; rank++)
        {
            var space = merges[rank].IndexOf(' ', StringComparison.Ordinal);
            var (left, right) = (merges[rank][..space], merges[rank][(space + 1)..]);
            _merges[(vocabulary[left], vocabulary[right])] = (rank, vocabulary[left + right]);
        }

        _letters = new int[char.MaxValue + 1];
        for (var value = 0; value < 256; value++)
        {
            var letter = ByteAlphabet.Letter((byte)value);
            _letters[letter] = vocabulary[letter.ToString()];
        }
    }

    /// <summary>Adds the piece's ids.</summary>
    public void Merge(string letters, List<int> ids)
    {
        var (tokens, before, after) = (new int[letters.Length], new int[letters.Length], new int[letters.Length]);
        var waiting = new PriorityQueue<(int Place, int Id), (int Rank, int Place)>(letters.Length);
        for (var i = 0; i < letters.Length; i++)
        {
            (tokens[i], before[i], after[i]) = (_letters[letters[i]], i - 1, i + 1 < letters.Length ? i + 1 : None);
        }

        for (var i = 0; i + 1 < letters.Length; i++)
        {
            Offer(i);
        }

        while (waiting.TryDequeue(out var merge, out _))
        {
            // The pair may be gone by now: one of its tokens was taken by another merge.
            var (left, right) = (merge.Place, tokens[merge.Place] == None ? None : after[merge.Place]);
            if (right == None || !_merges.TryGetValue((tokens[left], tokens[right]), out var now) || now.Id != merge.Id)
            {
                continue;
            }

            (tokens[left], tokens[right], after[left]) = (merge.Id, None, after[right]);
            if (after[left] != None)
            {
                before[after[left]] = left;
                Offer(left);
            }

            if (before[left] != None)
            {
                Offer(before[left]);
            }
        }

        for (var i = 0; i != None; i = after[i])
        {
            ids.Add(tokens[i]);
        }

        void Offer(int place)
        {
            if (_merges.TryGetValue((tokens[place], tokens[after[place]]), out var merge))
            {
                waiting.Enqueue((place, merge.Id), (merge.Rank, place));
            }
        }
    }
}
