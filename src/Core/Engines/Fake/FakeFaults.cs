using System.Diagnostics;
using System.Globalization;

namespace Seal.Core.Engines.Fake;

/// <summary>
/// Harm that the fake engine does when it trains a certain member, for tests of what the grid makes of it. Written
/// <c>kind:seed,kind:seed</c> with the member's initial seed, or <c>*</c> for every member; kinds are <c>crash</c> (the process is killed),
/// <c>stick</c> (the step never ends) and <c>throw</c> (the node is broken).
/// </summary>
public sealed class FakeFaults
{
    private readonly IReadOnlyList<(string Kind, ulong? Seed)> _faults;

    /// <exception cref="FormatException">Not such a list.</exception>
    public FakeFaults(string text) =>
        _faults = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    /// <summary>Does what is to be done to this member; returns if that is nothing.</summary>
    public void Strike(TrainRequest member)
    {
        foreach (var (kind, _) in _faults.Where(fault => fault.Seed is null || fault.Seed == member.InitialSeed.Value))
        {
            switch (kind)
            {
                case "crash":
                    Process.GetCurrentProcess().Kill();
                    break;
                case "stick":
                    Thread.Sleep(Timeout.Infinite);
                    break;
                default:
                    throw new InvalidOperationException("The fake engine was told to be broken.");
            }
        }
    }

    private static (string Kind, ulong? Seed) Parse(string fault)
    {
        var colon = fault.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && fault[..colon] is "crash" or "stick" or "throw"
            ? (fault[..colon], fault[(colon + 1)..] is "*" ? null : ulong.Parse(fault.AsSpan(colon + 1), CultureInfo.InvariantCulture))
            : throw new FormatException($"'{fault}' is no fault: crash:…, stick:… or throw:…, with a member's initial seed or *.");
    }
}
