using System.Globalization;

namespace Seal.Core.Sweeps;

/// <summary>One step of a run: a training round, or an evaluation of the policy as it stands.</summary>
/// <param name="Round">The training round, from 1; for an evaluation the rounds done before it.</param>
/// <param name="Trains">True for a round of propose → try → filter → update on the training tasks.</param>
public sealed record RunPhase(int Round, bool Trains)
{
    /// <summary><c>train-1</c>, <c>evaluate-0</c>: unique in a run, safe in store keys.</summary>
    public string Name => (Trains ? "train-" : "evaluate-") + Round.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// What draws of this phase are named after. All evaluations share one name: the policy before and after training is asked with the
    /// same random numbers, so their difference is the update's.
    /// </summary>
    public static string SeedName(string phase) => phase.StartsWith("evaluate-", StringComparison.Ordinal) ? "evaluate" : phase;

    /// <summary>The phases of a run in order. Arms that do not learn are only evaluated.</summary>
    public static IReadOnlyList<RunPhase> Of(RunSettings settings, ArmSpec arm)
    {
        if (arm.Proposer != "policy")
        {
            return settings.Evaluate.When == "never" ? [] : [new RunPhase(0, false)];
        }

        var rounds = settings.Update.Rounds;
        var phases = new List<RunPhase>();
        for (var round = 0; round <= rounds; round++)
        {
            if (round > 0)
            {
                phases.Add(new RunPhase(round, true));
            }

            if (settings.Evaluate.When switch { "every" => true, "ends" => round == 0 || round == rounds, "last" => round == rounds, _ => false })
            {
                phases.Add(new RunPhase(round, false));
            }
        }

        return phases;
    }
}
