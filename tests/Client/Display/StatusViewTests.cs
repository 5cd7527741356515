using Seal.Client.Display;
using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Grains.Abstractions;
using Spectre.Console.Rendering;
using Spectre.Console.Testing;

namespace Seal.Client.Tests.Display;

public sealed class StatusViewTests
{
    private static readonly Accounting Some = new(12, 12, 0, 1.5, 345, 6789);

    private static readonly SweepStatus Status = new(
        "quickstart",
        SweepState.Running,
        [
            new RunProgress("base-seal-s1", "seal", "base", 1, "train-1", 1, 4, 2, 8, 11, 40, 5, false, null, Some),
            new RunProgress("base-random-s1", "random", "base", 1, "ended", 1, 1, 0, 0, 0, 0, 0, true, "a [job] was given up", Some),
        ],
        null,
        Some
    );

    [Fact]
    public void Progress_OfRuns_ShowsPhaseAndCounts()
    {
        var drawn = Draw(StatusView.Progress(Status, [], TimeSpan.FromSeconds(75)), 80);
        Assert.Contains("sweep quickstart: running, 00:01:15", drawn, StringComparison.Ordinal);
        Assert.Contains("train-1 (2/4)", drawn, StringComparison.Ordinal);
        Assert.Contains("11/40", drawn, StringComparison.Ordinal);
        Assert.Contains("a [job] was given up", drawn, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    public void Progress_AnyTerminal_NeverWider(int width) =>
        Assert.All(Draw(StatusView.Progress(Status, [], TimeSpan.Zero), width).Split('\n'), line => Assert.True(line.Length <= width, line));

    [Fact]
    public void OneLine_ForLogs_IsOneLine() =>
        Assert.Equal(
            "00:00:05 quickstart: base-seal-s1 train-1 (2/4) 11/40 solved 5; base-random-s1 ended",
            StatusView.OneLine(Status, TimeSpan.FromSeconds(5))
        );

    [Fact]
    public void OneLine_OfMoreRunsThanAScreenHasLines_SumsArms()
    {
        var runs = Enumerable
            .Range(1, 12)
            .Select(seed =>
                Status.Runs[0] with
                {
                    Run = $"base-seal-s{seed}",
                    Seed = seed,
                    Ended = seed == 1,
                    Phase = seed < 3 ? "train-1" : "evaluate-1",
                }
            );
        var line = StatusView.OneLine(Status with { Runs = [.. runs, Status.Runs[1]] }, TimeSpan.FromSeconds(5));
        Assert.Equal("00:00:05 quickstart: base-seal ×12 2 phases (1 ended) 121/440 solved 55; base-random-s1 ended", line);
    }

    [Fact]
    public void Progress_WhereATaskMayBeSolvedInPart_ShowsTheShare()
    {
        var status = Status with { Runs = [.. Enumerable.Range(1, 13).Select(seed => Status.Runs[0] with { Solved = 0, Parts = 4.4, Seed = seed })] };

        Assert.Contains("143/520 solved 40 %", StatusView.OneLine(status, TimeSpan.Zero), StringComparison.Ordinal);
        // A run at questions that are answered or not, as a gate's are, counts as it stands: (12 · 4.4 + 11) of 143.
        var mixed = status with
        {
            Runs = [.. status.Runs.Skip(1), status.Runs[0] with { Parts = null, Solved = 11 }],
        };
        Assert.Contains("143/520 solved 44.6 %", StatusView.OneLine(mixed, TimeSpan.Zero), StringComparison.Ordinal);
        Assert.Contains("40 %", Draw(StatusView.Progress(status with { Runs = [status.Runs[0]] }, [], null), 80), StringComparison.Ordinal);
    }

    [Fact]
    public void List_OfSweeps_TellsTheWordGiven() =>
        Assert.Contains("interrupted", Draw(StatusView.List([(Status, StatusView.Interrupted)]), 80), StringComparison.Ordinal);

    [Fact]
    public void Results_WithoutVotesOrInvalidEdits_LeaveThoseColumnsOut()
    {
        var row = new ResultRow("base", "seal", 2, 10, 0, 0, 4, null, null, 5, 3, 100, 4, 10);
        var drawn = Draw(StatusView.Results([row]), 100);
        Assert.Contains("4 (40 %)", drawn, StringComparison.Ordinal);
        Assert.Contains("17–69", drawn, StringComparison.Ordinal);
        Assert.DoesNotContain("vote", drawn, StringComparison.Ordinal);
        Assert.DoesNotContain("invalid", drawn, StringComparison.Ordinal);
        Assert.DoesNotContain("cell", drawn, StringComparison.Ordinal);
    }

    private static string Draw(IRenderable picture, int width)
    {
        using var console = new TestConsole();
        console.Profile.Width = width;
        console.Write(picture);
        return console.Output;
    }
}
