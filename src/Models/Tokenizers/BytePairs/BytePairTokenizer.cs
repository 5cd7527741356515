using System.Text;
using Microsoft.ML.Tokenizers;
using Seal.Core.Sequences;

namespace Seal.Models.Tokenizers.BytePairs;

/// <summary>
/// A byte-level BPE vocabulary (Sennrich et al. 2016; Radford et al. 2019) as Hugging Face's tokenizer.json states it: added tokens are found first,
/// what lies between is cut by the file's pattern, and inside a piece Microsoft.ML.Tokenizers merges bytes by the file's merges
/// (<see cref="LongPieceMerger"/> where the piece is long).
/// Nothing is added in front or behind.
/// </summary>
internal sealed class BytePairTokenizer : ITokenizer
{
    /// <summary>Letters of a piece from which on it is merged here and not by the library.</summary>
    private const int LongPiece = 256;

    private readonly AddedTokens _added;
    private readonly Func<string, string> _normalize;
    private readonly TextSplitter[] _splitters;
    private readonly Dictionary<string, int>? _words;
    private readonly BpeTokenizer _merger;
    private readonly LongPieceMerger _longMerger;
    private readonly byte[][] _bytes;
    private readonly string?[] _specials;

    internal BytePairTokenizer(BytePairParts parts)
    {
        (_added, _normalize, _splitters) = (parts.Added, parts.Normalize, parts.Splitters);
        (_merger, _longMerger) = (parts.Merger, parts.LongMerger);
        _words = parts.IgnoresMerges ? parts.Vocabulary : null;
        (Id, EndOfText, EndTokens) = (parts.Id, parts.EndOfText, parts.EndTokens);
        VocabularySize = 1 + Math.Max(parts.Vocabulary.Values.Max(), parts.Added.LargestId);
        _bytes = new byte[VocabularySize][];
        Array.Fill(_bytes, []);
        _specials = new string?[VocabularySize];
        foreach (var (letters, id) in parts.Vocabulary)
        {
            _bytes[id] = ByteAlphabet.Read(letters) ?? [];
        }

        foreach (var (text, id) in parts.Added.All)
        {
            (_bytes[id], _specials[id]) = ([], text);
        }
    }

    /// <summary>SHA-256 of tokenizer.json, the end token, and what else ends a text.</summary>
    public string Id { get; }

    public int VocabularySize { get; }

    /// <summary>−1 where neither tokenizer_config.json nor generation_config.json nor config.json names one.</summary>
    public int EndOfText { get; }

    public EndTokens EndTokens { get; }

    public int[] Encode(string text)
    {
        var ids = new List<int>(text.Length / 2);
        var at = 0;
        while (at < text.Length)
        {
            var (start, length, id) = _added.Find(text, at);
            if (start > at)
            {
                Split(_normalize(text[at..start]), 0, ids);
            }

            if (id >= 0)
            {
                ids.Add(id);
            }

            at = start + length;
        }

        return [.. ids];
    }

    public string Decode(ReadOnlySpan<int> tokens)
    {
        var text = new StringBuilder();
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            // Ids that the model has and the vocabulary has not (a padded embedding) say nothing.
            if (token >= VocabularySize || _specials[token] is not { } special)
            {
                bytes.AddRange(token < VocabularySize ? _bytes[token] : []);
                continue;
            }

            Flush();
            text.Append(special);
        }

        Flush();
        return text.ToString();

        void Flush()
        {
            text.Append(Encoding.UTF8.GetString([.. bytes]));
            bytes.Clear();
        }
    }

    public bool TryGetSpecial(string name, out int token) => _added.TryGet(name, out token);

    public ReadOnlyMemory<byte> Bytes(int token) => _bytes[token];

    private void Split(ReadOnlySpan<char> text, int splitter, List<int> ids)
    {
        if (splitter == _splitters.Length)
        {
            Merge(ByteAlphabet.Write(text), ids);
            return;
        }

        _splitters[splitter].Split(text, piece => Split(piece, splitter + 1, ids));
    }

    private void Merge(string letters, List<int> ids)
    {
        // ignore_merges: a piece that is a word of the vocabulary is that word, whether merges lead to it or not.
        if (_words is not null && _words.TryGetValue(letters, out var word))
        {
            ids.Add(word);
        }
        else if (letters.Length >= LongPiece)
        {
            _longMerger.Merge(letters, ids);
        }
        else
        {
            ids.AddRange(_merger.EncodeToIds(letters, considerPreTokenization: false, considerNormalization: false));
        }
    }
}

/// <summary>What a <see cref="BytePairTokenizer"/> is made of.</summary>
/// <param name="Vocabulary">Ids by letters of <see cref="ByteAlphabet"/>.</param>
/// <param name="IgnoresMerges">Whether whole words win over merges.</param>
internal sealed record BytePairParts(
    string Id,
    Dictionary<string, int> Vocabulary,
    BpeTokenizer Merger,
    LongPieceMerger LongMerger,
    bool IgnoresMerges,
    AddedTokens Added,
    Func<string, string> Normalize,
    TextSplitter[] Splitters,
    int EndOfText,
    EndTokens EndTokens
);
