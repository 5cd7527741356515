namespace Seal.Cluster.Hosting;

/// <summary>What silos take in one message. Whoever sends more is hung up on, so clients look before they send.</summary>
public static class MessageLimits
{
    /// <summary>Bytes of a body. Kept below what a grain call may wait for: more would only fail later.</summary>
    public const int Body = 8 << 20;

    /// <summary>Bytes of a header.</summary>
    public const int Header = 1 << 20;

    /// <summary>Bytes of a document that a call can carry, with room for what stands around it.</summary>
    public const int Document = Body - (1 << 20);
}
