using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Core.Proposers;

/// <summary>Where self-edits come from. A new one is a new file and a line in <see cref="Catalogs.Catalog"/>, or in a plug-in.</summary>
public interface IProposer
{
    /// <summary>Name in sweep files.</summary>
    string Kind { get; }

    /// <summary>
    /// Texts number <paramref name="from"/> to <paramref name="from"/> + <paramref name="count"/> − 1 of this arm for this task: a pure function of
    /// its arguments. May return fewer where there are no more.
    /// </summary>
    IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation);

    /// <summary>Whether drawing on can bring a text that was not there before.</summary>
    bool CanRedraw { get; }

    /// <summary>Whether the run's policy writes: a method can train it to write better.</summary>
    bool Learns => false;

    /// <summary>Whether it reads what the run has tried so far (<see cref="ProposerContext.Past"/>): its memory.</summary>
    bool ReadsPast => false;

    /// <summary>Whether its trials are the cell's reward table, which other arms look up. It does not depend on outer seeds: one run makes
    /// it.</summary>
    bool IsTable => false;

    /// <summary>Whether it draws from the domain's list of self-edits, which free text has not.</summary>
    bool NeedsSpace => false;

    /// <summary>Whether its self-edits train anything.</summary>
    bool Trains => true;

    /// <summary>Whether all it can write is in the domain's list of self-edits, so that a complete reward table has its trials.</summary>
    /// <param name="proposal">How it is asked.</param>
    bool WritesListedOnly(ProposalSettings proposal) => true;

    /// <summary>Self-edits of a task at most, and how many of them can differ.</summary>
    /// <param name="arm">The arm.</param>
    /// <param name="asked">Self-edits asked for.</param>
    (long Proposed, long Different) Most(ArmSpec arm, long asked) => (asked, asked);

    /// <summary>The self-edits that stand in the sweep file itself, each with its place in the arm: they can be checked before anything
    /// runs.</summary>
    IEnumerable<(string Place, string Edit)> Written(ArmSpec arm) => [];
}

/// <param name="Run">The run.</param>
/// <param name="Job">Task, phase, policy.</param>
/// <param name="Task">The task's document.</param>
/// <param name="Session">The domain.</param>
/// <param name="OpenPolicy">Opens the policy; only arms that ask a model pay for it.</param>
public sealed record ProposerContext(RunContext Run, ProposeJob Job, TaskDocument Task, IDomainSession Session, Func<IModelHandle> OpenPolicy)
{
    /// <summary>
    /// The rounds that ended before this phase, oldest first, with every self-edit and its reward. Only rounds on training tasks: nobody who
    /// chooses sees what came of evaluation tasks. Empty unless <see cref="IProposer.ReadsPast"/>.
    /// </summary>
    public IReadOnlyList<PastRound> Past { get; init; } = [];

    /// <summary>The seed of the n-th draw.</summary>
    public Seed SeedOf(string kind, int draw) =>
        new Seed((ulong)Run.Seed).Derive(
            "propose",
            kind,
            Job.Phase.SeedName,
            Task.Id,
            draw.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );
}

/// <summary>What a run has tried in one round.</summary>
/// <param name="Round">Its number, from 1.</param>
/// <param name="Tasks">In task order; every candidate with its self-edit, its reward and its trial.</param>
public sealed record PastRound(int Round, IReadOnlyList<TaskRecord> Tasks);
