using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Runs;

/// <summary>Shipped sweeps give the bytes that they gave when the hash was written down. The others: <c>tests/Soak -- constants</c>.</summary>
public sealed class KnownResultTests
{
    [Theory]
    [InlineData("tiny-fake")]
    [InlineData("tiny-table")]
    public async Task Run_OfAShippedSweep_GivesTheBytesThatAreWrittenDown(string name)
    {
        var known = KnownResult.All.Single(result => result.Sweep == name && result.Set is null);
        using var folder = new TemporaryFolder();
        var run = known.In(folder.At("store"));

        var result = await run.ToEnd();

        Assert.Equal(known.NumericClass, known.ClassIn(run.Store));
        Assert.Equal(known.Sha256, result.ResultsSha256);
    }
}
