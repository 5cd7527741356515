using Seal.Core.Randomness;

namespace Seal.Core.Proposers;

/// <summary>One self-edit for every task.</summary>
public sealed class ConstantProposer : IProposer
{
    public string Kind => "constant";

    public bool CanRedraw => false;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation) =>
        [.. Enumerable.Repeat(new Draft(context.Run.Arm.Edit ?? string.Empty), count)];
}

/// <summary>Valid self-edits drawn uniformly.</summary>
public sealed class RandomProposer : IProposer
{
    public string Kind => "random";

    public bool CanRedraw => true;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation) =>
        [.. Enumerable.Range(from, count).Select(draw => context.Session.RandomEdit(new CounterRandom(context.SeedOf(Kind, draw))))];
}

/// <summary>Self-edits from a file, by task id; those under <c>*</c> (<see cref="FileEdits.Others"/>) serve every other task.</summary>
public sealed class FileProposer : IProposer
{
    public string Kind => "file";

    public bool CanRedraw => false;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation) =>
        [.. (context.Run.Arm.Edits?.For(context.Task.Id) ?? []).Skip(from).Take(count)];
}

/// <summary>Every valid self-edit in the schema's order, as many as the arm may propose: exhaustive search.</summary>
public sealed class GridProposer : IProposer
{
    public string Kind => "grid";

    public bool CanRedraw => false;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation) =>
        [.. context.Session.EnumerateEdits(from + count).Skip(from)];
}

/// <summary>Nothing is trained: the model answers in context. The baseline of the paper's first row.</summary>
public sealed class NoneProposer : IProposer
{
    /// <summary>The payload that asks for no training.</summary>
    public const string Payload = "none";

    public string Kind => "none";

    public bool CanRedraw => false;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation) => from == 0 ? [Payload] : [];
}
