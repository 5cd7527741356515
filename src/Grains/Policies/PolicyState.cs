using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Grains.Abstractions;
using Seal.Grains.Jobs;

namespace Seal.Grains.Policies;

/// <summary>What a run saves. Phases that have ended are blobs; the state names the newest, so a save costs the same in every round.</summary>
/// <remarks><c>Phases</c> is a list of <see cref="PhaseEntry"/>s and <c>Adapters</c> one of adapters' hashes; <c>Ledger</c> is of the update job,
/// if <c>Update</c> is set; <c>Unsound</c> is the place of the first phase in which work was given up, and <c>Problem</c> says why.</remarks>
[StoredDocument("policy")]
public sealed class PolicyState : IJobOwnerState
{
    public PolicyWork? Work { get; set; }
    public JobLedger Ledger { get; set; } = JobLedger.New;
    public ListRef Phases { get; set; } = ListRef.Empty;
    public ListRef Adapters { get; set; } = ListRef.Empty;
    public int? Unsound { get; set; }
    public EndedTasks? Update { get; set; }
    public Accounting Accounting { get; set; } = Accounting.Zero;
    public string? Problem { get; set; }
}
