using System.Text;

namespace Seal.Models.Tokenizers.Chat;

/// <summary>Names as a part of a template sees them: a loop's body has names of its own and sees those around it.</summary>
internal sealed class TemplateScope(TemplateScope? around, StringBuilder output)
{
    private const int LongestOutput = 1 << 26;

    private const int MostSteps = 1_000_000;

    private readonly TemplateScope? _root = around?._root ?? around;
    private readonly Dictionary<string, object?> _names = new(StringComparer.Ordinal);
    private int _steps;

    /// <summary>What has been printed.</summary>
    public StringBuilder Output { get; } = output;

    public object? this[string name]
    {
        get =>
            _names.TryGetValue(name, out var value) ? value
            : around is null ? Undefined.Value
            : around[name];
        set => _names[name] = value;
    }

    /// <summary>Counts work against what one rendering may do, so that loops within loops end.</summary>
    /// <exception cref="TemplateException">It is used up.</exception>
    public void Spend(int steps)
    {
        var root = _root ?? this;
        root._steps += Math.Min(steps, MostSteps);
        if (root._steps > MostSteps)
        {
            throw new TemplateException($"it takes more than {MostSteps} steps; are there loops within loops?");
        }
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
