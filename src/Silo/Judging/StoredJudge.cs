using Seal.Core.Artifacts;
using Seal.Core.Judges;

namespace Seal.Silo.Judging;

/// <summary>
/// A judge whose verdicts are kept in the store as soon as they are there, and looked up before it is asked: a sweep that was killed replays them,
/// and no question is paid for twice. What was kept first holds, whoever asked at the same time.
/// </summary>
/// <param name="store">Where verdicts are kept.</param>
/// <param name="model">Who is asked; null where this process has no judge.</param>
/// <param name="onMoved">Called when a verdict is there: the job goes on.</param>
/// <param name="onWait">Told why before every wait.</param>
public sealed class StoredJudge(IArtifactStore store, IModelJudge? model, Action onMoved, Action<string> onWait) : IAnswerJudge
{
    public void Demand(string judge) => (model ?? throw JudgeException.None(judge)).Demand(judge);

    public IReadOnlyList<bool> Verdicts(IReadOnlyList<JudgeQuery> queries, CancellationToken cancellation) =>
        // A verdict that is paid for is kept although another question of the trial failed meanwhile.
        EndpointJudge.Each(queries, (query, _) => Verdict(query, cancellation), cancellation).GetAwaiter().GetResult();

    private async Task<bool> Verdict(JudgeQuery query, CancellationToken cancellation)
    {
        var key = JudgeVerdict.Key(query);
        if (await Kept(key, query, cancellation) is { } kept)
        {
            return kept.Correct;
        }

        var asked = model ?? throw JudgeException.None(query.Judge);
        var verdict = new JudgeVerdict(query, await asked.Ask(query, onWait, cancellation));
        onMoved();
        try
        {
            await store.WriteAsync(key, StoredDocument.Format(verdict), WriteCondition.Absent, cancellation);
        }
        catch (ArtifactConflictException)
        {
            if (await Kept(key, query, cancellation) is { } first)
            {
                return first.Correct;
            }

            // What lies there is damaged.
            await store.WriteAsync(key, StoredDocument.Format(verdict), WriteCondition.Always, cancellation);
        }

        return verdict.Correct;
    }

    /// <summary>A damaged verdict is none: the question is asked again.</summary>
    private async Task<JudgeVerdict?> Kept(string key, JudgeQuery query, CancellationToken cancellation) =>
        await store.ReadAsync(key, cancellation) is { } stored
        && StoredDocument.ParseUnlessDamaged<JudgeVerdict>(key, stored.Bytes) is { } kept
        && kept.Query == query
            ? kept
            : null;
}
