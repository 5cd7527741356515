namespace Seal.Core.Catalogs;

/// <summary>
/// Calls of pure functions that a plug-in may bring. A fault in one always happens again, so it is final: the sweep stops and names it, instead of
/// trying for ever. <see cref="InvalidDataException"/> is how grains know that.
/// </summary>
internal static class Guarded
{
    /// <param name="what">Who is called, e.g. <c>reward "median"</c>.</param>
    /// <param name="count">Values that must come out.</param>
    /// <param name="call">The call.</param>
    /// <param name="problem">What is wrong with a value, or null.</param>
    /// <exception cref="InvalidDataException">It threw, or gave something else.</exception>
    public static IReadOnlyList<T> List<T>(string what, int count, Func<IReadOnlyList<T>> call, Func<T, string?> problem)
    {
        var values = Call(what, call);
        return values.Count != count ? throw Wrong(what, $"it gave {values.Count} values for {count} candidates")
            : values.Select(problem).FirstOrDefault(wrong => wrong is not null) is { } first ? throw Wrong(what, first)
            : values;
    }

    /// <exception cref="InvalidDataException">It threw, or gave nothing.</exception>
    public static T Call<T>(string what, Func<T> call)
    {
        try
        {
            return call() ?? throw Wrong(what, "it gave null");
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or InvalidDataException))
        {
            throw Wrong(what, $"{fault.GetType().Name}: {fault.Message}", fault);
        }
    }

    private static InvalidDataException Wrong(string what, string why, Exception? inner = null) =>
        new($"The {what} failed: {why}. It would fail again: mend it, and start the sweep under a new name.", inner);
}
