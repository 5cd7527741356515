using System.CommandLine;

namespace Seal.Client.Commands;

/// <summary><c>seal sweep</c>: look at and steer sweeps of a store.</summary>
internal static class SweepCommand
{
    public static Command Create() => new("sweep", "List, watch, resume and cancel the sweeps of a store.");
}
