namespace Seal.Core.Slots;

/// <summary>Whether anybody takes work of a numeric class, and for how long nobody has. Silos are heard of every few seconds only, so a short
/// silence is no news.</summary>
/// <param name="numericClass">The class.</param>
/// <param name="patience">Nobody has to take work for so long before it is told.</param>
public sealed class SlotShortage(string numericClass, TimeSpan patience)
{
    private TimeSpan? _since;

    /// <summary>What people are told; null while somebody takes work, or may in a moment.</summary>
    public string? Problem { get; private set; }

    /// <param name="open">Slots of the class that take work.</param>
    /// <param name="slots">Slots of the class.</param>
    /// <param name="now">A monotonic time.</param>
    public void Note(int open, int slots, TimeSpan now)
    {
        if (open > 0)
        {
            (_since, Problem) = (null, null);
            return;
        }

        _since ??= now;
        Problem =
            now - _since >= patience
                ? FormattableString.Invariant($"no slot of class {numericClass} takes work ({open} of {slots}); see sweep silos")
                : null;
    }
}
