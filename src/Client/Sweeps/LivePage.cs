using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using Seal.Core.Artifacts;
using Seal.Core.Steering;
using Seal.Pages;
using Seal.Silo.Hosting;
using Seal.Silo.Workers;

namespace Seal.Client.Sweeps;

/// <summary>The page that this process serves about a store of this machine.</summary>
internal sealed class LivePage : IAsyncDisposable
{
    private readonly string _root;
    private readonly bool _hosts;
    private PageServer? _server;
    private volatile Grid? _grid;
    private volatile string? _sweep;

    private LivePage(string root, bool hosts) => (_root, _hosts) = (root, hosts);

    /// <summary>Opens the page and says where it is. A page that cannot be opened keeps no sweep from running.</summary>
    /// <param name="root">The store.</param>
    /// <param name="port">Where the search for a free port begins; null for no page.</param>
    /// <param name="hosts">Whether this process is to host the store's grid; else it only looks on.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static async Task<LivePage?> Open(string root, int? port, bool hosts, CancellationToken cancellation)
    {
        if (port is not { } first)
        {
            return null;
        }

        try
        {
            var page = new LivePage(root, hosts);
            page._server = await PageServer.Start(page.Options(first), cancellation);
            Terminal.Say($"page: {page._server.WithToken}");
            return page;
        }
        catch (Exception closed) when (closed is IOException or SocketException)
        {
            Terminal.Say($"There is no page this time, as no port could be opened: {closed.Message}");
            return null;
        }
    }

    /// <summary>The grid that this process hosts from now on, and for which sweep.</summary>
    public void Show(Grid grid, string sweep) => (_grid, _sweep) = (grid, sweep);

    /// <summary>The grid is about to go: whoever looks on is told of the last that was written.</summary>
    public async Task Close(bool atOnce)
    {
        _grid = null;
        if (_server is not null && !atOnce)
        {
            await _server.TellTheLast();
        }
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private PageOptions Options(int port) =>
        new()
        {
            Store = new DirectoryArtifactStore(_root),
            StoreName = $"store {_root}",
            Port = port,
            Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Steer = Steer,
            IsHosted = IsHosted,
            Resume = ResumeCommand,
            Slots = _hosts ? _ => Task.FromResult<IReadOnlyList<SlotLine>>([.. (_grid?.Host?.Workers ?? []).Select(Line)]) : null,
        };

    /// <summary>Another user's process says of no sweep that it runs it, and may run any.</summary>
    private bool IsHosted(string sweep) =>
        _hosts ? _sweep is null || _sweep == sweep : StoreLock.IsHeld(_root) && (StoreLock.Holder(_root) is not { } holder || holder.Sweep == sweep);

    private async Task<string?> Steer(string sweep, SweepMode mode)
    {
        if (_hosts && _grid is null)
        {
            return "The process is just starting or ending. Try again in a moment.";
        }

        if (mode == SweepMode.Run && !IsHosted(sweep))
        {
            return $"No process runs the sweep {sweep}, and a page cannot. Go on with it: {ResumeCommand(sweep)}";
        }

        return _grid is { } here ? await PageWish.Carry(here.Sweep(sweep), mode) : await CarryElsewhere(sweep, mode);
    }

    /// <summary>Through the process that hosts the store, or, where none does, by writing it down.</summary>
    private async Task<string?> CarryElsewhere(string sweep, SweepMode mode)
    {
        await using var grid = await Grid.Attach(_root, CancellationToken.None) ?? await Grid.HostIdle(_root, sweep, CancellationToken.None);
        return await PageWish.Carry(grid.Sweep(sweep), mode);
    }

    private string ResumeCommand(string sweep) => StorePlace.Folder(_root).Command("resume", sweep);

    private static SlotLine Line(DeviceWorker worker)
    {
        var memory = string.Create(CultureInfo.InvariantCulture, $"{Environment.WorkingSet / (1 << 20)} MiB, the process");
        if (worker.Current is not { } current)
        {
            return new SlotLine(worker.Name, "waits", "", "", memory);
        }

        var progress = current.Progress;
        var steps = progress.Total > 0 ? FormattableString.Invariant($"step {progress.Step} of {progress.Total}") : "";
        var loss = progress.Loss is { } value && double.IsFinite(value) ? FormattableString.Invariant($", loss {value:0.000}") : "";
        var pace =
            progress.Step > 0 && current.Elapsed > TimeSpan.Zero
                ? FormattableString.Invariant($", {progress.Step / current.Elapsed.TotalSeconds:0.#} steps/s")
                : "";
        return new SlotLine(worker.Name, current.Job.Kind, current.Job.JobId, steps + pace + loss, memory);
    }
}
