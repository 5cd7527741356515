using System.Net.Sockets;
using Orleans.Runtime;

namespace Seal.Silo.Workers;

/// <summary>A job's thread has shown no sign of life for too long.</summary>
internal sealed class StuckException(string message) : Exception(message);

/// <summary>Which failures pass by themselves: the store or a grain was away. Everything else counts against the job and the node.</summary>
internal static class Transience
{
    public static bool Of(Exception failure) =>
        failure switch
        {
            FileNotFoundException or DirectoryNotFoundException => false,
            IOException or TimeoutException or SocketException or OrleansException or OperationCanceledException => true,
            AggregateException several => several.InnerExceptions.All(Of),
            _ => false,
        };
}
