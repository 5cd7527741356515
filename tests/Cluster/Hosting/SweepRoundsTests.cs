using Seal.Cluster.Hosting;

namespace Seal.Cluster.Tests.Hosting;

/// <summary>Whom control silos ask whether it wants to be driven.</summary>
public sealed class SweepRoundsTests
{
    private readonly List<string> _asked = [];
    private readonly List<string> _failed = [];
    private readonly HashSet<string> _damaged = [];
    private readonly HashSet<string> _moving = [];
    private readonly SweepRounds _rounds;

    public SweepRoundsTests() =>
        _rounds = new SweepRounds(
            _ => Task.FromResult<IReadOnlyList<string>>(["a", "b", "c"]),
            name =>
            {
                _asked.Add(name);
                return _damaged.Contains(name)
                    ? Task.FromException<bool>(new InvalidDataException("damaged"))
                    : Task.FromResult(_moving.Contains(name));
            },
            (name, _) => _failed.Add(name)
        );

    [Fact]
    public async Task Once_SweepThatCannotBeRead_DoesNotKeepTheOthersWaiting()
    {
        _damaged.Add("a");
        _moving.UnionWith(["b", "c"]);
        await _rounds.Once(CancellationToken.None);
        Assert.Equal(["a", "b", "c"], _asked);
        Assert.Equal(["a"], _failed);
    }

    [Fact]
    public async Task Once_SweepThatFailsAgainAndAgain_IsAskedLessAndLessOftenAndNeverGivenUp()
    {
        _damaged.Add("a");
        for (var round = 0; round < 100; round++)
        {
            await _rounds.Once(CancellationToken.None);
        }

        var times = _asked.Count(name => name == "a");
        Assert.InRange(times, 8, 15);
        _damaged.Clear();
        _moving.Add("a");
        for (var round = 0; round <= SweepRounds.RoundsAtRest; round++)
        {
            await _rounds.Once(CancellationToken.None);
        }

        Assert.True(_asked.Count(name => name == "a") > times);
    }

    [Fact]
    public async Task Once_SweepAtRest_IsLeftAloneUntilSomethingHappens()
    {
        _moving.Add("b");
        for (var round = 0; round < 5; round++)
        {
            await _rounds.Once(CancellationToken.None);
        }

        Assert.Equal((1, 5, 1), (_asked.Count(name => name == "a"), _asked.Count(name => name == "b"), _asked.Count(name => name == "c")));
        _rounds.WakeAll();
        await _rounds.Once(CancellationToken.None);
        Assert.Equal(2, _asked.Count(name => name == "a"));
    }
}
