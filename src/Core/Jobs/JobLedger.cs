namespace Seal.Core.Jobs;

public enum JobState
{
    /// <summary>Waits for a worker.</summary>
    Pending,

    /// <summary>A worker has it under the current epoch.</summary>
    Leased,

    /// <summary>Committed; nothing changes any more.</summary>
    Done,

    /// <summary>Given up after too many losses; its run is incomplete until somebody retries.</summary>
    Poisoned,
}

/// <summary>When a job counts as lost, and when it is given up.</summary>
/// <param name="Lease">A worker not heard of for this long has lost the job.</param>
/// <param name="Grace">After the owner was reactivated, a lease of unknown age gets this long to be heard of.</param>
/// <param name="MaxLosses">Losses after which a job is poisoned.</param>
public sealed record LeasePolicy(TimeSpan Lease, TimeSpan Grace, int MaxLosses)
{
    /// <summary>15 s lease, 15 s grace, poisoned at the third loss.</summary>
    public static LeasePolicy Default { get; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15), 3);

    /// <summary>
    /// For a cluster: three beats of 3 s to a lease. Usually a dead silo is known from the membership before; the lease is for workers that the
    /// membership still believes in.
    /// </summary>
    public static LeasePolicy Cluster { get; } =
        new(TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(9), 3)
        {
            MaxFailuresOnOneHost = 6,
            Avoid = TimeSpan.FromSeconds(10),

            // A store that was away for a minute is not to be waited for half a minute more once it is back.
            LongestBackoff = TimeSpan.FromSeconds(5),
        };

    /// <summary>
    /// Failures after which a job is given up that has failed on one host only; above <see cref="MaxLosses"/> where there are other hosts, so that
    /// a broken node spoils no job: it is drained before.
    /// </summary>
    public int MaxFailuresOnOneHost { get; init; } = MaxLosses;

    /// <summary>A host on which a job has failed leaves it to the others for so long.</summary>
    public TimeSpan Avoid { get; init; }

    /// <summary>
    /// Losses in which owner and worker went down together, after which a job is poisoned. Far more than <see cref="MaxLosses"/>: they may
    /// be power cuts, which say nothing about the job, but a job that always takes its own owner along must end too.
    /// </summary>
    public int MaxOrphans { get; init; } = 9;

    /// <summary>Wait before a job is leased again after its first transient trouble; doubled with each further one.</summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest such wait.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait after the n-th trouble, from 1.</summary>
    public TimeSpan Backoff(int troubles)
    {
        var wait = FirstBackoff * Math.Pow(2, Math.Clamp(troubles - 1, 0, 20));
        return wait < LongestBackoff ? wait : LongestBackoff;
    }
}

/// <summary>
/// The life of one job, as a pure value: lease, epoch, losses. Owners persist it <em>before</em> they act on it: an epoch that a worker
/// has seen is on disk. Times are monotonic (<see cref="TimeProvider.GetTimestamp"/> turned to <see cref="TimeSpan"/>), never wall-clock, and are
/// not persisted: after a reactivation the lease's age is unknown and <see cref="Reactivated"/> starts a grace.
/// </summary>
/// <param name="State">Where the job stands.</param>
/// <param name="Epoch">Raised with every lease; 0 before the first.</param>
/// <param name="Losses">Leases that ended without commit for an infrastructure reason.</param>
/// <param name="Holder">Who has the lease, or had it last.</param>
/// <param name="LastLoss">Why the last lease was lost.</param>
public sealed record JobLedger(JobState State, int Epoch, int Losses, string? Holder, string? LastLoss)
{
    public static JobLedger New { get; } = new(JobState.Pending, 0, 0, null, null);

    /// <summary>Monotonic time at which the lease expires; meaningful while <see cref="JobState.Leased"/>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public TimeSpan ExpiresAt { get; init; }

    /// <summary>Leases that ended because worker and owner went down together.</summary>
    public int Orphans { get; init; }

    /// <summary>Leases that ended in a transient trouble (the store or a grain was away).</summary>
    public int Troubles { get; init; }

    /// <summary>Monotonic time before which the job waits after a trouble; not persisted, so a reactivation ends the wait.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public TimeSpan NotBefore { get; init; }

    /// <summary>The host on which the job failed last (without going down), or null.</summary>
    public string? FailedOn { get; init; }

    /// <summary>It has failed on more than one host.</summary>
    public bool FailedElsewhere { get; init; }

    /// <summary>Monotonic time until which <see cref="FailedOn"/> leaves the job to others; not persisted.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public TimeSpan AvoidUntil { get; init; }

    public bool IsEnded => State is JobState.Done or JobState.Poisoned;

    /// <summary>Leases the job under a new epoch; null if it cannot be leased now.</summary>
    public JobLedger? Begin(string holder, TimeSpan now, LeasePolicy policy) =>
        State != JobState.Pending || now < NotBefore || (now < AvoidUntil && HostOf(holder) == FailedOn)
            ? null
            : this with
            {
                State = JobState.Leased,
                Epoch = Epoch + 1,
                Holder = holder,
                ExpiresAt = now + policy.Lease,
            };

    /// <summary>Prolongs the lease; null if this epoch does not hold it (the worker must stop).</summary>
    public JobLedger? Heartbeat(int epoch, TimeSpan now, LeasePolicy policy) => Holds(epoch) ? this with { ExpiresAt = now + policy.Lease } : null;

    /// <summary>Ends the job; null if this epoch does not hold it.</summary>
    public JobLedger? Complete(int epoch) => Holds(epoch) ? this with { State = JobState.Done } : null;

    /// <summary>The worker hands the job back unharmed (it is shutting down): no loss is counted.</summary>
    public JobLedger? Return(int epoch) => Holds(epoch) ? this with { State = JobState.Pending } : null;

    /// <summary>The worker could not do it for a reason outside the job's own definition, and lives on.</summary>
    public JobLedger? Lose(int epoch, string reason, TimeSpan now, LeasePolicy policy)
    {
        if (!Holds(epoch))
        {
            return null;
        }

        var host = HostOf(Holder);
        var elsewhere = FailedElsewhere || (FailedOn is { } before && before != host);
        var most = elsewhere ? policy.MaxLosses : Math.Max(policy.MaxLosses, policy.MaxFailuresOnOneHost);
        return Lost(reason, policy with { MaxLosses = most }) with { FailedOn = host, FailedElsewhere = elsewhere, AvoidUntil = now + policy.Avoid };
    }

    /// <summary>
    /// The worker was kept from doing it by something that will pass. Not counted against the job; it is leased again after a wait that
    /// grows with every trouble.
    /// </summary>
    public JobLedger? Trouble(int epoch, string reason, TimeSpan now, LeasePolicy policy) =>
        Holds(epoch)
            ? this with
            {
                State = JobState.Pending,
                Troubles = Troubles + 1,
                LastLoss = reason,
                NotBefore = now + policy.Backoff(Troubles + 1),
            }
            : null;

    /// <summary>The process that held the lease is known to have gone down while the owner stayed up: that counts.</summary>
    public JobLedger WorkerDied(LeasePolicy policy) => State == JobState.Leased ? Lost($"{Holder} went down", policy) : this;

    /// <summary>Worker and owner went down together, for whatever reason.</summary>
    public JobLedger Orphaned(LeasePolicy policy) =>
        State != JobState.Leased
            ? this
            : this with
            {
                State = Orphans + 1 >= policy.MaxOrphans ? JobState.Poisoned : JobState.Pending,
                Orphans = Orphans + 1,
                LastLoss = $"{Holder} and the job's owner went down together",
            };

    /// <summary>Somebody asked to try a poisoned job again: its counts start anew, its epochs go on.</summary>
    public JobLedger Retried() =>
        State == JobState.Poisoned
            ? this with
            {
                State = JobState.Pending,
                Losses = 0,
                Orphans = 0,
                Troubles = 0,
                NotBefore = default,
                FailedOn = null,
                FailedElsewhere = false,
            }
            : this;

    /// <summary>Takes the lease away if its time is over; returns this value otherwise.</summary>
    public JobLedger Expire(TimeSpan now, LeasePolicy policy) =>
        State == JobState.Leased && now >= ExpiresAt ? Lost($"no heartbeat from {Holder} for {policy.Lease.TotalSeconds:0.#} s", policy) : this;

    /// <summary>After the owner was read back from the store: a lease gets a grace to be heard of.</summary>
    public JobLedger Reactivated(TimeSpan now, LeasePolicy policy) => State == JobState.Leased ? this with { ExpiresAt = now + policy.Grace } : this;

    /// <summary>
    /// The process that held the lease is known to be gone (one host per store, and this is another one). The cause is
    /// unknown — a kill, a power cut — so it is not counted as a loss.
    /// </summary>
    public JobLedger HolderGone() => State == JobState.Leased ? this with { State = JobState.Pending } : this;

    private static string? HostOf(string? holder) => holder is null ? null : holder[..Math.Max(0, holder.LastIndexOf('/'))];

    private bool Holds(int epoch) => State == JobState.Leased && epoch == Epoch;

    private JobLedger Lost(string reason, LeasePolicy policy) =>
        this with
        {
            State = Losses + 1 >= policy.MaxLosses ? JobState.Poisoned : JobState.Pending,
            Losses = Losses + 1,
            LastLoss = reason,
        };
}
