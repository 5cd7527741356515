using System.Text;
using System.Text.Json.Nodes;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Tests.Support;
using Seal.Silo.Hosting;
using Xunit.Abstractions;

namespace Seal.Grains.Tests.Sweeps;

/// <summary>A sweep never stands still without a word over something that it cannot read, whichever of its documents that is.</summary>
public sealed class UnreadableDocumentTests(ITestOutputHelper output)
{
    private const string Newer = "9.9.9+0123456789ab";

    private static readonly GridOptions Quick = new()
    {
        HostIncarnation = "two",
        Redrive = TimeSpan.FromMilliseconds(50),
        SlotPatience = TimeSpan.Zero,
    };

    [Fact]
    public async Task Resume_AnyDocumentOfANewerBuild_IsRefusedByItsNameOrNotNeeded()
    {
        var disk = new MemoryFiles { NotesCuts = true };
        var undisturbed = await Undisturbed(disk);
        var kinds = new HashSet<string>();
        // With the first candidate under way, and at the end of the last: documents of every kind are there, some wanted and some not any more.
        var halfWay = disk.Cuts.Where(left => left.List("grains/candidate").Count > 0).ToArray();
        foreach (var cut in new[] { halfWay[0], halfWay[^1] })
        {
            foreach (var key in cut.List("grains").Concat(cut.List("cache")).Order(StringComparer.Ordinal))
            {
                var store = new DirectoryArtifactStore(cut.Copy());
                var kind = await AddMember(store, key);
                var (refused, sha256) = await ToRestOrRefusal(store);

                output.WriteLine($"{key}: {refused ?? "not needed"}");
                Assert.True(refused is not null || sha256 == undisturbed, $"{key}: {sha256}");
                if (refused is not null)
                {
                    Assert.Contains(key, refused, StringComparison.Ordinal);
                    Assert.Contains($"was written by a newer build ({Newer}): key addedLater", refused, StringComparison.Ordinal);
                    kinds.Add(kind);
                }
            }
        }

        Assert.Superset(new HashSet<string> { "sweep", "sweep-events", "policy", "task", "candidate" }, kinds);
    }

    [Fact]
    public async Task Run_CachedTrialsOfANewerBuild_AreRefusedByName()
    {
        var disk = new MemoryFiles();
        await Undisturbed(disk);
        foreach (var key in disk.List("grains"))
        {
            disk.Delete(key);
        }

        var store = new DirectoryArtifactStore(disk);
        foreach (var key in disk.List("cache"))
        {
            await AddMember(store, key);
        }

        var (refused, _) = await ToRestOrRefusal(store);
        Assert.Contains("/cache/", $"/{refused?[(refused.IndexOf(' ') + 1)..]}", StringComparison.Ordinal);
        Assert.Contains($"was written by a newer build ({Newer}): key addedLater", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_SomethingThatFailsForAWhile_IsToldInStatusAndEventsAndTakenBack()
    {
        var disk = new MemoryFiles();
        var expected = await Undisturbed(disk);
        foreach (var key in disk.List("grains").Concat(disk.List("cache")))
        {
            disk.Delete(key);
        }

        var store = new FailingStore(new DirectoryArtifactStore(disk)) { Unreadable = "grains/task/" };
        await using var host = await TestGrid.Start(store, workers: 1, Quick);
        var sweep = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
        await sweep.Submit(await TestGrid.SmallSubmission(store));

        var told = await TestGrid.ToldOfWaiting(sweep, after: 0);
        Assert.Contains("cannot go on", told.Text, StringComparison.Ordinal);
        Assert.Contains("the store is away", told.Text, StringComparison.Ordinal);
        Assert.Null((await sweep.Status())!.Refused);

        store.Unreadable = null;
        var ended = await TestGrid.ToRest(host);
        Assert.Equal(expected, ended.ReportSha256);
        Assert.Null(ended.Waiting);
    }

    [Theory]
    [InlineData('A')]
    [InlineData('0')]
    public async Task Submit_LongestTaskId_RunsToItsEnd(char letter)
    {
        var id = new string(letter, TaskId.Longest);
        var store = new DirectoryArtifactStore(new MemoryFiles());
        await using var host = await TestGrid.Start(store, workers: 1);
        var submission = await TestGrid.SmallSubmission(store);
        var task = new TaskDocument(id, $"\"{id}\"");
        var named = new TaskRef(id, await Blobs.Put(store, Encoding.UTF8.GetBytes(task.Json)));

        var status = await TestGrid.RunToEnd(host, submission with { Evaluation = [named] });

        Assert.Equal(SweepState.Completed, status.State);
    }

    private static async Task<string> Undisturbed(MemoryFiles disk)
    {
        var store = new DirectoryArtifactStore(disk);
        await using var host = await TestGrid.Start(store, workers: 1);
        return (await TestGrid.RunToEnd(host, await TestGrid.SmallSubmission(store))).ReportSha256!;
    }

    /// <returns>The reason why it is refused, or the hash of its results.</returns>
    private static async Task<(string? Refused, string? ReportSha256)> ToRestOrRefusal(DirectoryArtifactStore store)
    {
        await using var host = await TestGrid.Start(store, workers: 1, Quick);
        try
        {
            var sweep = host.Grains.GetGrain<ISweepGrain>(TestGrid.Sweep);
            var status = (await sweep.Submit(await TestGrid.SmallSubmission(store))).Status!;
            while (status is { State: SweepState.Running, Refused: null })
            {
                status = (await sweep.WaitForEnd(TimeSpan.FromMilliseconds(50)))!;
            }

            return (status.Refused, status.ReportSha256);
        }
        catch (Exception failure) when (ProcessExit.Damage(failure) is { } damage)
        {
            return (damage.Message, null);
        }
    }

    /// <returns>The document's kind.</returns>
    private static async Task<string> AddMember(DirectoryArtifactStore store, string key)
    {
        var bytes = (await store.ReadAsync(key))!.Bytes;
        var header = StoredDocument.HeaderOf(bytes)!.Value;
        var json = JsonNode.Parse(bytes.AsSpan(header.Length))!.AsObject();
        json["addedLater"] = 1;
        await store.WriteAsync(
            key,
            StoredDocument.Format(header.Kind, StoredDocument.Version, Newer, Encoding.UTF8.GetBytes(json.ToJsonString())),
            WriteCondition.Always
        );
        return header.Kind;
    }
}
