using Seal.Client.Showing;
using Seal.Core.Sweeps;

namespace Seal.Client.Tests.Showing;

public sealed class AddressTests
{
    [Theory]
    [InlineData("base-seal-s1")]
    [InlineData("base-seal-s1/train-2")]
    [InlineData("base-seal-s1/evaluate-0/a1b2")]
    [InlineData("base-seal-s1/evaluate-0/a1b2/7")]
    [InlineData("base-seal-s1/evaluate-0/a/b/7")]
    public void Parse_WhatWasWritten_GivesItBack(string text) => Assert.Equal(text, Address.Parse(text, _ => false)!.ToString());

    [Fact]
    public void Parse_NumberBehindATask_IsACandidate() =>
        Assert.Equal(new Address("run", PhaseId.Train(1), "task", 7), Address.Parse("run/train-1/task/7", _ => false));

    [Fact]
    public void Parse_TaskWhoseNameEndsWithANumber_IsThatTask() =>
        Assert.Equal(new Address("run", PhaseId.Train(1), "set/7"), Address.Parse("run/train-1/set/7", name => name == "set/7"));

    [Fact]
    public void Parse_CandidateOfATaskWhoseNameEndsWithANumber_IsThatCandidate() =>
        Assert.Equal(new Address("run", PhaseId.Train(1), "set/7", 2), Address.Parse("run/train-1/set/7/2", name => name == "set/7"));

    [Theory]
    [InlineData("run/trial-1")]
    [InlineData("run/trial-1/task/0")]
    [InlineData("run/../x")]
    public void Parse_SecondWordIsNoPhase_IsNone(string text) => Assert.Null(Address.Parse(text, _ => false));

    [Fact]
    public void Parse_SlashesAtTheEnds_AreLeftOut() => Assert.Equal(new Address("run", PhaseId.Train(1)), Address.Parse("/run/train-1/", _ => false));
}
