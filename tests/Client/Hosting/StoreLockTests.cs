using Seal.Client.Tests.Support;
using Seal.Silo.Hosting;

namespace Seal.Client.Tests.Hosting;

public sealed class StoreLockTests
{
    private static readonly HostDescriptor Descriptor = new(
        7,
        1234,
        "cluster",
        "secret",
        "quickstart",
        DateTimeOffset.UnixEpoch,
        "build",
        "contract"
    );

    [Fact]
    public void TryTake_WhileTaken_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var first = StoreLock.TryTake(folder.Path);
        Assert.NotNull(first);
        Assert.Null(StoreLock.TryTake(folder.Path));
    }

    [Fact]
    public void TryTake_AfterDispose_Succeeds()
    {
        using var folder = new TemporaryFolder();
        StoreLock.TryTake(folder.Path)!.Dispose();
        using var second = StoreLock.TryTake(folder.Path);
        Assert.NotNull(second);
    }

    [Fact]
    public void TryTake_WhereAnOlderBuildOnlyLooked_KeepsOlderBuildsOut()
    {
        using var folder = new TemporaryFolder();
        var theirs = folder.Write("host.lock", "");

        using var held = StoreLock.TryTake(folder.Path);

        Assert.NotNull(held);
        Assert.Throws<UnauthorizedAccessException>(() => new FileStream(theirs, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
    }

    [Fact]
    public void TryTake_WhileAnOlderBuildHasTheStore_IsRefused()
    {
        using var folder = new TemporaryFolder();
        using var theirs = new FileStream(Path.Combine(folder.Path, "host.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        Assert.Null(StoreLock.TryTake(folder.Path));
    }

    [Fact]
    public void Holder_WhilePublished_IsWhatWasPublished()
    {
        using var folder = new TemporaryFolder();
        using (var held = StoreLock.TryTake(folder.Path)!)
        {
            held.Publish(Descriptor);
            Assert.Equal(Descriptor, StoreLock.Holder(folder.Path));
        }

        Assert.Null(StoreLock.Holder(folder.Path));
    }

    [Fact]
    public void Holder_DescriptorOfADeadProcess_IsNobody()
    {
        using var folder = new TemporaryFolder();
        folder.Write("host.json", """{"process":7,"gateway_port":1,"cluster_id":"c","token":"t","sweep":"s","since":"2026-01-01T00:00:00+00:00"}""");
        Assert.Null(StoreLock.Holder(folder.Path));
    }

    [SkippableFact]
    public void Publish_HoldsASecret_ReadableByTheOwnerAlone()
    {
        Skip.If(OperatingSystem.IsWindows(), "File modes are Unix's.");
        using var folder = new TemporaryFolder();
        using var held = StoreLock.TryTake(folder.Path)!;
        held.Publish(Descriptor);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(Path.Combine(folder.Path, "host.json")).UnixFileMode);
    }
}
