using System.Globalization;
using System.Security.Cryptography;
using Seal.Client.Commands;
using Seal.Core.Artifacts;
using Seal.Core.Steering;
using Seal.Pages;
using Seal.Silo.Workers;

namespace Seal.Client.Sweeps;

/// <summary>The page that this process serves about a store of this machine.</summary>
internal sealed class LivePage : IAsyncDisposable
{
    private readonly string _root;
    private PageServer? _server;
    private volatile Grid? _grid;

    private LivePage(string root) => _root = root;

    /// <summary>Opens the page and says where it is. A page that cannot be opened keeps no sweep from running.</summary>
    /// <param name="root">The store.</param>
    /// <param name="port">Where the search for a free port begins; null for no page.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static async Task<LivePage?> Open(string root, int? port, CancellationToken cancellation)
    {
        if (port is not { } first)
        {
            return null;
        }

        try
        {
            var page = new LivePage(root);
            page._server = await PageServer.Start(page.Options(first), cancellation);
            Terminal.Say($"page: {page._server.WithToken}");
            return page;
        }
        catch (IOException closed)
        {
            Terminal.Say($"There is no page this time, as no port could be opened: {closed.Message}");
            return null;
        }
    }

    /// <summary>The grid that this process hosts from now on; null for none.</summary>
    public void Show(Grid? grid) => _grid = grid;

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private Seal.Pages.PageOptions Options(int port) =>
        new()
        {
            Store = new DirectoryArtifactStore(_root),
            StoreName = $"store {_root}",
            Port = port,
            Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Steer = (sweep, mode) => Steer(_root, _grid, sweep, mode),
            Slots = _ => Task.FromResult<IReadOnlyList<SlotLine>>([.. (_grid?.Host?.Workers ?? []).Select(Line)]),
        };

    private static async Task<bool> Steer(string root, Grid? here, string sweep, SweepMode mode) =>
        here is not null
            ? await PageWish.Carry(here.Sweep(sweep), mode)
            : await LocalGrid.With(root, sweep, grid => PageWish.Carry(grid.Sweep(sweep), mode), CancellationToken.None);

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
        return new SlotLine(worker.Name, current.Job.Kind, current.Job.JobId, steps + loss, memory);
    }
}

/// <summary>The grid of a store for a moment: in the process that hosts it, or, where none does, in this one, without slots.</summary>
internal static class LocalGrid
{
    /// <exception cref="CommandException">The host does not answer, or the store cannot be written.</exception>
    public static async Task<T> With<T>(string root, string sweep, Func<Grid, Task<T>> act, CancellationToken cancellation)
    {
        await using var grid =
            await Grid.Attach(root, cancellation) ?? await Grid.HostHere(root, sweep, EngineChoice.Fake, 0, _ => { }, cancellation);
        return await act(grid);
    }
}
