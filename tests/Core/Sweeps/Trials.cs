using Seal.Core.Domains;
using Seal.Core.Json;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

/// <summary>What planning is told of a domain.</summary>
internal static class Trials
{
    /// <summary>Every schema has so many self-edits, and trials depend on schema, inner loop and judging.</summary>
    public static TrialSpace Among(long edits) => new(_ => edits, Identity);

    private static string Identity(RunSettings settings, EvaluationKind kind) =>
        SealJson.ToText(
            new
            {
                settings.Proposal.Schema,
                Inner = settings.Inner with
                {
                    Base = "",
                    Seeds = 0,
                },
                kind,
                Views = kind == EvaluationKind.Vote ? settings.Evaluate.Views : 0,
                settings.Evaluate.Demonstrations,
            }
        );
}
