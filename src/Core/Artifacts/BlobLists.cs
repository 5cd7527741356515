namespace Seal.Core.Artifacts;

/// <summary>
/// Lists in the store that only grow. An item is one blob of constant overhead, however many there are: it names the one before it, and one farther
/// back as in E. W. Myers, "An applicative random-access stack" (1983), so every item is O(log n) reads away and all of them are read side by side.
/// </summary>
public sealed class BlobLists(DocumentCache documents, IArtifactStore store)
{
    // Enough to hide a store's latency.
    private const int ReadAtOnce = 16;

    /// <summary>The list with one item more. Nothing is changed but that a blob is added.</summary>
    public async Task<ListRef> Append<T>(ListRef list, T item, CancellationToken cancellation = default)
    {
        var link = new ListLink<T>(item, list.Count + 1, list.Head, null, 0);
        if (list.Head is { } head)
        {
            var last = await Link<T>(head, cancellation);
            var above = last.Jump is { } jump ? await Link<T>(jump, cancellation) : null;
            // Two jumps of equal length become one of twice that and one.
            link =
                last.Length - last.JumpLength == last.JumpLength - (above?.JumpLength ?? 0)
                    ? link with
                    {
                        Jump = above?.Jump,
                        JumpLength = above?.JumpLength ?? 0,
                    }
                    : link with
                    {
                        Jump = head,
                        JumpLength = last.Length,
                    };
        }

        return new ListRef(link.Length, await documents.Put(store, link, cancellation));
    }

    /// <summary>The list of the first <paramref name="count"/> items.</summary>
    public async Task<ListRef> Prefix<T>(ListRef list, int count, CancellationToken cancellation = default)
    {
        var (length, head) = (list.Count, list.Head);
        while (length > count)
        {
            var link = await Link<T>(head!, cancellation);
            (length, head) = link.JumpLength >= count ? (link.JumpLength, link.Jump) : (length - 1, link.Previous);
        }

        return new ListRef(length, head);
    }

    /// <summary>The newest item; null if there is none.</summary>
    public async Task<T?> Last<T>(ListRef list, CancellationToken cancellation = default)
        where T : class => list.Head is { } head ? (await Link<T>(head, cancellation)).Item : null;

    /// <summary>The items from a place on, oldest first.</summary>
    public async Task<IReadOnlyList<T>> Read<T>(ListRef list, int from = 0, CancellationToken cancellation = default)
    {
        var items = new ListLink<T>?[list.Count];
        var open = new Dictionary<int, string>();
        Open(list.Count, list.Head);
        while (open.Count > 0)
        {
            var some = open.Take(ReadAtOnce).ToArray();
            foreach (var link in await Task.WhenAll(some.Select(one => Link<T>(one.Value, cancellation))))
            {
                items[link.Length - 1] = link;
                open.Remove(link.Length);
                Open(link.Length - 1, link.Previous);
                Open(link.JumpLength, link.Jump);
            }
        }

        return [.. items.Skip(from).Select(link => link!.Item)];

        void Open(int length, string? sha256)
        {
            if (length > from && items[length - 1] is null)
            {
                open[length] = sha256!;
            }
        }
    }

    /// <summary>All items, oldest first, for callers on a thread of their own.</summary>
    public static IReadOnlyList<T> Read<T>(DocumentCache documents, ListRef list, Func<string, byte[]> read)
    {
        var items = new List<T>(list.Count);
        for (var head = list.Head; head is not null; )
        {
            var link = documents.Get<ListLink<T>>(head, read);
            items.Add(link.Item);
            head = link.Previous;
        }

        items.Reverse();
        return items;
    }

    private async Task<ListLink<T>> Link<T>(string sha256, CancellationToken cancellation) =>
        await documents.Get<ListLink<T>>(store, sha256, cancellation);
}
