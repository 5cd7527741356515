using Seal.Core.Judges;
using Seal.Core.Sequences;

namespace Seal.Silo.Judging;

/// <summary>How a chat checkpoint is spoken to: one message of a user, and then its own turn. Without a system message.</summary>
/// <param name="Before">In front of the message.</param>
/// <param name="After">Behind it.</param>
internal sealed record ChatFormat(string Before, string After)
{
    /// <summary>ChatML (Qwen and many others).</summary>
    private static readonly ChatFormat ChatMl = new("<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n");

    /// <summary>Llama 3's.</summary>
    private static readonly ChatFormat Llama3 = new(
        "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n",
        "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n"
    );

    /// <summary>What a vocabulary's special tokens say.</summary>
    /// <exception cref="JudgeException">It has those of no chat format that is known here.</exception>
    public static ChatFormat Of(ITokenizer tokenizer)
    {
        if (Has("<|im_start|>"))
        {
            // A model that may think first is shown that it has.
            return Has("<think>") ? ChatMl with { After = ChatMl.After + "<think>\n\n</think>\n\n" } : ChatMl;
        }

        return Has("<|start_header_id|>")
            ? Llama3
            : throw new JudgeException(
                $"The checkpoint in {JudgeCheckpoint.FolderVariable} has the special tokens of no chat format that is known here (ChatML, Llama 3). "
                    + $"Serve it behind an address, and set {JudgeEndpoint.UrlVariable}."
            );

        bool Has(string name) => tokenizer.TryGetSpecial(name, out _);
    }

    /// <summary>The message as a prompt. What looks like a special token in it is none.</summary>
    public string Prompt(string message) => Before + message.Replace("<", "< ", StringComparison.Ordinal) + After;
}
