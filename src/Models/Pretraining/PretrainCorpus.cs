using Seal.Core.Sequences;

namespace Seal.Models.Pretraining;

/// <summary>What a model is trained and judged on. Texts come by index, each a pure function of it, so that a run can go on anywhere.</summary>
/// <param name="Description">For the model card: where the texts come from, with their seed.</param>
/// <param name="Text">The n-th training text; loss where its weights are.</param>
/// <param name="HeldOut">Texts that are never trained on, for the held-out loss.</param>
/// <param name="Probes">Tasks that are never trained on, for exact match.</param>
public sealed record PretrainCorpus(
    string Description,
    Func<long, TokenSequence> Text,
    IReadOnlyList<TokenSequence> HeldOut,
    IReadOnlyList<PretrainProbe> Probes
);

/// <summary>One question with its answer.</summary>
/// <param name="Family">Row of the table.</param>
/// <param name="Sequence">Weights stand on the answer's tokens alone: it is exact if each of them is the most likely one.</param>
public sealed record PretrainProbe(string Family, TokenSequence Sequence);

/// <param name="Step">Optimizer steps done.</param>
/// <param name="HeldOutLoss">Mean over weighted held-out tokens, nats.</param>
/// <param name="Exact">Per family, in ordinal order: exact answers and probes.</param>
public sealed record PretrainEvaluation(int Step, double HeldOutLoss, IReadOnlyList<FamilyScore> Exact)
{
    public int Solved => Exact.Sum(score => score.Solved);

    public int Probes => Exact.Sum(score => score.Probes);
}

public sealed record FamilyScore(string Family, int Solved, int Probes);

/// <summary>Where a run is.</summary>
/// <param name="Step">Steps done, of <paramref name="Steps"/>.</param>
/// <param name="Loss">Mean loss since the last report.</param>
/// <param name="Tokens">Tokens read so far.</param>
/// <param name="TokensPerSecond">Since the last report.</param>
/// <param name="Evaluation">The evaluation just made, or null.</param>
public sealed record PretrainProgress(int Step, int Steps, double Loss, long Tokens, double TokensPerSecond, PretrainEvaluation? Evaluation);
