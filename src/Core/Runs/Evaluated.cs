using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>A method with the policy measured on the evaluation tasks between its rounds, as <c>evaluate.when</c> says. Nothing is chosen by what
/// comes of it.</summary>
/// <param name="method">The method.</param>
/// <param name="learns">Whether it trains the policy; where not, the policy is the base model however many rounds there were.</param>
public sealed class Evaluated(IRunMethod method, bool learns = true) : IRunMethod
{
    private static readonly Func<PhaseId, bool> Own = phase => phase.IsEvaluation;

    /// <inheritdoc/>
    public Decision Next(RunHistory history, RunSettings settings)
    {
        var next = method.Next(history.Without(Own), settings);
        var here = PhaseId.Evaluate(history.Rounds);
        var policy = learns ? history.Policy : Theta.Base;
        var isDue = settings.Evaluate.When switch
        {
            EvaluateWhen.Every => next is not (TrainPolicy or RunTasks { Phase: { IsGate: true } or { IsMove: true } }),
            EvaluateWhen.Ends => next is EndRun || (next is RunTasks && history.Rounds == 0),
            EvaluateWhen.Last => next is EndRun,
            _ => false,
        };
        return isDue && !history.Has(here)
            ? new RunTasks(
                here,
                TaskSet.Evaluation,
                settings.Proposal.EvaluationCandidates,
                Proposer: policy,
                Base: settings.InnerBase(policy),
                settings.Judging(TaskSet.Evaluation)
            )
            : next;
    }
}
