using Seal.Core.Steering;
using Seal.Grains.Hosting;

namespace Seal.Grains.Tests.Hosting;

/// <summary>Wishes are remembered for ever, so what is absurd is not taken in the first place.</summary>
public sealed class SteeringRulesTests
{
    private static readonly SteeringCommand Good = new(7, "operation", SweepMode.Pause, 2, 1, 4, [3, 4]);

    public static TheoryData<SteeringCommand> Absurd =>
    [
        Good with { Revision = long.MaxValue },
        Good with { Revision = -1 },
        Good with { Operation = new string('a', 5000) },
        Good with { Mode = (SweepMode)99 },
        Good with { Weight = double.NaN },
        Good with { Weight = double.PositiveInfinity },
        Good with { Weight = 0 },
        Good with { Weight = -1 },
        Good with { Rounds = int.MaxValue },
        Good with { Rounds = -1 },
        Good with { Retry = int.MaxValue },
        Good with { Seeds = [-1] },
        Good with { Seeds = [.. Enumerable.Range(0, 20_000).Select(seed => (long)seed)] },
    ];

    [Theory]
    [MemberData(nameof(Absurd))]
    public void OfArgument_AbsurdCommand_IsRefused(SteeringCommand command) => Assert.NotNull(NameRules.OfArgument(command));

    [Fact]
    public void OfArgument_CommandsThatPeopleGive_AreTaken()
    {
        Assert.Null(NameRules.OfArgument(Good));
        Assert.Null(NameRules.OfArgument(new SteeringCommand(0, "", Retry: 1)));
        Assert.Null(NameRules.OfArgument(2.0));
        Assert.NotNull(NameRules.OfArgument(double.NaN));
    }
}
