using Microsoft.Extensions.Time.Testing;
using Seal.Client.Display;
using Seal.Client.Showing;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Pages.Live;
using Seal.Pages.Tests.Support;
using Seal.Silo.Reading;
using Spectre.Console.Rendering;
using Spectre.Console.Testing;

namespace Seal.Client.Tests.Display;

/// <summary>The live screen of a written sweep with two runs, one a round ahead; the last candidate of each task is no self-edit.</summary>
public sealed class WatchViewTests : IAsyncLifetime
{
    private const int Candidates = 5;

    private WrittenStore _store = null!;
    private SweepView _view = null!;
    private SweepStatus _status = null!;

    public async Task InitializeAsync()
    {
        _store = await WrittenStore.Of(seeds: 2, tasks: 6, candidates: Candidates, rounds: 3);
        await _store.End(0, 2, Became);
        await _store.End(1, 1, Became);
        var reader = new SweepReader(_store.Store, new DocumentCache());
        using var feed = new SweepFeed(WrittenStore.Sweep, reader, new FakeTimeProvider(), () => true);
        _view = (await feed.Now(default))!;
        _status = await reader.Status(WrittenStore.Sweep, _view.State);
    }

    public Task DisposeAsync()
    {
        _store.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public void Draw_OnALargeTerminal_ShowsRunsRoundsCandidatesAndProblems()
    {
        var drawn = Draw(200, 60);
        Assert.Contains("sweep written: running, 00:01:15", drawn, StringComparison.Ordinal);
        Assert.Contains("solved by round, %", drawn, StringComparison.Ordinal);
        // Two of five candidates of each task solve it.
        Assert.Matches(@"train +40\.0", drawn);
        Assert.Matches(@"evaluate +40\.0", drawn);
        var run = _view.Runs[0];
        Assert.Contains($"{run.Name} {run.Progress.Phase}, tasks and their self-edits", drawn, StringComparison.Ordinal);
        Assert.Contains(
            $"{run.Reading.Asked[0].Task.Id.PadRight(run.Reading.Asked.Max(task => task.Task.Id.Length))} {new string('_', Candidates)}",
            drawn,
            StringComparison.Ordinal
        );
        Assert.Contains(CandidateMark.Key, drawn, StringComparison.Ordinal);
        Assert.Contains("is no [self-edit]", drawn, StringComparison.Ordinal);
        Assert.Contains("Why: 'seal show'", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_NamesProblemsAsShowTakesThem()
    {
        var problem = Draw(200, 60).Split('\n').First(line => line.StartsWith("invalid ", StringComparison.Ordinal));
        var address = Address.Parse(problem["invalid ".Length..problem.IndexOf(": ", StringComparison.Ordinal)], _ => false)!;
        Assert.NotNull(_view.Run(address.Run));
        Assert.Equal(Candidates - 1, address.Index);
    }

    [Theory]
    [InlineData(80, 24)]
    [InlineData(80, 12)]
    [InlineData(40, 50)]
    [InlineData(200, 50)]
    [InlineData(120, 8)]
    public void Draw_AnyTerminal_NeverWiderNorHigherThanItsTableAllows(int width, int height)
    {
        var lines = Draw(width, height).TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width, line));
        // The heading, the table's frame and one run stand whatever the height is; below 40 columns rows become lists.
        Assert.True(width < 60 || lines.Length <= Math.Max(height - 1, 14), $"{lines.Length} lines on {height}:\n{string.Join('\n', lines)}");
    }

    [Fact]
    public void Draw_BeforeDocumentsWereRead_ShowsTheRuns()
    {
        var drawn = Draw(80, 24, view: null);
        Assert.Contains(_view.Runs[0].Name, drawn, StringComparison.Ordinal);
        Assert.DoesNotContain("solved by round", drawn, StringComparison.Ordinal);
    }

    private string Draw(int width, int height) => Draw(width, height, _view);

    private string Draw(int width, int height, SweepView? view)
    {
        using var console = new TestConsole().Width(width);
        console.Write((IRenderable)WatchView.Draw(_status, [], TimeSpan.FromSeconds(75), null, view, width, height));
        return console.Output;
    }

    private static CandidateRecord Became(string task, int index) =>
        index == Candidates - 1
            ? new CandidateRecord(index, null, "the text is no [self-edit]", CandidateState.Invalid, null, null, 0)
            : WrittenStore.Tried(index, solved: index < 2, payload: $$"""{"a":{{index}}}""");
}
