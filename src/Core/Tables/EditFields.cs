using System.Text;
using System.Text.Json;

namespace Seal.Core.Tables;

/// <summary>A self-edit's settings, whatever its schema: the leaves of its JSON, by path.</summary>
public static class EditFields
{
    /// <summary>Paths like <c>training.learning_rate</c> with their values as written, in written order; empty where the text is no JSON
    /// object.</summary>
    public static IReadOnlyList<(string Path, string Value)> Of(string payload) => [.. Spans(payload).Select(leaf => (leaf.Path, leaf.Value))];

    /// <summary>The same self-edit with other values, given in the order of <see cref="Of"/>.</summary>
    public static string With(string payload, IReadOnlyList<string> values)
    {
        var utf8 = Encoding.UTF8.GetBytes(payload);
        var text = new StringBuilder();
        var at = 0;
        var leaves = Spans(payload);
        for (var i = 0; i < leaves.Count; i++)
        {
            text.Append(Encoding.UTF8.GetString(utf8, at, leaves[i].Start - at)).Append(values[i]);
            at = leaves[i].Start + leaves[i].Length;
        }

        return text.Append(Encoding.UTF8.GetString(utf8, at, utf8.Length - at)).ToString();
    }

    /// <summary>A short name for people: the values that tell <paramref name="payload"/> from others, e.g. <c>basic · output · lr 0.001 ·
    /// 4</c>.</summary>
    public static string Label(string payload)
    {
        var leaves = Of(payload);
        return leaves.Count == 0 ? payload : string.Join(" · ", leaves.Select(Word).OfType<string>());

        static string? Word((string Path, string Value) leaf)
        {
            var name = leaf.Path[(leaf.Path.LastIndexOf('.') + 1)..];
            return leaf.Value switch
            {
                "true" => NameOf(name),
                "false" => null,
                ['"', .. var text, '"'] => text.StartsWith("train_using_", StringComparison.Ordinal)
                    ? text["train_using_".Length..].Replace("_tokens", "", StringComparison.Ordinal)
                    : text,
                var number => $"{NameOf(name)} {number}",
            };
        }
    }

    /// <summary>A setting's name without the words that all of its kind share.</summary>
    public static string NameOf(string name)
    {
        name = name[(name.LastIndexOf('.') + 1)..];
        return name switch
        {
            "learning_rate" => "lr",
            "num_train_epochs" => "epochs",
            _ => name.Replace("use_", "", StringComparison.Ordinal).Replace("_augmentations", "", StringComparison.Ordinal).Replace('_', ' '),
        };
    }

    private static List<(string Path, string Value, int Start, int Length)> Spans(string payload)
    {
        var leaves = new List<(string, string, int, int)>();
        var utf8 = Encoding.UTF8.GetBytes(payload);
        var path = new List<string>();
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 16 });
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        path.Add(reader.GetString()!);
                        break;
                    case JsonTokenType.EndObject when path.Count > 0:
                        path.RemoveAt(path.Count - 1);
                        break;
                    case JsonTokenType.String
                    or JsonTokenType.Number
                    or JsonTokenType.True
                    or JsonTokenType.False
                    or JsonTokenType.Null when path.Count > 0:
                        var (start, length) = ((int)reader.TokenStartIndex, (int)(reader.BytesConsumed - reader.TokenStartIndex));
                        leaves.Add((string.Join('.', path), Encoding.UTF8.GetString(utf8, start, length), start, length));
                        path.RemoveAt(path.Count - 1);
                        break;
                    default:
                        break;
                }
            }
        }
        catch (JsonException)
        {
            return [];
        }

        return leaves;
    }
}
