using System.Text;
using Seal.Arc.Evaluation;
using Seal.Arc.Scoring;
using Seal.Arc.Tasks;
using Seal.Arc.Voting;

namespace Seal.Arc.Tests.Scoring;

public sealed class ArcSubmissionTests
{
    private static readonly int[][] One =
    [
        [1],
    ];
    private static readonly int[][] Two =
    [
        [2, 2],
    ];
    private static readonly int[][] Three =
    [
        [3],
        [3],
    ];

    [Fact]
    public void Write_Attempts_IsTheFileThatIsWrittenDown()
    {
        (string, IReadOnlyList<Attempts>)[] tasks =
        [
            ("00576224", [new(Grid.FromRows(One), Grid.FromRows(Two)), new(Grid.FromRows(Three), null)]),
            ("AboveBelow1", [new(null, null)]),
        ];

        Assert.Equal(
            """{"00576224":[{"attempt_1":[[1]],"attempt_2":[[2,2]]},{"attempt_1":[[3],[3]],"attempt_2":[[3],[3]]}],"AboveBelow1":[{"attempt_1":[[0,0],[0,0]],"attempt_2":[[0,0],[0,0]]}]}""",
            Encoding.UTF8.GetString(ArcSubmission.Write(tasks))
        );
    }

    [Fact]
    public void Choose_OneSelfEdit_KeepsItsTwoAnswers() => Assert.Equal(Both(One, Two), Chosen(Answer(One, Two)));

    [Fact]
    public void Choose_SeveralSelfEdits_TakesTheMostFrequentFirstAndThenTheNext() =>
        // First answers: 2, 1, 1; second ones: 3, 3, 3.
        Assert.Equal(Both(One, Three), Chosen(Answer(Two, Three), Answer(One, Three), Answer(One, Three)));

    [Fact]
    public void Choose_EqualCounts_TakesWhatAppearsFirst() => Assert.Equal(Both(Two, One), Chosen(Answer(Two, null), Answer(One, null)));

    [Fact]
    public void Choose_AllAgree_RepeatsTheAnswer() => Assert.Equal(Both(One, One), Chosen(Answer(One, One), Answer(One, null)));

    [Fact]
    public void Choose_AnswersOfThePlainViewAlone_TakesThose() => Assert.Equal(Both(Three, Three), Chosen(new TestPrediction(Three, null, null, [])));

    [Fact]
    public void Choose_NoAnswer_HasNone() => Assert.Equal(new Attempts(null, null), ArcSubmission.Choose([Answer(null, null)]));

    private static TestPrediction Answer(int[][]? first, int[][]? second) => new(null, first, second, []);

    private static Attempts Both(int[][] first, int[][] second) => new(Grid.FromRows(first), Grid.FromRows(second));

    private static Attempts Chosen(params TestPrediction[] answers) => ArcSubmission.Choose(answers);
}
