using System.Text;
using System.Text.Json;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Seal.Cluster.Tests.Support;

/// <param name="Key">State of the grain that gave it out.</param>
/// <param name="Epoch">Its epoch.</param>
/// <param name="Holder">Silo and slot.</param>
internal sealed record Lease(string Key, int Epoch, string Holder);

/// <summary>
/// Looks into a cluster's container from outside, past the code that writes it: which candidates are committed — not a byte of theirs may be written
/// again — and which leases are out. Cheap to repeat: a state is read again only when its tag has changed.
/// </summary>
internal sealed class StoreWatch(BlobContainerClient container)
{
    private const string Candidates = "grains/candidate/";
    private const int AtOnce = 8;
    private static readonly string[] Owners = [Candidates, "grains/task/", "grains/policy/"];
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly SortedDictionary<string, string> _committed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _atRest = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _again = new(StringComparer.Ordinal);

    /// <summary>Candidates found committed so far.</summary>
    public int Committed => _committed.Count;

    /// <summary>Candidates that were written again, or vanished, after they had been found committed.</summary>
    public IReadOnlyCollection<string> Again => _again;

    /// <returns>The leases that are out.</returns>
    public async Task<IReadOnlyList<Lease>> Look()
    {
        var changed = new List<string>();
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var owner in Owners)
        {
            await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = owner }))
            {
                there.Add(blob.Name);
                if (IsNews(blob.Name, Tag(blob.Properties.ETag)))
                {
                    changed.Add(blob.Name);
                }
            }
        }

        _again.UnionWith(_committed.Keys.Where(key => !there.Contains(key)));
        var leases = new List<Lease>();
        foreach (var some in changed.Chunk(AtOnce))
        {
            var states = await Task.WhenAll(some.Select(Read));
            leases.AddRange(states.Select(Note).OfType<Lease>());
        }

        return leases;
    }

    /// <summary>Who holds or held a lease last, of every job.</summary>
    public async Task<IReadOnlyList<string>> Holders()
    {
        var holders = new List<string>();
        foreach (var owner in Owners)
        {
            await foreach (var blob in container.GetBlobsAsync(new GetBlobsOptions { Prefix = owner }))
            {
                if (await Read(blob.Name) is { Holder: { } holder })
                {
                    holders.Add(holder);
                }
            }
        }

        return holders;
    }

    /// <summary>Waits until a lease that was lost has been given out again, or its job has been committed otherwise.</summary>
    public async Task UntilLeasedAgain(Lease lost, CancellationToken cancellation)
    {
        while (await Read(lost.Key) is { IsDone: false } state && state.Epoch <= lost.Epoch)
        {
            await Task.Delay(BetweenLooks, cancellation);
        }
    }

    private bool IsNews(string key, string tag)
    {
        if (_committed.TryGetValue(key, out var before))
        {
            if (before != tag)
            {
                _again.Add(key);
                _committed[key] = tag;
            }

            return false;
        }

        return !_atRest.TryGetValue(key, out var known) || known != tag;
    }

    private Lease? Note(State? state)
    {
        if (state is { IsCommitted: true } && state.Key.StartsWith(Candidates, StringComparison.Ordinal))
        {
            _committed[state.Key] = state.Tag;
        }
        else if (state is { IsLeased: false })
        {
            _atRest[state.Key] = state.Tag;
        }

        return state is { IsLeased: true } ? new Lease(state.Key, state.Epoch, state.Holder!) : null;
    }

    private async Task<State?> Read(string key)
    {
        try
        {
            var found = (await container.GetBlobClient(key).DownloadContentAsync()).Value;
            var text = Encoding.UTF8.GetString(found.Content);
            // The first line is the hash of the rest.
            using var document = JsonDocument.Parse(text.AsMemory(text.IndexOf('\n') + 1));
            var ledger = document.RootElement.GetProperty("ledger");
            var word = ledger.GetProperty("state").GetString()!;
            return new State(
                key,
                Tag(found.Details.ETag),
                string.Equals(word, "leased", StringComparison.OrdinalIgnoreCase),
                string.Equals(word, "done", StringComparison.OrdinalIgnoreCase),
                document.RootElement.TryGetProperty("outcome", out var outcome) && outcome.ValueKind != JsonValueKind.Null,
                ledger.GetProperty("epoch").GetInt32(),
                ledger.GetProperty("holder").GetString()
            );
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return null;
        }
    }

    private static string Tag(ETag? tag) => tag?.ToString().Trim('"') ?? "";

    private sealed record State(string Key, string Tag, bool IsLeased, bool IsJobDone, bool IsCommitted, int Epoch, string? Holder)
    {
        public bool IsDone => IsJobDone || IsCommitted;
    }
}
