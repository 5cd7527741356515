using System.Text;

namespace Seal.Models.Tokenizers.Chat;

/// <summary>Names as a part of a template sees them: a loop's body has names of its own and sees those around it.</summary>
internal sealed class TemplateScope(TemplateScope? around, StringBuilder output)
{
    private const int LongestOutput = 1 << 26;

    private readonly Dictionary<string, object?> _names = new(StringComparer.Ordinal);

    /// <summary>What has been printed.</summary>
    public StringBuilder Output { get; } = output;

    public object? this[string name]
    {
        get => _names.TryGetValue(name, out var value) ? value : around is null ? Undefined.Value : around[name];
        set => _names[name] = value;
    }

    public void Print(string text)
    {
        if (Output.Length + text.Length > LongestOutput)
        {
            throw new TemplateException($"it writes more than {LongestOutput} characters");
        }

        Output.Append(text);
    }
}
