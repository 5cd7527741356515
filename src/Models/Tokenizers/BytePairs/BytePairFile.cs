using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Sequences;

namespace Seal.Models.Tokenizers.BytePairs;

/// <summary>
/// Reads Hugging Face's tokenizer.json where it is a byte-level BPE (Llama 3, Qwen2.5, Qwen3). What would change the ids and is not done here is
/// refused by key and value; the post-processor is not looked at, because nothing is added around a text.
/// </summary>
internal sealed class BytePairFile
{
    public const string Kind = "BPE";

    private const int LargestId = 1 << 22;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // What ByteLevel cuts by when the file gives no pattern of its own: GPT-2's.
    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    private readonly JsonElement _root;
    private readonly string _file;

    private BytePairFile(JsonElement root, string file) => (_root, _file) = (root, file);

    /// <param name="utf8">The file.</param>
    /// <param name="file">Named in messages.</param>
    /// <param name="end">Finds the end tokens: added token by text → id, or −1.</param>
    /// <exception cref="ModelFormatException">Malformed, or another kind of vocabulary.</exception>
    public static BytePairTokenizer Parse(ReadOnlyMemory<byte> utf8, string file, Func<Func<string, int>, EndToken>? end = null)
    {
        try
        {
            using var document = UserJson.Parse(utf8);
            return new BytePairFile(document.RootElement, file).Make(Convert.ToHexStringLower(SHA256.HashData(utf8.Span)), end);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new ModelFormatException($"{file}: not a vocabulary as Hugging Face writes it: {e.Message}", e);
        }
    }

    private BytePairTokenizer Make(string hash, Func<Func<string, int>, EndToken>? end)
    {
        var model = Get(_root, "model", JsonValueKind.Object);
        Only(model, "model.type", Kind);
        Only(model, "model.dropout", "0", "0.0");
        Only(model, "model.byte_fallback", "False");
        Only(model, "model.continuing_subword_prefix", "");
        Only(model, "model.end_of_word_suffix", "");
        var vocabulary = Vocabulary(Get(model, "vocab", JsonValueKind.Object));
        var merges = Merges(Get(model, "merges", JsonValueKind.Array), vocabulary);
        var added = Added(vocabulary);
        var splitters = new List<TextSplitter>();
        var isByteLevel = false;
        if (_root.TryGetProperty("pre_tokenizer", out var pre) && pre.ValueKind != JsonValueKind.Null)
        {
            ReadSplitters(pre, splitters, ref isByteLevel);
        }

        if (!isByteLevel)
        {
            throw Refuse(
                "pre_tokenizer",
                pre,
                "one with ByteLevel: only byte-level vocabularies (Llama 3, Qwen2.5, Qwen3) are read; SentencePiece ones (Llama 2) are not"
            );
        }

        var ids = new AddedTokens(added);
        var ends = end?.Invoke(text => ids.TryGet(text, out var id) ? id : -1) ?? EndToken.None;
        return new BytePairTokenizer(
            new BytePairParts(
                string.Create(CultureInfo.InvariantCulture, $"{hash}-{ends.Id}{string.Concat(ends.Others.Select(other => $"-{other}"))}"),
                vocabulary,
                BpeTokenizer.Create(new BpeOptions(vocabulary) { Merges = merges }),
                new LongPieceMerger(vocabulary, merges),
                model.TryGetProperty("ignore_merges", out var ignore) && ignore.ValueKind == JsonValueKind.True,
                ids,
                Normalizer(),
                [.. splitters],
                ends.Id,
                new EndTokens([ends.Id, .. ends.Others])
            )
        );
    }

    private Dictionary<string, int> Vocabulary(JsonElement element)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var seen = new HashSet<int>();
        foreach (var entry in element.EnumerateObject())
        {
            if (
                entry.Value.ValueKind != JsonValueKind.Number
                || !entry.Value.TryGetInt32(out var id)
                || id is < 0 or >= LargestId
                || !seen.Add(id)
                || !vocabulary.TryAdd(entry.Name, id)
            )
            {
                throw Wrong(
                    $"model.vocab gives '{entry.Name}' the id {entry.Value.GetRawText()}; ids are whole numbers in 0..{LargestId - 1}, and tokens "
                        + $"and ids stand once"
                );
            }
        }

        for (var value = 0; value < 256; value++)
        {
            if (!vocabulary.ContainsKey(ByteAlphabet.Letter((byte)value).ToString()))
            {
                throw Wrong($"model.vocab has no token for the byte {value}; a byte-level vocabulary has all 256");
            }
        }

        return vocabulary;
    }

    private List<string> Merges(JsonElement element, Dictionary<string, int> vocabulary)
    {
        var merges = new List<string>(element.GetArrayLength());
        foreach (var entry in element.EnumerateArray())
        {
            var pair = entry.ValueKind switch
            {
                JsonValueKind.String => entry.GetString()!.Split(' '),
                JsonValueKind.Array => [.. entry.EnumerateArray().Select(part => part.GetString() ?? "")],
                _ => [],
            };
            if (
                pair is not [{ Length: > 0 } left, { Length: > 0 } right]
                || !vocabulary.ContainsKey(left)
                || !vocabulary.ContainsKey(right)
                || !vocabulary.ContainsKey(left + right)
            )
            {
                throw Wrong($"model.merges[{merges.Count}] is {Told(entry)}; expected two tokens of the vocabulary that make a third");
            }

            merges.Add($"{left} {right}");
        }

        return merges;
    }

    private Dictionary<string, int> Added(Dictionary<string, int> vocabulary)
    {
        var added = new Dictionary<string, int>(StringComparer.Ordinal);
        if (!_root.TryGetProperty("added_tokens", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return added;
        }

        var owners = vocabulary.ToDictionary(pair => pair.Value, pair => pair.Key);
        foreach (var token in list.EnumerateArray())
        {
            var content = Get(token, "content", JsonValueKind.String).GetString()!;
            foreach (var flag in (string[])["single_word", "lstrip", "rstrip"])
            {
                if (token.TryGetProperty(flag, out var value) && value.ValueKind == JsonValueKind.True)
                {
                    throw Wrong($"added token '{content}' has {flag}: true, which is not supported");
                }
            }

            if (
                content.Length == 0
                || !Get(token, "id", JsonValueKind.Number).TryGetInt32(out var id)
                || id is < 0 or >= LargestId
                || !added.TryAdd(content, id)
                || (owners.TryGetValue(id, out var owner) && owner != content && owner != ByteAlphabet.Write(content))
            )
            {
                throw Wrong($"added token {Told(token)}: its text or id is taken, or out of range");
            }

            owners[id] = content;
        }

        return added;
    }

    private Func<string, string> Normalizer()
    {
        if (!_root.TryGetProperty("normalizer", out var normalizer) || normalizer.ValueKind == JsonValueKind.Null)
        {
            return text => text;
        }

        return Get(normalizer, "type", JsonValueKind.String).GetString() == "NFC"
            ? CanonicalComposition.Of
            : throw Refuse("normalizer", normalizer, "null or {\"type\": \"NFC\"}");
    }

    private void ReadSplitters(JsonElement step, List<TextSplitter> splitters, ref bool isByteLevel)
    {
        switch (Get(step, "type", JsonValueKind.String).GetString())
        {
            case "Sequence":
                foreach (var inner in Get(step, "pretokenizers", JsonValueKind.Array).EnumerateArray())
                {
                    ReadSplitters(inner, splitters, ref isByteLevel);
                }

                break;
            case "Split" when !isByteLevel && IsFalse(step, "invert") && Get(step, "behavior", JsonValueKind.String).GetString() == "Isolated":
                var pattern = Get(step, "pattern", JsonValueKind.Object);
                splitters.Add(
                    Splitter(
                        pattern.TryGetProperty("String", out var literal)
                            ? Regex.Escape(literal.GetString()!)
                            : Get(pattern, "Regex", JsonValueKind.String).GetString()!
                    )
                );
                break;
            case "ByteLevel" when !isByteLevel && IsFalse(step, "add_prefix_space"):
                isByteLevel = true;
                if (!IsFalse(step, "use_regex"))
                {
                    splitters.Add(Splitter(Gpt2));
                }

                break;
            default:
                throw Refuse("pre_tokenizer", step, "Split (Isolated, not inverted) and, last, ByteLevel without a prefix space");
        }
    }

    private TextSplitter Splitter(string pattern)
    {
        try
        {
            return new TextSplitter(new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled, Patience));
        }
        catch (ArgumentException e)
        {
            throw new ModelFormatException($"{_file}: pre_tokenizer's pattern '{pattern}' is not understood here: {e.Message}", e);
        }
    }

    /// <summary>False, or absent where absent means false; use_regex means true where it is absent.</summary>
    private static bool IsFalse(JsonElement step, string key) =>
        step.TryGetProperty(key, out var value) ? value.ValueKind == JsonValueKind.False : key == "invert";

    private JsonElement Get(JsonElement parent, string key, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(key, out var value) && value.ValueKind == kind
            ? value
            : throw Wrong(
                $"'{key}' should be there as {kind}; got "
                    + $"{(parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(key, out var other) ? Told(other) : "nothing")}"
            );

    private void Only(JsonElement parent, string path, params string[] allowed)
    {
        var key = path[(path.LastIndexOf('.') + 1)..];
        if (
            parent.TryGetProperty(key, out var value)
            && value.ValueKind != JsonValueKind.Null
            && !allowed.Contains(value.ToString(), StringComparer.Ordinal)
        )
        {
            throw Refuse(path, value, string.Join(" or ", allowed.Select(text => $"'{text}'")));
        }
    }

    private ModelFormatException Refuse(string key, JsonElement value, string expected) => Wrong($"{key} is {Told(value)}; expected {expected}");

    private ModelFormatException Wrong(string what) => new($"{_file}: {what}.");

    private static string Told(JsonElement element)
    {
        var text = element.ValueKind == JsonValueKind.Undefined ? "nothing" : element.GetRawText().ReplaceLineEndings(" ");
        return text.Length > 100 ? text[..100] + "…" : text;
    }
}
