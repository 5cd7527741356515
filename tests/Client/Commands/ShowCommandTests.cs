using System.Text.Json;
using Seal.Client.Tests.Support;
using Seal.Client.Tests.Sweeps;

namespace Seal.Client.Tests.Commands;

public sealed class ShowCommandTests(FinishedStore store) : IClassFixture<FinishedStore>
{
    private async Task<(string Run, string Task, string Candidate)> Names()
    {
        using var status = await Document("sweep", "status", "tiny-fake");
        var run = status.RootElement.GetProperty("runs")[0].GetProperty("run").GetString()!;
        using var shown = await Document("show", $"{run}/train-1");
        var task = shown.RootElement.GetProperty("tasks")[0].GetProperty("task").GetString()!;
        return (run, task, $"{run}/train-1/{task}/0");
    }

    [Fact]
    public async Task Show_Run_TellsEveryPhase()
    {
        var (run, _, _) = await Names();
        var said = await Shell.Run("show", run, "--store", store.Root);
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Contains($"run {run} of sweep tiny-fake", said.Output, StringComparison.Ordinal);
        foreach (var phase in new[] { "train-1", "train-2", "evaluate-0", "evaluate-2" })
        {
            Assert.Contains(phase, said.Output, StringComparison.Ordinal);
        }
    }

    /// <summary>What the store's results say of a candidate is what is shown of it.</summary>
    [Fact]
    public async Task Show_Candidate_TellsWhatResultsHaveOfIt()
    {
        var (run, task, candidate) = await Names();
        using var results = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(store.Root, "sweeps/tiny-fake/results.json")));
        var record = results
            .RootElement.GetProperty("runs")
            .EnumerateArray()
            .First(one => one.GetProperty("run").GetString() == run)
            .GetProperty("phases")
            .EnumerateArray()
            .First(one => one.GetProperty("phase").GetString() == "train-1")
            .GetProperty("tasks")
            .EnumerateArray()
            .First(one => one.GetProperty("task").GetString() == task)
            .GetProperty("candidates")[0];

        using var shown = await Document("show", candidate);
        var entry = shown.RootElement.GetProperty("entry");
        Assert.Equal(record.GetProperty("payload").GetString(), entry.GetProperty("selfEdit").GetString());
        Assert.Equal(record.GetProperty("reward").GetDouble(), entry.GetProperty("reward").GetDouble());
        // Its texts are made again: they ask for as many steps as its trial took.
        var texts = shown.RootElement.GetProperty("texts");
        Assert.Equal(record.GetProperty("trial").GetProperty("steps").GetInt32(), texts.GetProperty("steps").GetInt32());
        Assert.NotEmpty(texts.GetProperty("prompt").GetString()!);
        Assert.NotEmpty(texts.GetProperty("sample")[0].GetProperty("learned").GetString()!);
        var said = await Shell.Run("show", candidate, "--store", store.Root);
        Assert.StartsWith($"{candidate}: ", said.Output, StringComparison.Ordinal);
        Assert.Contains("attempts", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_Task_DrawsItAndTellsWhoTriedIt()
    {
        var (run, task, _) = await Names();
        var said = await Shell.Run("show", task, "--store", store.Root);
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Contains("demonstration 1", said.Output, StringComparison.Ordinal);
        Assert.Contains($"{run}/train-1", said.Output, StringComparison.Ordinal);
        Assert.Contains($"{run}/train-2", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_TaskOfAPhase_ListsItsCandidates()
    {
        var (run, task, _) = await Names();
        using var shown = await Document("show", $"{run}/train-1/{task}");
        Assert.Equal(
            Enumerable.Range(0, shown.RootElement.GetProperty("candidates").GetArrayLength()),
            shown.RootElement.GetProperty("candidates").EnumerateArray().Select(candidate => candidate.GetProperty("index").GetInt32())
        );
    }

    [Theory]
    [InlineData("nothing-like-it", "has no run, phase, task or candidate")]
    [InlineData("{run}/train-9", "has no phase train-9")]
    [InlineData("{run}/train-1/no-such-task", "has no task 'no-such-task'")]
    [InlineData("{run}/train-1/{task}/99", "has candidates 0 to")]
    public async Task Show_WhatIsNotThere_SaysWhatThereIs(string what, string message)
    {
        var (run, task, _) = await Names();
        var said = await Shell.Run(
            "show",
            what.Replace("{run}", run, StringComparison.Ordinal).Replace("{task}", task, StringComparison.Ordinal),
            "--store",
            store.Root
        );
        Assert.Equal(ExitCode.NotFoundOrConflict, said.Code);
        Assert.Contains(message, said.Error, StringComparison.Ordinal);
    }

    private async Task<JsonDocument> Document(params string[] words)
    {
        var said = await Shell.Run([.. words, "--store", store.Root, "--json"]);
        Assert.True(said.Code == ExitCode.Ok, $"{said}");
        return JsonDocument.Parse(said.Output);
    }
}
