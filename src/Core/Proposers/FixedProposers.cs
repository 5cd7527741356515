using Seal.Core.Domains;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Core.Proposers;

/// <summary>One self-edit for every task.</summary>
public sealed class ConstantProposer : IProposer
{
    /// <summary>What sweep files call it.</summary>
    public const string Name = "constant";

    public string Kind => Name;

    public bool CanRedraw => false;

    /// <inheritdoc/>
    public bool WritesListedOnly(ProposalSettings proposal) => false;

    /// <inheritdoc/>
    public (long Proposed, long Different) Most(ArmSpec arm, long asked) => (asked, 1);

    /// <inheritdoc/>
    public IEnumerable<(string Place, string Edit)> Written(ArmSpec arm) => [("", arm.Edit ?? string.Empty)];

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation) =>
        [.. Enumerable.Repeat(new Draft(context.Run.Arm.Edit ?? string.Empty), count)];
}

/// <summary>Valid self-edits drawn uniformly.</summary>
public sealed class RandomProposer : IProposer
{
    public string Kind => "random";

    public bool CanRedraw => true;

    /// <inheritdoc/>
    public bool NeedsSpace => true;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation) =>
        [
            .. Enumerable
                .Range(from, count)
                .Select(draw => context.Session.Demand("proposer \"random\"").Random(new CounterRandom(context.SeedOf(Kind, draw)))),
        ];
}

/// <summary>Self-edits from a file, by task id; those under <c>*</c> (<see cref="FileEdits.Others"/>) serve every other task.</summary>
public sealed class FileProposer : IProposer
{
    /// <summary>What sweep files call it.</summary>
    public const string Name = "file";

    public string Kind => Name;

    public bool CanRedraw => false;

    /// <inheritdoc/>
    public bool WritesListedOnly(ProposalSettings proposal) => false;

    /// <inheritdoc/>
    public (long Proposed, long Different) Most(ArmSpec arm, long asked) =>
        arm.Edits?.Texts is { Count: > 0 } edits && Math.Min(asked, edits.Values.Max(list => list.Count)) is var most ? (most, most) : (asked, asked);

    /// <inheritdoc/>
    public IEnumerable<(string Place, string Edit)> Written(ArmSpec arm) =>
        (arm.Edits?.Texts ?? new Dictionary<string, IReadOnlyList<string>>())
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .SelectMany(entry =>
                entry.Value.Select((edit, i) => (FormattableString.Invariant($".file, self-edit {i + 1} of \"{entry.Key}\""), edit))
            );

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation) =>
        [.. (context.Run.Arm.Edits?.For(context.Task.Id) ?? []).Skip(from).Take(count)];
}

/// <summary>Every valid self-edit in the schema's order, as many as the arm may propose: exhaustive search.</summary>
public sealed class GridProposer : IProposer
{
    public string Kind => "grid";

    public bool CanRedraw => false;

    /// <inheritdoc/>
    public bool NeedsSpace => true;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation) =>
        [.. context.Session.Demand("proposer \"grid\"").Enumerate().Skip(from).Take(count).Select(edit => new Draft(edit))];
}

/// <summary>Nothing is trained: the model answers in context. The baseline of the paper's first row.</summary>
public sealed class NoneProposer : IProposer
{
    /// <summary>The payload that asks for no training.</summary>
    public const string Payload = "none";

    public string Kind => "none";

    public bool CanRedraw => false;

    /// <inheritdoc/>
    public bool Trains => false;

    /// <inheritdoc/>
    public (long Proposed, long Different) Most(ArmSpec arm, long asked) => (1, 0);

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation) => from == 0 ? [Payload] : [];
}
