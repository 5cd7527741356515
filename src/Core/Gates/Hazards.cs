using System.Globalization;
using Seal.Core.Domains;
using Seal.Core.Engines;

namespace Seal.Core.Gates;

/// <summary>
/// What makes a self-edit unfit to be tried although it could be: it is refused before it is trained, counts as invalid, and says why. Pure. That no
/// evaluation task is a training task is checked where tasks are read, and needs no gate.
/// </summary>
public static class Hazards
{
    /// <summary>The training texts hold an answer that the adapted model will be judged by.</summary>
    public const string Answers = "answers";

    /// <summary>The learning rate is beyond any at which this project has seen a model learn.</summary>
    public const string Rate = "rate";

    /// <summary>Three times the largest rate that a shipped schema offers when it is sampled (<c>paper</c>: 1e-2).</summary>
    public const double LargestRate = 3e-2;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } = [Answers, Rate];

    /// <summary>What is wrong with a training, e.g. <c>hazard answers: …</c>.</summary>
    /// <param name="watched">The hazards that are watched for.</param>
    /// <param name="session">The domain: it knows what an answer is.</param>
    /// <param name="task">The task.</param>
    /// <param name="plan">What the self-edit asks for.</param>
    /// <returns>Null for nothing.</returns>
    public static string? In(IReadOnlyList<string> watched, IDomainSession session, TaskDocument task, InnerLoopPlan plan)
    {
        if (plan.Training is not { } training)
        {
            return null;
        }

        // What costs least first.
        var rate = watched.Contains(Rate) && training.Optimizer.LearningRate > LargestRate;
        return rate
                ? string.Create(CultureInfo.InvariantCulture, $"hazard {Rate}: learning rate {training.Optimizer.LearningRate} over {LargestRate}")
            : watched.Contains(Answers) && session.AnswerIn(task, training) is { } answer ? $"hazard {Answers}: {answer}"
            : null;
    }
}
