using Seal.Core.Proposers;
using Seal.Core.Sweeps;
using Seal.Core.Updates;

namespace Seal.Core.Runs;

/// <summary>
/// SEAL: Algorithm 1 of "Self-Adapting Language Models" (arXiv 2506.10943), with ReST-EM as its update.
/// <code>
/// for t = 1 … T                                               settings.Update.Rounds
///     E-step, for every task (C, τ):
///         SE  ~ LM_θ( · | C)                                  propose: Candidates self-edits by the policy
///         θ′ ← SFT(θ, SE)                                     inner loop: fine-tune the base on each
///         A   ~ LM_θ′( · | τ)                                 judge: the adapted model answers
///         r  ← r(A, τ)                                        settings.Reward.Source
///     M-step, the paper's RL_Update:
///         θ  ← SFT(θ, { (C, SE) : r > threshold })            settings.Update.Rule, see <see cref="ReStEm"/>
/// </code>
/// The E-step is one <see cref="RunTasks"/> decision, the M-step one <see cref="TrainPolicy"/>; what is done beside the algorithm (evaluations,
/// checks, answers to look at) is other methods' business, which wrap this one.
/// </summary>
public sealed class SealMethod : IRunMethod
{
    /// <inheritdoc/>
    public Decision Next(RunHistory history, RunSettings settings)
    {
        // Every round so far was an E-step and an M-step: θ is the policy after t of them.
        var t = history.Rounds;
        if (history.Has(PhaseId.Train(t + 1)))
        {
            return MStep(PhaseId.Train(t + 1), theta: history.Policy, settings);
        }

        return t < settings.Update.Rounds ? EStep(PhaseId.Train(t + 1), theta: history.Policy, settings) : new EndRun();
    }

    internal static RunTasks EStep(PhaseId round, Theta theta, RunSettings settings) =>
        new(
            round,
            On: TaskSet.Training,
            settings.Proposal.Candidates,
            Proposer: theta,
            // The paper fine-tunes the policy itself. From a base that stays as it is, trials of all rounds and arms can be looked up.
            Base: settings.InnerBase(theta),
            settings.Judging(TaskSet.Training),
            Trials: settings.Reward.Trials ?? 1
        );

    private static TrainPolicy MStep(PhaseId round, Theta theta, RunSettings settings) => new(round, theta, settings.Update.Rule);
}
