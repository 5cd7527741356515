using System.Globalization;
using System.Text.Json;
using CsCheck;
using Seal.Arc.Scoring;
using Seal.Arc.Tasks;
using Seal.Arc.Voting;

namespace Seal.Arc.Tests.Scoring;

public sealed class ScoringTests
{
    private static readonly Grid Truth = Grid.FromRows([
        [1, 2],
        [3, 4],
    ]);

    [SkippableFact]
    public void Of_TheGoldenSubmissions_ScoresAsTheReference()
    {
        var folder = Shared.Path("data/arc");
        using var ids = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "seal_filtered_ids.json")));
        var compared = 0;
        foreach (var golden in Shared.Golden("evaluate.json").GetProperty("evaluate").EnumerateArray())
        {
            var split = golden.GetProperty("split").GetString() == "training12" ? "seal_training_12" : "seal_evaluation_10";
            var tasks = ArcReader.Read([folder], [.. ids.RootElement.GetProperty(split).EnumerateArray().Select(id => id.GetString()!)]);
            var submission = golden
                .GetProperty("submission")
                .EnumerateObject()
                .ToDictionary(
                    task => task.Name,
                    task =>
                        (IReadOnlyList<Attempts>)
                            [
                                .. task
                                    .Value.EnumerateArray()
                                    .Select(pair => new Attempts(
                                        Reference.Grid(pair.GetProperty("attempt_1")),
                                        Reference.Grid(pair.GetProperty("attempt_2"))
                                    )),
                            ]
                );

            var score = SubmissionScore.Of(tasks, submission);

            Assert.Equal(
                golden.GetProperty("per_task_correct").EnumerateObject().Select(task => (task.Name, task.Value.GetBoolean())),
                score.Tasks.Select(task => (task.Id, task.Solved))
            );
            var printed = golden.GetProperty("printed").GetString()!;
            Assert.Contains(
                $"Per Prediction Accuracy: {score.Correct} / {score.Predictions} = {Python(score.PredictionAccuracy)}\n",
                printed,
                StringComparison.Ordinal
            );
            Assert.Contains($" / {score.TaskCount} = {Python(score.CompetitionAccuracy)}\n", printed, StringComparison.Ordinal);
            Assert.EndsWith(
                $" / {score.TaskCount} = {Python(score.PartialAccuracy)}",
                golden.GetProperty("printed_subpoints_last_line").GetString(),
                StringComparison.Ordinal
            );
            compared++;
        }

        Assert.Equal(8, compared);
    }

    [SkippableFact]
    public void HammingDistance_OfTheGoldenPairs_IsTheReferences()
    {
        var compared = 0;
        foreach (var golden in Shared.Golden("evaluate.json").GetProperty("hamming").EnumerateArray())
        {
            var truth = Reference.Grid(golden.GetProperty("truth"));
            var attempt = Reference.Grid(golden.GetProperty("attempt"));

            Assert.Equal(golden.GetProperty("hamming").GetDouble(), CellScore.HammingDistance(truth, attempt));
            Assert.Equal(golden.GetProperty("accuracy_as_attempt_1").GetBoolean(), new Attempts(attempt, null).Include(truth));
            compared++;
        }

        Assert.Equal(48, compared);
    }

    [Fact]
    public void CellScore_OfAnyGrids_StaysInRangeAndIsBestForTheTruth() =>
        Gen.Select(Draw.Grid, Draw.Grid)
            .Sample(
                (truth, answer) =>
                {
                    Assert.InRange(CellScore.HammingDistance(truth, answer), 0, 1);
                    Assert.Equal((0, 1), (CellScore.HammingDistance(truth, truth), CellScore.Accuracy(truth, truth)));
                    Assert.Equal((1, 0), (CellScore.HammingDistance(truth, null), CellScore.Accuracy(truth, null)));
                    Assert.Equal(truth.Equals(answer), CellScore.Accuracy(truth, answer) >= 1);
                }
            );

    [Fact]
    public void Of_SomeTestPairsOnly_SolvesNothingButCountsThemInPart()
    {
        var task = new ArcTask(
            "a",
            [],
            [
                new(Truth, Truth),
                new(
                    Truth,
                    Grid.FromRows([
                        [9],
                    ])
                ),
            ]
        );

        var score = SubmissionScore.Of([task], new Dictionary<string, IReadOnlyList<Attempts>> { ["a"] = [new(null, Truth)] });

        Assert.Equal(
            (1, 1, 1.0, 0.0, 0.5),
            (score.Correct, score.Predictions, score.PredictionAccuracy, score.CompetitionAccuracy, score.PartialAccuracy)
        );
    }

    [Fact]
    public void Of_WhatCannotBeScored_IsRefused()
    {
        var open = new ArcTask("a", [], [new(Truth, null)]);
        IReadOnlyList<Attempts> one = [new(Truth, null)];

        Assert.Throws<ArgumentException>(() => SubmissionScore.Of([open], new Dictionary<string, IReadOnlyList<Attempts>> { ["a"] = one }));
        Assert.Throws<ArgumentException>(() => SubmissionScore.Of([open], new Dictionary<string, IReadOnlyList<Attempts>> { ["b"] = one }));
        Assert.Throws<ArgumentException>(() =>
            SubmissionScore.Of([open], new Dictionary<string, IReadOnlyList<Attempts>> { ["a"] = [.. one, .. one] })
        );
        Assert.Equal(0, SubmissionScore.Of([], new Dictionary<string, IReadOnlyList<Attempts>>()).CompetitionAccuracy);
    }

    /// <summary>A number as Python prints a float.</summary>
    private static string Python(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
    }
}
