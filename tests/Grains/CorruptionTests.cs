using Seal.Core.Artifacts;
using Seal.Core.Randomness;
using Seal.Grains.Abstractions;
using Seal.Grains.Candidates;
using Seal.Grains.Policies;
using Seal.Grains.Sweeps;
using Seal.Grains.Tests.Support;
using Seal.Silo.Storage;
using Xunit.Abstractions;

namespace Seal.Grains.Tests;

/// <summary>Bits flip and files are cut short: what is damaged is never loaded, and the audit names it.</summary>
public sealed class CorruptionTests(ITestOutputHelper output)
{
    private const int Cases = 10_000;

    [Fact]
    public async Task Load_TruncatedOrBitFlipped_IsRefusedEveryTime()
    {
        const ulong seed = 1;
        output.WriteLine($"seed {seed}");
        var store = await Finished();
        var keys = (await store.ListAsync(""))
            .Where(key =>
                key.StartsWith("blobs/", StringComparison.Ordinal)
                || key.StartsWith("grains/", StringComparison.Ordinal)
                || key.StartsWith("cache/", StringComparison.Ordinal)
            )
            .ToArray();
        var whole = new Dictionary<string, byte[]>();
        foreach (var key in keys)
        {
            whole[key] = (await store.ReadAsync(key))!.Bytes;
            Assert.True(Loads(key, whole[key]), key);
        }

        var random = new CounterRandom(new Seed(seed).Derive("corruption"));
        for (var i = 0; i < Cases; i++)
        {
            var key = keys[random.NextInt(keys.Length)];
            var damaged = Damage(whole[key], random);
            Assert.False(Loads(key, damaged), $"case {i}: {key} was loaded although it was damaged");
        }
    }

    [Fact]
    public async Task Verify_WholeStore_FindsNothingAndOneDamagedArtifactIsNamed()
    {
        var store = await Finished();
        Assert.Empty(await Defects(store));

        var random = new CounterRandom(new Seed(2).Derive("corruption"));
        foreach (
            var key in (await store.ListAsync("")).Where(key =>
                !key.EndsWith("report.md", StringComparison.Ordinal)
                && !key.EndsWith("accounting.json", StringComparison.Ordinal)
                && !key.StartsWith("jobs/", StringComparison.Ordinal)
            )
        )
        {
            var bytes = (await store.ReadAsync(key))!.Bytes;
            await store.WriteAsync(key, Damage(bytes, random), WriteCondition.Always);
            Assert.Contains(await Defects(store), defect => defect.Key == key);
            await store.WriteAsync(key, bytes, WriteCondition.Always);
        }

        var blob = (await store.ListAsync("blobs/"))[0];
        await store.DeleteAsync(blob);
        Assert.All(await Defects(store), defect => Assert.Contains("missing or damaged", defect.Problem, StringComparison.Ordinal));
    }

    private static async Task<IArtifactStore> Finished()
    {
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store);
        await TestGrid.RunToEnd(host, await TestGrid.SmallSubmission(store));
        return store;
    }

    private static async Task<IReadOnlyList<ArtifactDefect>> Defects(IArtifactStore store)
    {
        var defects = new List<ArtifactDefect>();
        await foreach (var defect in new ArtifactAudit(store).Verify())
        {
            defects.Add(defect);
        }

        return defects;
    }

    private static byte[] Damage(byte[] bytes, CounterRandom random)
    {
        if (random.NextInt(2) == 0)
        {
            return bytes[..random.NextInt(bytes.Length)];
        }

        var flipped = bytes.ToArray();
        flipped[random.NextInt(bytes.Length)] ^= (byte)(1 << random.NextInt(8));
        return flipped;
    }

    /// <summary>Loads the artifact by the code that the grid loads it with.</summary>
    private static bool Loads(string key, byte[] bytes)
    {
        try
        {
            if (key.StartsWith("cache/", StringComparison.Ordinal))
            {
                return StoredDocument.Parse<CachedTrial>(key, bytes).Trial is not null;
            }

            if (key.StartsWith("grains/", StringComparison.Ordinal))
            {
                _ = key.Split('/')[1] switch
                {
                    "sweep" => (object)StoredDocument.Parse<SweepGrainState>(key, bytes),
                    "policy" => StoredDocument.Parse<PolicyState>(key, bytes),
                    "candidate" => StoredDocument.Parse<CandidateState>(key, bytes),
                    "task" => StoredDocument.Parse<Seal.Grains.Tasks.TaskState>(key, bytes),
                    _ => StoredDocument.Parse<SweepEventLog>(key, bytes),
                };
                return true;
            }

            var store = new DirectoryArtifactStore(new MemoryFiles());
            store.WriteAsync(key, bytes, WriteCondition.Always).GetAwaiter().GetResult();
            _ = Blobs.Get(store, key.Split('/')[2]).GetAwaiter().GetResult();
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
