using CsCheck;
using Seal.Client.Display;
using Seal.Pages.Live;
using Spectre.Console;

namespace Seal.Client.Tests.Display;

public sealed class TaskStripTests
{
    [Fact]
    public void Lines_OfAFewTasks_NameEachAndMarkItsCandidatesInOrder() =>
        Assert.Equal(
            ["a    #x_  bb   .+o", "long -#"],
            Plain(
                [
                    ("a", [Of(Standing.Solved), Of(Standing.Failed), Of(Standing.Waiting)]),
                    ("bb", [Of(Standing.Tried, 0.2), Of(Standing.Tried, 0.99), Of(Standing.Running)]),
                    ("long", [Of(Standing.Tried, 0.7), Of(Standing.Solved)]),
                ],
                20,
                9
            )
        );

    [Fact]
    public void Lines_NameWithSquareBrackets_StandsAsItIs() => Assert.Equal(["[red] #"], Plain([("[red]", [Of(Standing.Solved)])], 40, 9));

    [Fact]
    public void Lines_MoreThanThereIsRoomFor_ShowWhereTheFirstOpenTaskIs()
    {
        var tasks = Enumerable.Range(0, 40).Select(n => ($"t{n:00}", Candidates(n < 21 ? Standing.Solved : Standing.Waiting))).ToArray();
        var lines = Plain(tasks, 9, 5);
        Assert.Equal(["t20 #", "t21 _", "t22 _", "t23 _", "tasks 21 to 24 of 40"], lines);
    }

    [Fact]
    public void Lines_AllTasksEndedAndNoRoom_ShowTheLast() =>
        Assert.Equal(
            ["t8 #", "t9 #", "tasks 9 to 10 of 10"],
            Plain([.. Enumerable.Range(0, 10).Select(n => ($"t{n}", Candidates(Standing.Solved)))], 6, 3)
        );

    /// <summary>Whatever there is to draw, no line is wider than the terminal and there are no more lines than asked for.</summary>
    [Fact]
    public void Lines_Anything_FitTheirRoom() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[0, 80], Gen.Int[1, 40], Gen.Int[1, 120], Gen.Int[1, 30])
            .Sample(
                (tasks, name, candidates, width, most) =>
                {
                    var lines = TaskStrip.Lines(
                        [.. Enumerable.Range(0, tasks).Select(n => (new string('n', name + 1), Many(candidates, n)))],
                        width,
                        most
                    );
                    Assert.InRange(lines.Count, 1, most);
                    // The line that counts the rest is cut by the terminal where it is narrow.
                    Assert.All(
                        lines.Select(Markup.Remove).Where(line => !line.StartsWith("tasks ", StringComparison.Ordinal)),
                        line => Assert.True(line.Length <= Math.Max(width, 3), $"{line.Length} > {width}: {line}")
                    );
                }
            );

    private static IReadOnlyList<CandidateView> Many(int count, int seed) =>
        [.. Enumerable.Range(0, count).Select(i => Of((Standing)((i + seed) % 8), 0.5))];

    private static IReadOnlyList<CandidateView> Candidates(Standing standing) => [Of(standing)];

    private static CandidateView Of(Standing standing, double? accuracy = null) => new(0, standing, null, accuracy, null, null);

    private static IEnumerable<string> Plain(IReadOnlyList<(string, IReadOnlyList<CandidateView>)> tasks, int width, int most) =>
        TaskStrip.Lines(tasks, width, most).Select(Markup.Remove);
}
