namespace Seal.EndToEnd.Support;

/// <summary>A real sweep of seconds: the soak's, made small. Tensors, the shipped model, a policy that learns.</summary>
internal static class RealEngine
{
    private static readonly Lazy<Task<(SweepResult Result, int Manifests)>> Once = new(RunOnce);

    public static SweepRun InStore(string store) =>
        new(Repository.Sweep("soak.toml"), store)
        {
            Workers = 2,
            Set =
            [
                "arms=[{ name = \"seal\", proposer = \"policy\" }]",
                "tasks.train_count=2",
                "tasks.evaluate_count=1",
                "proposal.candidates=3",
                "proposal.evaluation_candidates=2",
                "update.rounds=1",
                // Every edit counts as good, so that the policy learns for certain.
                "reward.threshold=-1",
            ],
        };

    public static async Task<SweepResult> Undisturbed() => (await Once.Value).Result;

    /// <summary>Jobs that an undisturbed run takes.</summary>
    public static async Task<int> Jobs() => (await Once.Value).Manifests;

    private static async Task<(SweepResult Result, int Manifests)> RunOnce()
    {
        using var folder = new TemporaryFolder();
        var run = InStore(folder.At("store")) with { Workers = 1 };
        return (await run.ToEnd(), StoreFolder.Manifests(run.Store));
    }
}
