using System.Text.Json;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Tries;

/// <summary>On the fake engine: it needs no native library.</summary>
public sealed class TryCommandTests
{
    private const string Edit =
        """{"data_generation":{"use_basic_augmentations":true,"use_size_augmentations":false,"use_chain_augmentations":false,"use_repeat_augmentations":false},"training":{"strategy":"train_using_output_tokens","learning_rate":0.001,"num_train_epochs":3}}""";

    [Fact]
    public async Task Try_AnEdit_TrainsAsItSaysAndGivesAVerdict()
    {
        var said = await Try(Edit);
        Assert.Equal(ExitCode.Ok, said.Code);
        Assert.Equal(Edit, said.Document.GetProperty("edit").GetString());
        Assert.Equal(3 * said.Document.GetProperty("texts").GetInt32() / 2, said.Document.GetProperty("steps").GetInt32());
        Assert.Equal(said.Document.GetProperty("steps").GetInt32(), said.Document.GetProperty("losses").GetArrayLength());
        Assert.True(said.Document.GetProperty("solved").ValueKind is JsonValueKind.True or JsonValueKind.False);
        Assert.Single(said.Document.GetProperty("predictions").EnumerateArray());
    }

    [Theory]
    [InlineData("random")]
    [InlineData("policy")]
    [InlineData("none")]
    public async Task Try_AWord_IsTheSameTwice(string word)
    {
        var (first, again) = (await Try(word), await Try(word));
        Assert.Contains(first.Code, new[] { ExitCode.Ok, ExitCode.Failures });
        Assert.Equal((first.Code, first.Output), (again.Code, again.Output));
    }

    [Fact]
    public async Task Try_None_TrainsNothing() => Assert.Equal(0, (await Try("none")).Document.GetProperty("steps").GetInt32());

    [Theory]
    [InlineData("{}")]
    [InlineData("nonsense")]
    [InlineData("{\"data_generation\":1}")]
    public async Task Try_NoSelfEdit_IsUsageWithTheReasonAndAnExample(string text)
    {
        var said = await Try(text);
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("is no self-edit of schema 'paper'", said.Error, StringComparison.Ordinal);
        Assert.Contains("expected e.g. {\"data_generation\"", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Try_OverTheStepCap_Fails()
    {
        var said = await Try(Edit, "--set", "inner.max_steps=2");
        Assert.Equal(ExitCode.Failures, said.Code);
        Assert.Contains("failed:", said.Error, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.String, said.Document.GetProperty("failure").ValueKind);
    }

    [Fact]
    public async Task Try_AGrid_IsUsage() => Assert.Equal(ExitCode.Usage, (await Try(Edit, "--set", "inner.rank=[1,2]")).Code);

    [Fact]
    public async Task Try_TaskWithoutTestOutput_IsUsage()
    {
        using var folder = new TemporaryFolder();
        var task = folder.Write(
            "open.json",
            """{"train":[{"input":[[1]],"output":[[2]]},{"input":[[3]],"output":[[4]]}],"test":[{"input":[[3]]}]}"""
        );
        var said = await Shell.Run("try", task, "--edit", "random", "--set", "engine.kind=fake");
        Assert.Equal(ExitCode.Usage, said.Code);
        Assert.Contains("has no output", said.Error, StringComparison.Ordinal);
    }

    private static Task<Said> Try(string edit, params string[] more) =>
        Shell.Run(["try", "gen:tile", "--edit", edit, "--json", "--set", "engine.kind=fake", .. more]);
}
