using System.Net;
using Seal.Core.Artifacts;
using Seal.Core.Steering;

namespace Seal.Pages;

/// <summary>What a page shows and what it may do.</summary>
public sealed record PageOptions
{
    /// <summary>Address of the Orleans Dashboard in the same process, or null.</summary>
    public string? Dashboard { get; init; }

    /// <summary>What is looked at.</summary>
    public required IArtifactStore Store { get; init; }

    /// <summary>What the store is called on the start page.</summary>
    public required string StoreName { get; init; }

    /// <summary>Where it listens: loopback unless somebody asks for more.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The first port that is tried; if it is taken, a free one. 0 for a free one at once.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>What a viewer must know to press buttons, and on an address that others can reach to see anything.</summary>
    public required string Token { get; init; }

    /// <summary>Whether reading wants the token too.</summary>
    public bool IsLocked { get; init; }

    /// <summary>Carries a wish out: sweep and wish; says why where it cannot be done, else null. Null for a page that only reads.</summary>
    public Func<string, SweepMode, Task<string?>>? Steer { get; init; }

    /// <summary>Whether some process runs a sweep; null where that is always so, as in a cluster.</summary>
    public Func<string, bool>? IsHosted { get; init; }

    /// <summary>The command that goes on with a sweep which no process runs.</summary>
    public Func<string, string>? Resume { get; init; }

    /// <summary>Who computes; null where nobody does.</summary>
    public Func<CancellationToken, Task<IReadOnlyList<SlotLine>>>? Slots { get; init; }

    /// <summary>Measures the second between two readings of the store.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The port that is tried first where nobody names one.</summary>
    public const int DefaultPort = 8237;
}
