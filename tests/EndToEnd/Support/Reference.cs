namespace Seal.EndToEnd.Support;

/// <summary>The sweep that most process tests run, and what it gives when nobody disturbs it. Run once for all tests.</summary>
internal static class Reference
{
    private static readonly Lazy<Task<(SweepResult Result, int Manifests)>> Once = new(RunOnce);

    public static string File { get; } = Repository.Sweep("tiny-fake.toml");

    public static async Task<SweepResult> Undisturbed() => (await Once.Value).Result;

    /// <summary>Jobs that an undisturbed run takes.</summary>
    public static async Task<int> Jobs() => (await Once.Value).Manifests;

    private static async Task<(SweepResult Result, int Manifests)> RunOnce()
    {
        using var folder = new TemporaryFolder();
        var run = new SweepRun(File, folder.At("store")) { Workers = 1 };
        return (await run.ToEnd(), StoreFolder.Manifests(run.Store));
    }
}
