namespace Seal.Core.Sequences;

/// <summary>Text ↔ token ids of one vocabulary.</summary>
public interface ITokenizer
{
    /// <summary>Names the vocabulary by content, e.g. a SHA-256; part of a model's identity.</summary>
    string Id { get; }

    int VocabularySize { get; }

    /// <summary>The token that is written behind a text, in training texts and under grammars; −1 for none.</summary>
    int EndOfText { get; }

    /// <summary>The tokens that end a generated text: <see cref="EndOfText"/>, and what else the model's files name.</summary>
    EndTokens EndTokens => EndOfText;

    /// <summary>Ids of <paramref name="text"/>. Adds nothing in front or behind; special tokens written out in the text are recognised.</summary>
    /// <exception cref="FormatException">The text has a character that this vocabulary cannot write; names it.</exception>
    int[] Encode(string text);

    /// <summary>The text of these ids; special tokens appear as they are written.</summary>
    string Decode(ReadOnlySpan<int> tokens);

    /// <summary>The id of a special token by its written form, e.g. <c>&lt;|eot_id|&gt;</c>.</summary>
    bool TryGetSpecial(string name, out int token);

    /// <summary>The bytes an ordinary token stands for; empty for special tokens. Grammars build their masks from these.</summary>
    ReadOnlyMemory<byte> Bytes(int token);
}
