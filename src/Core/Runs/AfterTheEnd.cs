using Seal.Core.Domains;
using Seal.Core.Sweeps;

namespace Seal.Core.Runs;

/// <summary>A method, and what is done after it has ended.</summary>
public abstract class AfterTheEnd : IRunMethod
{
    private readonly IRunMethod _method;
    private readonly Func<PhaseId, bool> _own;

    /// <param name="method">The method; it does not see what is done here.</param>
    protected AfterTheEnd(IRunMethod method) => (_method, _own) = (method, IsOwn);

    /// <inheritdoc/>
    public Decision Next(RunHistory history, RunSettings settings)
    {
        var before = history.Without(_own);
        return _method.Next(before, settings) is var next and not EndRun ? next
            // One after the other: as many are done as the history has steps more.
            : More(before, settings).ElementAtOrDefault(history.Count - before.Count) is { } more ? more
            : new EndRun();
    }

    /// <summary>Whether a phase is one of <see cref="More"/>.</summary>
    protected abstract bool IsOwn(PhaseId phase);

    /// <summary>What is done after the end, in order.</summary>
    /// <param name="history">What the method has done.</param>
    /// <param name="settings">The run's.</param>
    protected abstract IEnumerable<RunTasks> More(RunHistory history, RunSettings settings);
}

/// <summary>
/// Old self-edits on new weights, and new self-edits on the weights that the last evaluation did not have (<c>evaluate.cross</c>). With the
/// evaluations before and after training that is the 2 × 2 that tells what the updates changed.
/// </summary>
/// <param name="method">The method.</param>
public sealed class CrossChecked(IRunMethod method) : AfterTheEnd(method)
{
    /// <inheritdoc/>
    protected override bool IsOwn(PhaseId phase) => phase.Kind is PhaseKind.OldOnNew or PhaseKind.NewOnOld or PhaseKind.NewOnNew;

    /// <inheritdoc/>
    protected override IEnumerable<RunTasks> More(RunHistory history, RunSettings settings)
    {
        var (first, last) = (PhaseId.Evaluate(0), PhaseId.Evaluate(history.Rounds));
        if (!settings.Evaluate.Cross || first == last || !history.Has(first) || !history.Has(last))
        {
            return [];
        }

        // The fourth of the four is the last evaluation itself: under the policy's weights where those are fine-tuned, else under the base model's.
        return
        [
            Check(PhaseKind.OldOnNew, first, history.Policy),
            settings.Inner.IsFrozen ? Check(PhaseKind.NewOnNew, last, history.Policy) : Check(PhaseKind.NewOnOld, last, Theta.Base),
        ];

        RunTasks Check(PhaseKind kind, PhaseId edits, Theta weights) =>
            new(
                new PhaseId(kind, history.Rounds),
                TaskSet.Evaluation,
                settings.Proposal.EvaluationCandidates,
                history.Policy,
                weights,
                settings.Judging(TaskSet.Evaluation),
                new PastEdits(edits, Kept: false)
            );
    }
}

/// <summary>What each round kept, tried once more under an inner seed that it was not chosen by (<c>evaluate.again</c>): how much of a reward was
/// luck.</summary>
/// <param name="method">The method.</param>
public sealed class KeptOnceMore(IRunMethod method) : AfterTheEnd(method)
{
    /// <inheritdoc/>
    protected override bool IsOwn(PhaseId phase) => phase.Kind == PhaseKind.TrainAgain;

    /// <inheritdoc/>
    protected override IEnumerable<RunTasks> More(RunHistory history, RunSettings settings) =>
        settings.Evaluate.Again
            ? Enumerable
                .Range(1, history.Rounds)
                .Select(round => new RunTasks(
                    new PhaseId(PhaseKind.TrainAgain, round),
                    TaskSet.Training,
                    settings.Proposal.Candidates,
                    history.Policy,
                    // As the weights were when the round gave its rewards.
                    settings.InnerBase(history.ProposerOf(round)),
                    settings.Judging(TaskSet.Training),
                    new PastEdits(PhaseId.Train(round), Kept: true)
                ))
            : [];
}

/// <summary>One self-edit of every task once more, its answer decoded for people to look at (<c>evaluate.show</c>).</summary>
/// <param name="method">The method.</param>
public sealed class Shown(IRunMethod method) : AfterTheEnd(method)
{
    /// <inheritdoc/>
    protected override bool IsOwn(PhaseId phase) => phase.IsShow;

    /// <inheritdoc/>
    protected override IEnumerable<RunTasks> More(RunHistory history, RunSettings settings) =>
        settings.Evaluate.Show
            ? [Show(PhaseKind.ShowEvaluate, TaskSet.Evaluation, history, settings), Show(PhaseKind.ShowTrain, TaskSet.Training, history, settings)]
            : [];

    private static RunTasks Show(PhaseKind kind, TaskSet tasks, RunHistory history, RunSettings settings) =>
        new(new PhaseId(kind, history.Rounds), tasks, Candidates: 1, history.Policy, settings.InnerBase(history.Policy), EvaluationKind.Shown);
}
