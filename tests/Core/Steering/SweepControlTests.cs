using CsCheck;
using Seal.Core.Json;
using Seal.Core.Steering;

namespace Seal.Core.Tests.Steering;

public sealed class SweepControlTests
{
    private static readonly Gen<SteeringCommand> Command = Gen.Select(
        Gen.Long[1, 5],
        Gen.Int[0, 3],
        Gen.Int[-1, 3],
        Gen.Int[0, 2],
        Gen.Int[0, 3],
        Gen.Int[0, 6],
        Gen.Long[1, 4].Array[0, 3],
        (revision, operation, mode, weight, retry, rounds, seeds) =>
            new SteeringCommand(
                revision,
                $"op-{operation}-{mode}-{weight}",
                mode < 0 ? null : (SweepMode)mode,
                weight == 0 ? null : weight,
                retry,
                rounds,
                seeds
            )
    );

    /// <summary>Networks repeat, double and reorder: what a sweep is to do depends on the set of commands alone.</summary>
    [Fact]
    public void Apply_CommandsRepeatedDoubledAndReordered_GiveTheSameStateHash()
    {
        Gen.Select(Command.Array[1, 12], Gen.Int[0, 1 << 30])
            .Sample(
                (commands, shuffle) =>
                {
                    var expected = Hash(commands);
                    var random = new Random(shuffle);
                    SteeringCommand[] again = [.. commands, .. commands.Where(_ => random.Next(2) == 0), .. commands.Where(_ => random.Next(3) == 0)];
                    random.Shuffle(again);
                    Assert.Equal(expected, Hash(again));
                },
                iter: 10_000
            );
    }

    [Fact]
    public void Apply_LateOlderCommand_DoesNotUndoTheNewerOne()
    {
        var control = SweepControl.New.Apply(new(2, "b", SweepMode.Cancel)).Apply(new(1, "a", SweepMode.Run));
        Assert.Equal(SweepMode.Cancel, control.Mode.Value);
        Assert.Equal(2, control.Revision);
    }

    [Fact]
    public void Apply_ExtensionsOfSeveralClients_AllCount()
    {
        var control = SweepControl.New.Apply(new(0, "", Rounds: 4, Seeds: [3])).Apply(new(0, "", Rounds: 2, Seeds: [2, 3], Retry: 1));
        Assert.Equal((4, 1), (control.Rounds, control.Retry));
        Assert.Equal([2, 3], control.Seeds);
    }

    private static string Hash(IEnumerable<SteeringCommand> commands) =>
        SealJson.Hash(commands.Aggregate(SweepControl.New, (control, command) => control.Apply(command)));
}
