using System.Text;
using Seal.Core.Sequences;

namespace Seal.Arc.Tests.Support;

/// <summary>The project's grid vocabulary in small: the agreed special tokens, some pieces of the self-edit, printable ASCII; longest
/// match.</summary>
internal sealed class TestVocabulary : ITokenizer
{
    private static readonly string[] Specials =
    [
        "<pad>",
        "<bos>",
        "<eos>",
        "<in>",
        "<out>",
        "<row>",
        "<end>",
        "<edit>",
        .. Enumerable.Range(0, 10).Select(colour => $"<c{colour}>"),
    ];

    private readonly string[] _texts;

    public TestVocabulary(params string[] pieces)
    {
        string[] own =
            pieces.Length > 0
                ? pieces
                :
                [
                    "{\"data_generation\":{\"use_basic_augmentations\":",
                    ",\"use_size_augmentations\":",
                    ",\"use_chain_augmentations\":",
                    ",\"use_repeat_augmentations\":",
                    "},\"training\":{\"strategy\":",
                    ",\"learning_rate\":",
                    ",\"num_train_epochs\":",
                    "}}",
                    "true",
                    "false",
                    "\"train_using_all_tokens\"",
                    "\"train_using_output_tokens\"",
                    "0.001",
                    "0.00",
                ];
        _texts = [.. Specials, .. own, .. Enumerable.Range(0x20, 0x5f).Select(c => ((char)c).ToString())];
    }

    public string Id => "test-grid";

    public int VocabularySize => _texts.Length;

    public int EndOfText => 2;

    public int[] Encode(string text)
    {
        var tokens = new List<int>();
        for (var at = 0; at < text.Length; )
        {
            var best = -1;
            for (var id = 0; id < _texts.Length; id++)
            {
                if (string.CompareOrdinal(text, at, _texts[id], 0, _texts[id].Length) == 0 && (best < 0 || _texts[id].Length > _texts[best].Length))
                {
                    best = id;
                }
            }

            tokens.Add(best >= 0 ? best : throw new FormatException($"No token for '{text[at]}'."));
            at += _texts[best].Length;
        }

        return [.. tokens];
    }

    public string Decode(ReadOnlySpan<int> tokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            text.Append(_texts[token]);
        }

        return text.ToString();
    }

    public bool TryGetSpecial(string name, out int token) => (token = Array.IndexOf(Specials, name)) >= 0;

    public ReadOnlyMemory<byte> Bytes(int token) => token < Specials.Length ? default : Encoding.ASCII.GetBytes(_texts[token]);
}
