namespace Seal.Samples;

/// <summary>
/// The share of the task's other judged self-edits that this one beats by token accuracy; equals count half. Where all do equally well all earn the
/// same, so an easy task teaches no more than a hard one.
/// </summary>
public sealed class RankReward : IGroupReward
{
    public string Name => "rank";

    public bool NeedsVotes => false;

    public IReadOnlyList<Reward?> Reward(IReadOnlyList<CandidateOutcome> group, Seed seed)
    {
        double?[] seen = [.. group.Select(outcome => outcome.State == CandidateState.Scored ? outcome.Find(ObservationNames.TokenAccuracy) : null)];
        double[] judged = [.. seen.OfType<double>()];
        return [.. group.Zip(seen, (outcome, own) => own is { } value ? new(Rank(value, judged), Name, [], outcome.Steps) : outcome.Unscored(Name))];
    }

    /// <summary>The judged have this one among them, as an equal of itself.</summary>
    private static double Rank(double own, double[] judged) =>
        judged.Length == 1 ? 0.5 : (judged.Count(other => other < own) + ((judged.Count(other => other == own) - 1) / 2.0)) / (judged.Length - 1);
}
