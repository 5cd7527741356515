using Seal.Core.Domains;
using Seal.Core.Json;
using Seal.Core.Sweeps;
using Seal.Core.Sweeps.Reading;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Domains;

/// <summary>A domain's own section of a sweep file.</summary>
public sealed class DomainSettingTests
{
    private static readonly DomainSetting Length = DomainSetting.Whole("length", 1, 9, 4);
    private static readonly DomainSetting Share = DomainSetting.Number("share", 0, 1, 0.5);
    private static readonly DomainSetting Loud = DomainSetting.Truth("loud", false);
    private static readonly DomainSetting Order = DomainSetting.Word("order", "up", "down");
    private static readonly DomainSetting Judge = DomainSetting.Model("judge");
    private static readonly ScriptedDomain Domain = new() { Settings = [Length, Share, Loud, Order, Judge], Reads = ["inner.max_grid_side"] };

    [Fact]
    public void Own_OfAFileThatSaysNothing_IsTheStandard()
    {
        var settings = Assert.Single(Read(""));

        Assert.Null(settings.Own);
        Assert.Equal(
            (4, 0.5, false, "up"),
            (settings.Own<int>(Length), settings.Own<double>(Share), settings.Own<bool>(Loud), settings.Own<string>(Order))
        );
    }

    [Fact]
    public void Own_OfAFileThatNamesKeys_IsWhatItSaysInOneSpelling()
    {
        var settings = Assert.Single(Read("[scripted]\norder = \"down\"\nlength = 7\nshare = 1\nloud = false"));

        Assert.Equal("""{"length":7,"order":"down","share":1}""", settings.Own);
        Assert.Equal(
            (7, 1.0, false, "down"),
            (settings.Own<int>(Length), settings.Own<double>(Share), settings.Own<bool>(Loud), settings.Own<string>(Order))
        );
    }

    [Fact]
    public void Own_WhereAKeyIsListed_IsAnAxisOfTheGrid() =>
        Assert.Equal([2, 4, 6], Read("[scripted]\nlength = [2, 4, 6]").Select(settings => settings.Own<int>(Length)));

    [Fact]
    public void Own_OfSettingsThatAreWritten_IsTheSameAfterReading()
    {
        var settings = Assert.Single(Read("[scripted]\nlength = 7"));

        Assert.Equal(settings, SealJson.Parse<RunSettings>(SealJson.ToBytes(settings)));
        Assert.DoesNotContain("\"own\"", SealJson.ToText(Assert.Single(Read(""))), StringComparison.Ordinal);
    }

    [Fact]
    public void Own_OfAModelsName_IsAsTheServerHasIt()
    {
        Assert.Equal("", Assert.Single(Read("")).Own<string>(Judge));
        Assert.Equal("org/Model-7B_v1.5:latest@a+b", Assert.Single(Read("[scripted]\njudge = \"org/Model-7B_v1.5:latest@a+b\"")).Own<string>(Judge));
    }

    [Theory]
    [InlineData("[scripted]\njudge = \"\"", "\"\" is not a model's name; expected a model's name of 1 to 128 characters")]
    [InlineData("[scripted]\njudge = \"a b\"", "\"a b\" is not a model's name")]
    [InlineData("[scripted]\nlength = 10", "s.toml:2 scripted.length: 10 is not in 1..9; expected a whole number in 1..9.")]
    [InlineData("[scripted]\nlenght = 3", "s.toml:2 scripted.lenght: is not a known key; did you mean scripted.length?")]
    [InlineData("[scripted]\norder = \"sideways\"", "is not known")]
    [InlineData("[inner]\nmax_grid_side = 3\n[evaluate]\nviews = 2", "s.toml:4 evaluate.views: is not read by the domain \"scripted\"; remove it.")]
    [InlineData("[update]\naugment = \"turned\"", "s.toml:2 update.augment: is not read by the domain \"scripted\"; remove it.")]
    public void Read_WhatTheDomainDoesNotHave_IsRefused(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<SweepException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_ForADomainWithoutVotes_HasNone()
    {
        Assert.Equal(0, Assert.Single(Read("")).Evaluate.Views);
        Assert.Equal(8, SettingKeys.DefaultsOf("arc", null).Evaluate.Views);
    }

    private static IReadOnlyList<RunSettings> Read(string text)
    {
        var errors = new SweepErrors("s.toml");
        var root = TomlReader.ReadFile("s.toml", text, errors);
        var cells = new GridReader(SettingKeys.Of(Domain), errors, (path, _) => path).Read(root, SettingKeys.DefaultsOf(Domain.Id, Domain));
        errors.ThrowIfAny();
        return [.. cells.Select(cell => cell.Settings)];
    }
}
