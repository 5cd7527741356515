namespace Seal.Core.Sequences;

/// <summary>One turn of a conversation.</summary>
/// <param name="Role">Who speaks: <c>system</c>, <c>user</c>, <c>assistant</c>.</param>
/// <param name="Content">What is said.</param>
public sealed record ChatMessage(string Role, string Content);

/// <summary>The vocabulary of a chat model, with the template in which it has seen conversations.</summary>
public interface IChatTokenizer : ITokenizer
{
    /// <summary>
    /// The conversation as the model reads it, special tokens written out: <see cref="ITokenizer.Encode"/> recognises them, and what begins a text
    /// is in it already.
    /// </summary>
    /// <param name="messages">In order; at least one.</param>
    /// <param name="addGenerationPrompt">Whether the head of the assistant's next turn is appended.</param>
    /// <exception cref="Engines.ModelFormatException">The template cannot be rendered; says where and why.</exception>
    string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt);
}
