using CsCheck;
using Seal.Core.Json;
using Seal.Core.Runs;
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
        Gen.Int[0, 12],
        (revision, operation, mode, weight, retry, rounds, seeds, move) =>
            new SteeringCommand(
                revision,
                $"op-{operation}-{mode}-{weight}-{move}",
                mode < 0 ? null : (SweepMode)mode,
                weight == 0 ? null : weight,
                retry,
                rounds,
                seeds,
                // One in two names a move: of two runs, after one of three rounds.
                move is 0 or > 6
                    ? null
                    : Said($"run-{move % 2}", after: 1 + ((move - 1) / 2), $"{revision}")
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

    /// <summary>What was said of versions that are made anew is said of others: it no longer stands. What was said of earlier ones does.</summary>
    [Theory]
    [InlineData("3 2", "2")]
    [InlineData("2 3", "2 3")]
    [InlineData("1 3 2", "1 2")]
    [InlineData("2 2", "2")]
    [InlineData("3 2 3", "2 3")]
    [InlineData("1 2 3 1", "1")]
    public void Apply_MovesAfterRounds_LeavesThoseThatNoLaterWordReplaces(string said, string stand)
    {
        var control = said.Split(' ')
            .Select(int.Parse)
            .Index()
            .Aggregate(
                SweepControl.New.Apply(new(1, "other", Move: Said("other", after: 3, "other"))),
                (before, word) => before.Apply(new(before.Revision + 1, $"op-{word.Index}", Move: Said("run", word.Item, $"{word.Index}")))
            );
        Assert.Equal(stand, string.Join(' ', control.MovesOf("run").Select(move => move.After)));
        // The last that was said always stands.
        Assert.Contains(control.MovesOf("run"), move => move.Why == $"{said.Split(' ').Length - 1}");
        Assert.Single(control.MovesOf("other"));
    }

    private static RunMove Said(string run, int after, string why) => new(run, new PolicyMove(after, 0, "ann", why));

    private static string Hash(IEnumerable<SteeringCommand> commands) =>
        SealJson.Hash(commands.Aggregate(SweepControl.New, (control, command) => control.Apply(command)));
}
