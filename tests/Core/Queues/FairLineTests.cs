using CsCheck;
using Seal.Core.Queues;

namespace Seal.Core.Tests.Queues;

public sealed class FairLineTests
{
    [Fact]
    public void TryTake_TwoParties_TakesTurnsAndKeepsEachPartysOrder()
    {
        var line = new FairLine<string>();
        foreach (var item in new[] { "a1", "a2", "a3" })
        {
            line.Add("a", item);
        }

        line.Add("b", "b1");
        line.Add("b", "b2");
        Assert.Equal(["a1", "b1", "a2", "b2", "a3"], Drain(line));
    }

    [Fact]
    public void Add_WhatWasTakenBefore_IsNextOfItsParty()
    {
        var line = new FairLine<string>();
        line.Add("a", "a1");
        line.Add("a", "a2");
        line.Add("a", "a0", again: true);
        Assert.Equal(["a0", "a1", "a2"], Drain(line));
    }

    [Fact]
    public void TryTake_WeightTwo_GetsTwiceAsMany()
    {
        var line = new FairLine<string>();
        line.SetWeight("heavy", 2);
        for (var i = 0; i < 30; i++)
        {
            line.Add("heavy", "h");
            line.Add("light", "l");
        }

        var first = Drain(line).Take(30).ToArray();
        Assert.InRange(first.Count(item => item == "h"), 19, 21);
    }

    [Fact]
    public void Add_PartyThatWasAway_DoesNotTakeAllSlotsWhenItComesBack()
    {
        var line = new FairLine<string>();
        line.Add("late", "x");
        line.TryTake(_ => true, out _);
        for (var i = 0; i < 20; i++)
        {
            line.Add("busy", "b");
            line.TryTake(_ => true, out _);
        }

        for (var i = 0; i < 4; i++)
        {
            line.Add("late", "l");
            line.Add("busy", "b");
        }

        Assert.InRange(Drain(line).Take(4).Count(item => item == "l"), 1, 3);
    }

    [Fact]
    public void TryTake_ItemThatMayNotBeTaken_WaitsWithoutHoldingUpTheRest()
    {
        var line = new FairLine<string>();
        line.Add("a", "held");
        line.Add("a", "free");
        Assert.True(line.TryTake(item => item != "held", out var taken));
        Assert.Equal("free", taken);
        Assert.False(line.TryTake(item => item != "held", out _));
        Assert.Equal(1, line.Count);
    }

    [Fact]
    public void AnyCalls_NothingIsLostAndNothingComesTwice()
    {
        Gen.Select(Gen.Int[0, 3], Gen.Bool)
            .Array[0, 80]
            .Sample(calls =>
            {
                var (line, added, taken) = (new FairLine<int>(), 0, new List<int>());
                foreach (var (party, add) in calls)
                {
                    if (add)
                    {
                        line.Add($"p{party}", added++);
                    }
                    else if (line.TryTake(_ => true, out var item))
                    {
                        taken.Add(item);
                    }
                }

                taken.AddRange(Drain(line));
                Assert.Equal(Enumerable.Range(0, added), taken.Order());
            });
    }

    private static List<T> Drain<T>(FairLine<T> line)
    {
        var items = new List<T>();
        while (line.TryTake(_ => true, out var item))
        {
            items.Add(item);
        }

        return items;
    }
}
