using Seal.Core.Steering;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;

namespace Seal.Grains.Tests.Hosting;

/// <summary>Wishes are remembered for ever, so what is absurd is not taken in the first place.</summary>
public sealed class SteeringRulesTests
{
    private static readonly SteeringCommand Good = new(7, "operation", SweepMode.Pause, 2, 1, 4, [3, 4]);

    public static TheoryData<SteeringCommand> Absurd =>
        [
            Good with
            {
                Revision = long.MaxValue,
            },
            Good with
            {
                Revision = -1,
            },
            Good with
            {
                Operation = new string('a', 5000),
            },
            Good with
            {
                Mode = (SweepMode)99,
            },
            Good with
            {
                Weight = double.NaN,
            },
            Good with
            {
                Weight = double.PositiveInfinity,
            },
            Good with
            {
                Weight = 0,
            },
            Good with
            {
                Weight = -1,
            },
            Good with
            {
                Rounds = int.MaxValue,
            },
            Good with
            {
                Rounds = -1,
            },
            Good with
            {
                Retry = int.MaxValue,
            },
            Good with
            {
                Seeds = [-1],
            },
            Good with
            {
                Seeds = [.. Enumerable.Range(0, 20_000).Select(seed => (long)seed)],
            },
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

    [Theory]
    [InlineData("sys.client/0a1b", typeof(ISweepGrain), "Steer", true)]
    [InlineData("sys.client/0a1b", typeof(ISweepGrain), "Stuck", false)]
    [InlineData("sys.client/0a1b", typeof(ISweepGrain), "RunChanged", false)]
    [InlineData("policy/sweep/run", typeof(ISweepGrain), "Stuck", true)]
    [InlineData("sys.client/0a1b", typeof(ISlotsGrain), "All", true)]
    [InlineData("sys.client/0a1b", typeof(ISlotsGrain), "Announce", false)]
    [InlineData("sys.client/0a1b", typeof(IJobOwnerGrain), "CompleteJob", false)]
    [InlineData("sys.client/0a1b", typeof(IWorkQueueGrain), "Take", false)]
    [InlineData("sys.client/0a1b", typeof(IPolicyGrain), "Cancel", false)]
    [InlineData("sys.client/hosted-127.0.0.1:11111@5", typeof(IJobOwnerGrain), "CompleteJob", true)]
    [InlineData("task/sweep/run/train-1/task", typeof(IJobOwnerGrain), "CompleteJob", true)]
    public void OfCaller_WhatIsTheSilosOwnAffair_IsNotAClients(string caller, Type contract, string method, bool taken) =>
        Assert.Equal(taken, NameRules.OfCaller(Orleans.Runtime.GrainId.Parse(caller), contract, method) is null);
}
