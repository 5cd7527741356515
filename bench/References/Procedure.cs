namespace Seal.Bench.References;

/// <summary>A way to try self-edits. Each has the ideas of the one before it and one more.</summary>
/// <param name="Name">For people.</param>
/// <param name="Pads">Batches are drawn without regard to length and padded, and the pads count in the loss.</param>
/// <param name="StopsEarly">Training ends once everything is fitted.</param>
/// <param name="DecodesAll">Every view is decoded; else views are read teacher-forced first, and only those that the vote hangs on are decoded. The
/// verdict is the same.</param>
/// <param name="Pack">Candidates of a task that train side by side.</param>
/// <param name="Workers">Inner loops at once.</param>
/// <param name="Threads">Of each.</param>
/// <param name="Shares">Equal self-edits of a task are one inner loop.</param>
internal sealed record Procedure(string Name, bool Pads, bool StopsEarly, bool DecodesAll, int Pack, int Workers, int Threads, bool Shares)
{
    /// <summary>What the released code does, and the ideas one by one.</summary>
    public static IReadOnlyList<Procedure> Ladder(ReferenceOptions options)
    {
        var released = new Procedure("the released procedure", true, false, true, 1, 1, options.Workers, false);
        var tight = released with { Name = "+ no pads", Pads = false };
        var early = tight with { Name = "+ early stop", StopsEarly = true };
        var read = early with { Name = "+ views read before they are decoded", DecodesAll = false };
        var packed = read with { Name = $"+ packs of {options.Pack}", Pack = options.Pack };
        var spread = packed with { Name = $"+ {options.Workers} workers of one thread", Workers = options.Workers, Threads = 1 };
        return
        [
            released,
            tight,
            early,
            read,
            .. options.Pack > 1 ? [packed] : Array.Empty<Procedure>(),
            .. options.Workers > 1 ? [spread] : Array.Empty<Procedure>(),
        ];
    }
}
