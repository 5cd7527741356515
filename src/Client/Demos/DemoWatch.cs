using System.Diagnostics;
using System.Globalization;
using Seal.Client.Display;
using Seal.Client.Sweeps;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Seal.Client.Demos;

/// <summary>Runs the demo's sweep in a worker process and draws what is learned; kills the worker and starts it again where asked.</summary>
/// <param name="file">The sweep file.</param>
/// <param name="sweep">Its name.</param>
/// <param name="choices">What was asked.</param>
/// <param name="rounds">The curve.</param>
/// <param name="stored">The store.</param>
/// <param name="heading">How many tasks there are.</param>
/// <param name="resume">The command line that goes on with it.</param>
internal sealed class DemoWatch(string file, string sweep, DemoChoices choices, DemoRounds rounds, StoredSweeps stored, string heading, string resume)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(15);

    /// <summary>128 + SIGKILL: somebody else killed it, e.g. by the number on the screen.</summary>
    private const int KilledFromOutside = 137;
    private const int MostKills = 20;

    /// <summary>What stands in the store is counted this often: a long phase has many documents.</summary>
    private static readonly TimeSpan CountEvery = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private DemoWorker? _worker;
    private int _kills;
    private string? _killed;
    private string _progress = "";
    private TimeSpan _counted = -CountEvery;

    private bool IsHalfWay => _kills == 0 && rounds.New.Count > 0 && 2 * rounds.Evaluated >= rounds.Planned && rounds.Evaluated < rounds.Planned;

    /// <param name="levels">Dashed lines of the plot.</param>
    /// <param name="cancellation">Ctrl-C: the worker is killed, nothing that it committed is lost.</param>
    /// <returns>How often the worker was killed on the way.</returns>
    /// <exception cref="CommandException">The worker failed.</exception>
    public async Task<int> ToEnd(IReadOnlyList<PlotLevel> levels, CancellationToken cancellation)
    {
        _worker = Start();
        try
        {
            await Follow(levels, cancellation);
            for (; _worker.ExitCode == KilledFromOutside && _kills < MostKills; await Follow(levels, cancellation))
            {
                await Restart($"Process {_worker.Id} was killed from outside");
            }

            await rounds.Read();
            return _worker.ExitCode == ExitCode.Ok
                ? _kills
                : throw new CommandException(
                    _worker.ExitCode,
                    $"The worker process ended with {_worker.ExitCode}:\n{_worker.LastWords}\nNothing that was committed is lost; go on with:\n  {resume}"
                );
        }
        finally
        {
            _worker.Dispose();
        }
    }

    private Task Follow(IReadOnlyList<PlotLevel> levels, CancellationToken cancellation) =>
        Terminal.IsLive ? Draw(levels, cancellation) : Tell(cancellation);

    /// <summary>On a terminal: a picture, which goes when the result's own plot comes.</summary>
    private Task Draw(IReadOnlyList<PlotLevel> levels, CancellationToken cancellation) =>
        Terminal
            .Human.Live(Picture(levels))
            .AutoClear(true)
            .Overflow(VerticalOverflow.Ellipsis)
            .Cropping(VerticalOverflowCropping.Top)
            .StartAsync(async live =>
            {
                for (; !_worker!.HasEnded; await Task.Delay(Refresh, cancellation))
                {
                    await rounds.Read();
                    await Count();
                    await KillIf(Pressed('k'));
                    live.UpdateTarget(Picture(levels));
                }
            });

    /// <summary>Elsewhere: a line for every point of the curve, and now and then where the worker is.</summary>
    private async Task Tell(CancellationToken cancellation)
    {
        var told = -1;
        var line = TimeSpan.Zero;
        for (; !_worker!.HasEnded; await Task.Delay(Refresh, cancellation))
        {
            if (await rounds.Read() && rounds.New.Count > 0 && rounds.Evaluated > told)
            {
                told = rounds.Evaluated;
                var share = string.Create(CultureInfo.InvariantCulture, $"{100 * rounds.New[^1].Share:0.0} %");
                Terminal.Say($"{Clock()} after {told} of {rounds.Planned} rounds: {share} of the self-edits solve a new task");
                line = _watch.Elapsed;
            }
            else if (_watch.Elapsed - line > LineEvery)
            {
                await Count();
                Terminal.Say($"{Clock()} {_progress}");
                line = _watch.Elapsed;
            }

            await KillIf(false);
        }
    }

    private DemoWorker Start() =>
        DemoWorker.Start("run", file, "--no-forecast", "--store", choices.Store, "--workers", choices.Workers.ToString(CultureInfo.InvariantCulture));

    /// <summary>Where the worker's runs are, by what they saved.</summary>
    private async Task Count()
    {
        if (_watch.Elapsed - _counted < CountEvery)
        {
            return;
        }

        _counted = _watch.Elapsed;
        if ((await stored.Names()).Contains(sweep, StringComparer.Ordinal))
        {
            var runs = (await stored.Status(sweep)).Runs.Where(run => !run.Ended);
            _progress = string.Join(
                "; ",
                RunLine
                    .Of([.. runs])
                    .Select(line =>
                        line.Phase.StartsWith("update-", StringComparison.Ordinal)
                            ? $"{line.Name} {line.Phase}: the policy is trained on what the round kept"
                            : $"{line.Name} {line.Phase} {line.Candidates.Done}/{line.Candidates.All}"
                    )
            );
        }
    }

    private async Task KillIf(bool asked)
    {
        if (!IsHalfWay || !(asked || choices.Kill))
        {
            return;
        }

        await _worker!.Kill();
        await Restart($"Process {_worker.Id} was killed (SIGKILL)");
    }

    /// <summary>Starts the worker again where the last one left the store.</summary>
    private async Task Restart(string what)
    {
        await rounds.Read();
        _worker!.Dispose();
        _worker = Start();
        _kills++;
        _killed = $"{what} after round {rounds.Evaluated}; process {_worker.Id} goes on from the store.";
        if (!Terminal.IsLive)
        {
            Terminal.Say(_killed);
        }
    }

    private Rows Picture(IReadOnlyList<PlotLevel> levels)
    {
        var now = $"{heading}, round {rounds.Evaluated} of {rounds.Planned}, {Clock()}, worker process {_worker!.Id}";
        var offer =
            IsHalfWay && !Console.IsInputRedirected
                ? "Press k to kill the worker (kill -9): it is started again and goes on. Ctrl-C stops; the same command goes on."
                : _killed ?? "Ctrl-C stops; the same command goes on.";
        return new Rows(
            new Text(now),
            RoundPlot.Draw(rounds.Planned, rounds.Curves, levels),
            new Text(_progress, new Style(Color.Grey)),
            new Text(offer, new Style(Color.Yellow))
        );
    }

    private string Clock() => _watch.Elapsed.ToString("mm\\:ss", CultureInfo.InvariantCulture);

    /// <summary>Whether this key is among those pressed since the last look; without a keyboard never.</summary>
    private static bool Pressed(char key)
    {
        var pressed = false;
        while (!Console.IsInputRedirected && Console.KeyAvailable)
        {
            pressed |= char.ToLowerInvariant(Console.ReadKey(intercept: true).KeyChar) == key;
        }

        return pressed;
    }
}
