namespace Seal.Core.Sweeps.Reading;

/// <summary>Gathers what is wrong with a sweep, so that one look at the message is enough to mend all of it.</summary>
internal sealed class SweepErrors(string file)
{
    private const int Shown = 20;

    private readonly List<(long Order, string Message)> _errors = [];

    public string File { get; } = file;

    public bool Any => _errors.Count > 0;

    /// <param name="origin">Where; null for the file as a whole.</param>
    /// <param name="key">The full key, e.g. <c>inner.rank</c>; empty where there is none.</param>
    /// <param name="message">What was wrong; what was expected; what to do.</param>
    public void Add(Origin? origin, string key, string message)
    {
        var where = origin?.Text ?? File;
        var text = key.Length == 0 || origin is { NamesKey: true } ? $"{where}: {message}" : $"{where} {key}: {message}";
        if (!_errors.Exists(error => error.Message == text))
        {
            _errors.Add((origin?.Order ?? long.MaxValue / 2, text));
        }
    }

    /// <exception cref="SweepException">Something was added: all of it, in the order of the file.</exception>
    public void ThrowIfAny()
    {
        if (!Any)
        {
            return;
        }

        var lines = _errors.OrderBy(error => error.Order).Select(error => error.Message).ToList();
        if (lines.Count > Shown)
        {
            var more = lines.Count - (Shown - 1);
            lines = [.. lines.Take(Shown - 1), $"{File}: and {more} more like these."];
        }

        throw new SweepException(string.Join('\n', lines));
    }
}
