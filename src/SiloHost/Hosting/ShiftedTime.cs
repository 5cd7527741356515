using System.Globalization;

namespace Seal.SiloHost.Hosting;

/// <summary>A clock that goes as fast as the machine's and shows another time of day. For tests of what becomes of a cluster whose clocks
/// disagree.</summary>
internal sealed class ShiftedTime(TimeSpan by) : TimeProvider
{
    // A tester's knob, not a setting.
    private const string Knob = "SEAL_FAKE_CLOCK";

    /// <summary>The machine's clock, unless a tester has put it wrong.</summary>
    public static TimeProvider OfTheMachine() =>
        TimeSpan.TryParse(Environment.GetEnvironmentVariable(Knob), CultureInfo.InvariantCulture, out var by) ? new ShiftedTime(by) : System;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
}
