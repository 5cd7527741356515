using Seal.Core.Engines;
using Seal.Core.Judges;
using Seal.Core.Randomness;

namespace Seal.Core.Domains;

/// <summary>A session whose verdicts may need a judge. It says what to ask; who answers, and what was answered before, it does not see.</summary>
public interface IJudgedSession : IDomainSession
{
    /// <summary>The model that judges; null where these settings need none, and then <see cref="IDomainSession.Evaluate"/> is used.</summary>
    string? Judge { get; }

    /// <summary>As <see cref="IDomainSession.Evaluate"/>, with a judge.</summary>
    EvaluationResult Evaluate(
        IModelHandle model,
        ITrainedDelta? delta,
        TaskDocument task,
        string payload,
        EvaluationKind kind,
        Seed seed,
        IAnswerJudge judge,
        CancellationToken cancellation
    );
}
