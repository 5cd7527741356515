using Seal.Core.Candidates;
using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Rewards;
using Seal.Core.Sweeps;
using Seal.Core.Sweeps.Reading;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Catalogs;

public sealed class CatalogTests
{
    private static readonly PluginId First = new("first", new string('1', 64));
    private static readonly PluginId Second = new("second", new string('2', 64));

    [Fact]
    public void With_APlugin_HasWhatItAddsBesideWhatWasThere()
    {
        var catalog = Catalog.Own.With(new Rewarding("median"), First);

        Assert.Equal("median", catalog.Reward("median").Name);
        Assert.Equal("exact", catalog.Reward("exact").Name);
        Assert.Equal([First], catalog.Plugins);
        Assert.Equal(Catalog.Own.Proposers, catalog.Proposers);
    }

    [Theory]
    [InlineData("exact", "there is a reward 'exact' already")]
    [InlineData("Median", "'Median' is no name of a reward")]
    [InlineData("", "'' is no name of a reward")]
    public void With_ANameThatCannotBe_IsRefusedByPluginAndName(string name, string expected)
    {
        var refused = Assert.Throws<SweepException>(() => Catalog.Own.With(new Rewarding(name), First)).Message;

        Assert.StartsWith("plug-in first: ", refused, StringComparison.Ordinal);
        Assert.Contains(expected, refused, StringComparison.Ordinal);
    }

    [Fact]
    public void With_ANameOfAnotherPlugin_IsRefused() =>
        Assert.Contains(
            "plug-in second: there is a reward 'median' already",
            Assert.Throws<SweepException>(() => Catalog.Own.With(new Rewarding("median"), First).With(new Rewarding("median"), Second)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void With_TheSameAssemblyTwice_IsRefused() =>
        Assert.Contains(
            "is named twice",
            Assert.Throws<SweepException>(() => Catalog.Own.With(new Rewarding("a"), First).With(new Rewarding("b"), First)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void With_APluginThatAddsNothing_IsRefused() =>
        Assert.Contains("adds nothing", Assert.Throws<SweepException>(() => Catalog.Own.With(new Empty(), First)).Message, StringComparison.Ordinal);

    [Fact]
    public void With_ADomainThatIsCalledAsASection_IsRefused() =>
        Assert.All(
            SettingKeys.All.Select(key => key.Section).Concat(["name", "domain", "seeds", "model", "tasks", "arms"]),
            section =>
                Assert.Contains(
                    $"'{section}' is a section of every sweep file",
                    Assert.Throws<SweepException>(() => Catalog.Own.With(new Homed(section), First)).Message,
                    StringComparison.Ordinal
                )
        );

    [Theory]
    [InlineData("maxShown", "is no name of a setting")]
    [InlineData("", "is no name of a setting")]
    [InlineData("shown", "has two settings named 'shown'")]
    public void With_ADomainWhoseSettingsCannotBeKeys_IsRefused(string name, string expected)
    {
        var domain = new ScriptedDomain { Settings = [DomainSetting.Truth(name, true), DomainSetting.Truth("shown", true)] };

        Assert.Contains(
            expected,
            Assert.Throws<SweepException>(() => Catalog.Own.With(new Homed("scripted") { Domain = domain }, First)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void With_ADomainThatReadsAKeyThatThereIsNot_IsRefused() =>
        Assert.Contains(
            "says that it reads 'inner.rank'",
            Assert
                .Throws<SweepException>(() =>
                    Catalog.Own.With(new Homed("scripted") { Domain = new ScriptedDomain { Reads = ["inner.rank"] } }, First)
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void ClassOf_WithPlugins_IsAClassOfItsOwnWhateverTheirOrder()
    {
        var (a, b) = (new Rewarding("a"), new Rewarding("b"));
        var (both, turned) = (Catalog.Own.With(a, First).With(b, Second), Catalog.Own.With(b, Second).With(a, First));

        Assert.Equal("fake-1", Catalog.Own.ClassOf("fake-1"));
        Assert.StartsWith("fake-1/plugins-", both.ClassOf("fake-1"), StringComparison.Ordinal);
        Assert.Equal(both.ClassOf("fake-1"), turned.ClassOf("fake-1"));
        Assert.NotEqual(both.ClassOf("fake-1"), Catalog.Own.With(a, First).ClassOf("fake-1"));
    }

    /// <summary>Names of a run mean what its plug-ins say, so a process with others has nothing to do with it.</summary>
    [Fact]
    public void Refusal_OfAClass_IsNoneForTheSamePluginsAlone()
    {
        var (one, other) = (Catalog.Own.With(new Rewarding("a"), First), Catalog.Own.With(new Rewarding("a"), Second));

        Assert.Null(Catalog.Own.Refusal("fake-1"));
        Assert.Null(one.Refusal(one.ClassOf("fake-1")));
        Assert.Contains(
            $"made with the plug-ins {one.PluginsHash}, but this process has no plug-ins",
            Catalog.Own.Refusal(one.ClassOf("fake-1"))!,
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"this process has the plug-ins {other.PluginsHash}; give the console",
            other.Refusal(one.ClassOf("fake-1"))!,
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"made with no plug-ins, but this process has the plug-ins {one.PluginsHash}",
            one.Refusal("fake-1")!,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Use_AfterTheCatalogWasRead_IsRefused()
    {
        _ = Catalog.Current;

        Assert.Throws<InvalidOperationException>(() => Catalog.Use(Catalog.Own));
    }

    private sealed class Rewarding(string name) : ISealPlugin
    {
        public IReadOnlyList<IGroupReward> Rewards => [new Nothing(name)];
    }

    private sealed class Empty : ISealPlugin;

    private sealed class Homed(string id) : ISealPlugin
    {
        public IDomain Domain { get; init; } = new ScriptedDomain { Id = id };

        public IReadOnlyList<IDomain> Domains => [Domain];
    }

    private sealed class Nothing(string name) : IGroupReward
    {
        public string Name => name;

        public bool NeedsVotes => false;

        public IReadOnlyList<Reward?> Reward(IReadOnlyList<CandidateOutcome> group, Seed seed) => [.. group.Select(_ => (Reward?)null)];
    }
}
