using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Sequences;

namespace Seal.Models.Tokenizers.Chat;

/// <summary>
/// A vocabulary with its model's chat template: tokenizer_config.json's chat_template, or chat_template.jinja beside it. The template is a Jinja
/// program; what such templates use of Jinja is understood, what is not is named when it is rendered.
/// </summary>
internal sealed class ChatTokenizer : IChatTokenizer
{
    private const string ConfigFile = "tokenizer_config.json";
    private const string TemplateFile = "chat_template.jinja";

    /// <summary>
    /// What Qwen3's template asks to know. False by default: the template then writes an empty block of thoughts, and the answer begins at once.
    /// Thoughts have no room in an answer's length, and no training text has any.
    /// </summary>
    internal const string Thinking = "enable_thinking";

    private readonly ITokenizer _inner;
    private readonly string _place;
    private readonly string _text;
    private readonly Dictionary<string, object?> _names;
    private readonly Lazy<TemplatePart> _template;

    private ChatTokenizer(ITokenizer inner, string place, string text, Dictionary<string, object?> names)
    {
        (_inner, _place, _text, _names) = (inner, place, text, names);
        _template = new Lazy<TemplatePart>(() => TemplateParser.Parse(text));
        Id = $"{inner.Id}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16]}";
    }

    public string Id { get; }

    public int VocabularySize => _inner.VocabularySize;

    public int EndOfText => _inner.EndOfText;

    public EndTokens EndTokens => _inner.EndTokens;

    /// <summary>The template itself.</summary>
    public string Template => _text;

    /// <summary>The vocabulary with the folder's template; by itself where the folder has none.</summary>
    /// <exception cref="ModelFormatException">tokenizer_config.json is malformed.</exception>
    public static ITokenizer Load(string folder, ITokenizer tokenizer)
    {
        var path = Path.Combine(folder, ConfigFile);
        var jinja = Path.Combine(folder, TemplateFile);
        var names = new Dictionary<string, object?>(StringComparer.Ordinal);
        string? text = null;
        if (File.Exists(path))
        {
            try
            {
                using var document = UserJson.Parse(ModelFile.ReadAllBytes(path));
                var root = document.RootElement;
                foreach (var name in (string[])["bos_token", "eos_token", "pad_token", "unk_token"])
                {
                    if (root.TryGetProperty(name, out var token) && Content(token) is { } content)
                    {
                        names[name] = content;
                    }
                }

                text = root.TryGetProperty("chat_template", out var template) ? Default(template) : null;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw new ModelFormatException($"{path}: not an object of settings: {e.Message}", e);
            }
        }

        if (File.Exists(jinja))
        {
            return new ChatTokenizer(tokenizer, jinja, ModelFile.ReadAllText(jinja), names);
        }

        return text is null ? tokenizer : new ChatTokenizer(tokenizer, path, text, names);
    }

    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt) =>
        Render(messages, addGenerationPrompt, new Dictionary<string, object?>());

    /// <param name="more">Further names that the template asks for, e.g. date_string, or other values than the usual ones.</param>
    internal string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt, IReadOnlyDictionary<string, object?> more)
    {
        var output = new StringBuilder();
        var scope = new TemplateScope(null, output) { [Thinking] = false };
        foreach (var (name, value) in TemplateLibrary.Functions(scope).Concat(_names).Concat(more))
        {
            scope[name] = value;
        }

        scope["messages"] = messages
            .Select(message => (object?)new Dictionary<string, object?> { ["role"] = message.Role, ["content"] = message.Content })
            .ToList();
        scope["add_generation_prompt"] = addGenerationPrompt;
        try
        {
            _template.Value(scope);
            return output.ToString();
        }
        catch (TemplateException e)
        {
            throw new ModelFormatException($"{_place}: the chat template cannot be rendered: {e.Message}.", e);
        }
    }

    public int[] Encode(string text) => _inner.Encode(text);

    public string Decode(ReadOnlySpan<int> tokens) => _inner.Decode(tokens);

    public bool TryGetSpecial(string name, out int token) => _inner.TryGetSpecial(name, out token);

    public ReadOnlyMemory<byte> Bytes(int token) => _inner.Bytes(token);

    private static string? Content(JsonElement token) =>
        token.ValueKind switch
        {
            JsonValueKind.String => token.GetString(),
            JsonValueKind.Object when token.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String =>
                content.GetString(),
            _ => null,
        };

    /// <summary>Some models have several templates, by name.</summary>
    private static string? Default(JsonElement template) =>
        template.ValueKind switch
        {
            JsonValueKind.String => template.GetString(),
            JsonValueKind.Array => template
                .EnumerateArray()
                .Where(one => one.TryGetProperty("name", out var name) && name.ValueEquals("default"))
                .Select(one => one.GetProperty("template").GetString())
                .FirstOrDefault(),
            _ => null,
        };
}
