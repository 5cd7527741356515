using System.Globalization;
using Seal.Cluster.Tests.Support;

namespace Seal.Soak.Clusters;

/// <summary>What soaks of a cluster print, and what they need to begin.</summary>
internal static class Output
{
    /// <summary>A line that is there at once, also in a file.</summary>
    public static void Say(this TextWriter output, FormattableString line)
    {
        output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
        output.Flush();
    }

    /// <summary>Measures with Redis and Azurite of its own.</summary>
    /// <returns>The exit code: 0 if the bars were met, 1 if not, 2 if it cannot be tried here.</returns>
    public static async Task<int> WithServers(this TextWriter output, Func<Servers, Task<bool>> measured)
    {
        if (Tools.Missing is { } missing)
        {
            output.Say($"{missing}");
            return 2;
        }

        await using var servers = new Servers();
        await servers.Start();
        try
        {
            return await measured(servers) ? 0 : 1;
        }
        catch (OperationCanceledException late)
        {
            // Not printed by whoever runs commands: it takes it for Ctrl-C.
            output.Say($"ended: {late}");
            throw;
        }
    }
}
