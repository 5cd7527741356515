using System.Globalization;
using Seal.Core.Domains;

namespace Seal.Core.Sweeps;

/// <summary>One step of a run: a training round, an evaluation of the policy as it stands, a part of the reward table, or answers to look at.</summary>
/// <param name="Round">The training round, from 1; for an evaluation the rounds done before it; 0 for the reward table.</param>
/// <param name="Trains">True on the training tasks: a round of propose → try → filter → update, or the table's part over these tasks.</param>
/// <param name="Replicate">The inner seed of a part of the reward table; null for rounds and evaluations.</param>
/// <param name="Shows">One self-edit per task is tried and its answer decoded, for people; counts in no row.</param>
public sealed record RunPhase(int Round, bool Trains, int? Replicate = null, bool Shows = false)
{
    private const string Train = "train-";
    private const string Evaluate = "evaluate-";
    private const string Table = "table-";
    private const string Show = "show-";

    /// <summary><c>train-1</c>, <c>evaluate-0</c>, <c>table-train-1</c>, <c>show-evaluate-2</c>: unique in a run, safe in store keys.</summary>
    public string Name => (Shows ? Show : Replicate is null ? "" : Table) + (Trains ? Train : Evaluate) + (Replicate ?? Round).ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether the policy learns from it.</summary>
    public bool Updates => Trains && Replicate is null && !Shows;

    /// <summary>How adapted models are judged in this phase.</summary>
    public EvaluationKind Judging(RunSettings settings) =>
        Shows ? EvaluationKind.Shown
        : settings.Evaluate.Views > 0 && (!Trains || settings.VotesInTraining()) ? EvaluationKind.Vote : EvaluationKind.Plain;

    /// <summary>
    /// What draws of this phase are named after. All evaluations share one name: the policy before and after training is asked with the
    /// same random numbers, so their difference is the update's.
    /// </summary>
    public static string SeedName(string phase) => phase.StartsWith(Evaluate, StringComparison.Ordinal) || phase.StartsWith(Show, StringComparison.Ordinal) ? "evaluate" : phase;

    /// <summary>Whether the phase of this name is a round or a part of the reward table on training tasks.</summary>
    public static bool IsTraining(string phase) => Bare(phase).StartsWith(Train, StringComparison.Ordinal);

    /// <summary>The inner seed that a part of the reward table is made with; null for other phases.</summary>
    public static int? ReplicateOf(string phase) =>
        phase.StartsWith(Table, StringComparison.Ordinal) ? int.Parse(phase.AsSpan(phase.LastIndexOf('-') + 1), CultureInfo.InvariantCulture) : null;

    /// <summary>The phases of a run in order. Arms that do not learn are only evaluated.</summary>
    public static IReadOnlyList<RunPhase> Of(RunSettings settings, ArmSpec arm)
    {
        if (arm.Proposer == Proposers.TableProposer.Name)
        {
            return [.. Enumerable.Range(0, settings.Inner.Seeds).SelectMany(replicate => new[] { new RunPhase(0, true, replicate), new RunPhase(0, false, replicate) })];
        }

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

        if (settings.Evaluate.Show)
        {
            phases.AddRange([new RunPhase(rounds, false, Shows: true), new RunPhase(rounds, true, Shows: true)]);
        }

        return phases;
    }

    private static string Bare(string phase) => phase.StartsWith(Table, StringComparison.Ordinal) ? phase[Table.Length..] : phase;
}
