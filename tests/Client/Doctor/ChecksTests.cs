using Seal.Client.Doctor;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests.Doctor;

public sealed class ChecksTests
{
    public static TheoryData<Exception> Failures =>
        new(
            new IOException("No space left on device"),
            new UnauthorizedAccessException("denied"),
            new InvalidOperationException("of ours"),
            new CommandException(ExitCode.Usage, "cannot be written"),
            new TimeoutException("late"),
            new OperationCanceledException("of its own"),
            new AggregateException(new IOException("inner"))
        );

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task Run_WhateverACheckThrows_IsAFinding(Exception failure)
    {
        var checks = new Checks(CancellationToken.None);
        var finding = await checks.Run("disk", Finding () => throw failure);
        Assert.Equal(("disk", Health.Fail), (finding.Check, finding.Health));
        Assert.Contains(failure.Message, finding.Found, StringComparison.Ordinal);
        Assert.NotNull(finding.Advice);
        Assert.Equal(finding, await checks.Run("disk", Task<Finding> () => Task.FromException<Finding>(failure)));
    }

    [Fact]
    public async Task Run_Interrupted_Ends()
    {
        using var interrupted = new CancellationTokenSource();
        interrupted.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new Checks(interrupted.Token).Run("grid", Task<Finding> () => Task.FromCanceled<Finding>(interrupted.Token))
        );
    }

    [Fact]
    public async Task Doctor_WhereTheStoreCannotBeMade_ListsEveryCheckAllTheSame()
    {
        using var folder = new TemporaryFolder();
        var healthy = await Shell.Run("doctor", "--store", folder.Path, "--json");
        // Not even root makes a folder in /proc.
        var broken = await Shell.Run("doctor", "--store", "/proc/none", "--json");
        Assert.Equal(ExitCode.Unreachable, broken.Code);
        Assert.Equal(Names(healthy), Names(broken));
        Assert.Contains("FAIL", broken.Error, StringComparison.Ordinal);

        static IEnumerable<string?> Names(Said said) =>
            said
                .Document.GetProperty("findings")
                .EnumerateArray()
                .Select(finding => finding.GetProperty("check").GetString())
                .Order(StringComparer.Ordinal);
    }
}
