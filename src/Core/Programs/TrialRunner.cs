using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Judges;
using Seal.Core.Randomness;

namespace Seal.Core.Programs;

/// <summary>
/// Runs inner loops on one task: plan what self-edits ask for, train them side by side, judge each adapted model. Jobs, the gate, <c>seal try</c>
/// and forecasts all run this one, so that what they say of a self-edit is the same. Owns the deltas it trained until it is disposed.
/// </summary>
/// <param name="session">The domain at work.</param>
/// <param name="model">The model that is fine-tuned; it stays as it is.</param>
/// <param name="task">The task.</param>
/// <param name="opener">Opens the models of chains; without it a chain is no trial but a failure.</param>
/// <param name="judge">Judges answers where the domain's settings want it; null where there is none.</param>
public sealed class TrialRunner(IDomainSession session, IModelHandle model, TaskDocument task, ModelOpener? opener = null, IAnswerJudge? judge = null)
    : IDisposable
{
    private readonly List<ITrainedDelta> _deltas = [];

    /// <param name="payload">A canonical self-edit.</param>
    /// <param name="seed">The inner seed: of the plan, and later of the verdict.</param>
    public PlannedTrial Plan(string payload, Seed seed) => new(payload, seed, session.PlanInnerLoop(task, payload, seed));

    /// <summary>Trains, in one pack, the trials that have something to train; without any the engine is not asked.</summary>
    /// <param name="trials">In slot order.</param>
    /// <param name="onStep">Called after every step of the pack.</param>
    /// <param name="cancellation">Honoured within one step.</param>
    /// <returns>One per trial, in the same order.</returns>
    public IReadOnlyList<TrainedTrial> Train(IReadOnlyList<PlannedTrial> trials, Action<TrainStep>? onStep, CancellationToken cancellation)
    {
        if (trials.Any(trial => trial.Plan.Chain is not null))
        {
            return [.. trials.Select(trial => RunChain(trial, onStep, cancellation))];
        }

        TrainRequest[] pack = [.. trials.Select(trial => trial.Plan.Training).OfType<TrainRequest>()];
        var outcomes = pack.Length > 0 ? model.Train(pack, onStep, cancellation) : [];
        _deltas.AddRange(outcomes.Select(outcome => outcome.Delta).OfType<ITrainedDelta>());
        var next = 0;
        return [.. trials.Select(trial => new TrainedTrial(trial, trial.Plan.Training is null ? null : outcomes[next++]))];
    }

    /// <param name="trial">One of this runner's that has not failed.</param>
    /// <param name="kind">How the adapted model is judged.</param>
    /// <param name="cancellation">Handed on to the domain.</param>
    /// <exception cref="ArgumentException">The trial failed: judged without its delta, it would get the verdict of the model as it is.</exception>
    /// <exception cref="JudgeException">There is no judge, or it gave no verdict.</exception>
    public EvaluationResult Judge(TrainedTrial trial, EvaluationKind kind, CancellationToken cancellation)
    {
        if (trial.Failure is { } failure)
        {
            throw new ArgumentException($"A trial that failed has no verdict: {failure}", nameof(trial));
        }

        var (payload, seed) = (trial.Planned.Payload, trial.Planned.Seed);
        return trial.Seen
            ?? (
                session is IJudgedSession { Judge: { } name } judged
                    ? judged.Evaluate(model, trial.Delta, task, payload, kind, seed, judge ?? throw JudgeException.None(name), cancellation)
                    : session.Evaluate(model, trial.Delta, task, payload, kind, seed, cancellation)
            );
    }

    /// <summary>Runs one trial from its plan to its verdict.</summary>
    /// <returns>The trial, and what was seen of it; null where it failed.</returns>
    public (TrainedTrial Trial, EvaluationResult? Seen) Run(string payload, Seed seed, EvaluationKind kind, CancellationToken cancellation)
    {
        var trial = Train([Plan(payload, seed)], null, cancellation)[0];
        return (trial, trial.Failure is null ? Judge(trial, kind, cancellation) : null);
    }

    /// <summary>A chain comes with its verdict: the models on the way are gone when it has ended.</summary>
    private TrainedTrial RunChain(PlannedTrial trial, Action<TrainStep>? onStep, CancellationToken cancellation)
    {
        if (trial.Plan.Refusal is not null)
        {
            return new TrainedTrial(trial, null);
        }

        var chain = trial.Plan.Chain ?? throw new InvalidOperationException($"{task.Id}: some of its trials are chains and some are not.");
        if (opener is null)
        {
            return new TrainedTrial(trial, new TrainOutcome(null, [], 0, "several trainings one on the other are run by sweeps alone"));
        }

        using var under = new ChainModel(opener, model.Model, chain.Steps, onStep);
        var result = chain.Run(under, cancellation);
        return new TrainedTrial(trial, under.Total(result.Failure)) { Seen = result.Seen };
    }

    public void Dispose()
    {
        _deltas.ForEach(delta => delta.Dispose());
        _deltas.Clear();
    }
}

/// <param name="Payload">The self-edit.</param>
/// <param name="Seed">The inner seed.</param>
/// <param name="Plan">What the self-edit asks for, or why that is refused.</param>
public sealed record PlannedTrial(string Payload, Seed Seed, InnerLoopPlan Plan);

/// <param name="Planned">What was asked for.</param>
/// <param name="Outcome">How the training ended; null where nothing was trained.</param>
public sealed record TrainedTrial(PlannedTrial Planned, TrainOutcome? Outcome)
{
    /// <summary>Why there is no verdict: the plan's refusal, or what ended the training; null where there can be one.</summary>
    public string? Failure => Planned.Plan.Refusal ?? Outcome?.Failure;

    /// <summary>A chain's verdict; null for others, which are judged apart.</summary>
    internal EvaluationResult? Seen { get; init; }

    /// <summary>Valid until the runner is disposed; null for the model as it is.</summary>
    public ITrainedDelta? Delta => Outcome?.Delta;

    /// <summary>Loss before each step. [steps]</summary>
    public double[] Losses => Outcome?.Losses ?? [];

    /// <summary>Tokens read in training.</summary>
    public long Tokens => Outcome?.Tokens ?? 0;
}
