using Seal.Core.Judges;

namespace Seal.Client.Sweeps;

/// <summary>For measurements of time: no answer is right, and nobody is asked or paid.</summary>
internal sealed class UnaskedJudge : IAnswerJudge
{
    public static UnaskedJudge Instance { get; } = new();

    public void Demand(string judge) { }

    public IReadOnlyList<bool> Verdicts(IReadOnlyList<JudgeQuery> queries, CancellationToken cancellation) => new bool[queries.Count];
}
