using Seal.EndToEnd.Support;

namespace Seal.Soak;

/// <summary>Runs the sweeps of <c>tests/EndToEnd/results.tsv</c> and compares their results with the hashes written down there.</summary>
internal static class ConstantsCheck
{
    /// <summary>The quickstart takes four minutes on two idle cores, and more beside other work.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(45);

    /// <returns>0: all that this machine's class has a hash for are equal, and there was one for every sweep; else 1.</returns>
    public static async Task<int> Run(TextWriter output)
    {
        var good = true;
        foreach (var sweep in KnownResult.All.GroupBy(known => (known.Sweep, known.Set)))
        {
            using var folder = new TemporaryFolder();
            var run = sweep.First().In(folder.At("store"));
            var result = await run.ToEnd(Longest);
            var found = sweep.First().ClassIn(run.Store);
            var known = sweep.FirstOrDefault(line => line.NumericClass == found);
            good &= known?.Sha256 == result.ResultsSha256;
            output.WriteLine(
                known is null ? $"{sweep.First()}: {result.ResultsSha256}; NOTHING WRITTEN DOWN for class {found}"
                : known.Sha256 == result.ResultsSha256 ? $"{known}: equal, {known.Sha256}"
                : $"{known}: DIFFERENT, {result.ResultsSha256} instead of {known.Sha256}"
            );
            output.Flush();
        }

        return good ? 0 : 1;
    }
}
