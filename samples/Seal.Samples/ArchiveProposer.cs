namespace Seal.Samples;

/// <summary>
/// Remembers what the run has tried. In a round, half of its self-edits are among the four best so far and half are drawn anew; evaluation tasks get
/// the best ones. A pure function of the past and of the context's seeds.
/// </summary>
public sealed class ArchiveProposer : IProposer
{
    public string Kind => "archive";

    public bool CanRedraw => true;

    public bool ReadsPast => true;

    public bool NeedsSpace => true;

    public IReadOnlyList<Draft> Draw(ProposerContext context, int from, int count, CancellationToken cancellation)
    {
        var best = Ranked(context.Past);
        return [.. Enumerable.Range(from, count).Select(draw => One(context, best, draw))];
    }

    private Draft One(ProposerContext context, IReadOnlyList<string> best, int draw)
    {
        var random = new CounterRandom(context.SeedOf(Kind, draw));
        var isRound = context.Job.Phase.IsRound;
        var explores = best.Count == 0 || (isRound ? random.NextBool() : draw >= best.Count);
        return explores ? context.Session.Demand("proposer \"archive\"").Random(random)
            : isRound ? best[random.NextInt(Math.Min(4, best.Count))]
            : best[draw];
    }

    /// <summary>Every self-edit that earned something to compare, by its mean reward over all tasks and rounds, best first.</summary>
    private static IReadOnlyList<string> Ranked(IReadOnlyList<PastRound> past) =>
        [
            .. past.SelectMany(round => round.Tasks)
                .SelectMany(task => task.Candidates)
                .Where(candidate => candidate is { Payload: not null, Reward: not null })
                .GroupBy(candidate => candidate.Payload!, candidate => candidate.Reward!.Value, StringComparer.Ordinal)
                .OrderByDescending(edit => edit.Average())
                .ThenBy(edit => edit.Key, StringComparer.Ordinal)
                .Select(edit => edit.Key),
        ];
}
