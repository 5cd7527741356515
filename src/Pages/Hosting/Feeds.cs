using System.Collections.Concurrent;
using Seal.Core.Artifacts;
using Seal.Pages.Live;
using Seal.Silo.Reading;

namespace Seal.Pages.Hosting;

/// <summary>The sweeps that somebody has looked at. For many threads.</summary>
internal sealed class Feeds(PageOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<string, SweepFeed> _feeds = new(StringComparer.Ordinal);

    private SweepReader Reader { get; } = new(options.Store, new DocumentCache());

    private readonly TrialTextReader _texts = new(options.Store);

    /// <summary>What is read only when it is asked for.</summary>
    public SweepContents Contents => new(Reader, _texts);

    public SweepFeed Of(string sweep) =>
        _feeds.GetOrAdd(sweep, name => new SweepFeed(name, Reader, options.Time, () => options.IsHosted?.Invoke(name) ?? true));

    /// <summary>A sweep as it is; null, and nothing is kept, where there is none of this name.</summary>
    public async Task<SweepView?> Now(string sweep, CancellationToken cancellation)
    {
        if (!Core.Sweeps.StoreName.IsGood(sweep))
        {
            return null;
        }

        var view = await Of(sweep).Now(cancellation);
        if (view is null)
        {
            _feeds.TryRemove(sweep, out _);
        }

        return view;
    }

    /// <summary>All sweeps of the store as they are; one that cannot be read says why.</summary>
    public async Task<IReadOnlyList<(string Name, SweepView? View, string? Problem)>> All(CancellationToken cancellation)
    {
        var all = new List<(string, SweepView?, string?)>();
        foreach (var name in await Reader.Names(cancellation))
        {
            try
            {
                if (await Now(name, cancellation) is { } view)
                {
                    all.Add((name, view, null));
                }
            }
            catch (Exception unreadable) when (Unreadable.Is(unreadable))
            {
                all.Add((name, null, unreadable.Message));
            }
        }

        return all;
    }

    public void Dispose()
    {
        foreach (var feed in _feeds.Values)
        {
            feed.Dispose();
        }
    }
}
