namespace Seal.Grains.Abstractions;

/// <summary>
/// Names of grain types on the wire. The version is part of each name, so silos and clients of another version find no grain of these at all
/// instead of half-understanding it: raise it together with <see cref="Core.Artifacts.StoredDocument.Version"/>. Version 1 had the names of the
/// classes.
/// </summary>
public static class GridNames
{
    public const string Sweep = "seal.sweep.2";

    public const string Policy = "seal.policy.2";

    public const string Task = "seal.task.2";

    public const string Candidate = "seal.candidate.2";

    public const string Queue = "seal.queue.2";

    public const string Slots = "seal.slots.2";

    /// <summary>What an interface that several grain types share is called.</summary>
    public const string Owner = "seal.owner.2";

    /// <summary>Grain types that own jobs.</summary>
    public static bool OwnsJobs(string type) => type is Policy or Task or Candidate;
}
