using Microsoft.Extensions.Hosting;

namespace Seal.Silo.Hosting;

/// <summary>
/// For hosts inside a program that listens to signals itself. The usual lifetime would listen too, and whichever of the two was told second found
/// everything falling to pieces without knowing why.
/// </summary>
public sealed class DeafLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
