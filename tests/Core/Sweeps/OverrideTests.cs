using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Sweeps;

public sealed class OverrideTests
{
    [Fact]
    public void Parse_Override_TakesThePlaceOfTheFile()
    {
        var spec = Toml.Read(
            "[inner]\nrank = [8, 16]\nbase = \"policy\"",
            "inner.rank=4",
            "inner.base=frozen",
            "update.rounds=7",
            "seeds=[3, 4]",
            "name=other"
        );

        var runs = spec.Runs;
        Assert.Equal(["base-seal-s3", "base-seal-s4"], runs.Select(run => run.Name));
        Assert.All(runs, run => Assert.Equal((4, "frozen", 7), (run.Settings.Inner.Rank, run.Settings.Inner.Base, run.Settings.Update.Rounds)));
        Assert.Equal("base", runs[0].Cell.Name);
        Assert.Equal([3L, 4L], spec.Seeds);
        Assert.Equal("other", spec.Name);
    }

    [Fact]
    public void Parse_ListAsOverride_MakesAnAxis() =>
        Assert.Equal(["inner-rank-8", "inner-rank-16"], Toml.Read("", "inner.rank=[8, 16]").Runs.Select(run => run.Cell.Name));

    [Theory]
    [InlineData("inner.rnak=8", "--set inner.rnak=8: is not a known key; did you mean inner.rank?")]
    [InlineData("rank=8", "--set rank=8: is not a known key; did you mean inner.rank or update.rank?")]
    [InlineData("inner.rank=0", "--set inner.rank=0: 0 is not in 1..1024; expected a whole number in 1..1024.")]
    [InlineData("inner.rank=many", "--set inner.rank=many: is the text \"many\"; expected a whole number in 1..1024.")]
    [InlineData("inner.rank=", "--set inner.rank=: is the text \"\"; expected a whole number in 1..1024.")]
    [InlineData("inner=3", "--set inner=3: is the number 3; expected a table; write [inner] with its keys below.")]
    [InlineData("name.x=3", "--set name.x=3: name is the text \"least\", not a table; expected e.g. inner.rank=8, or arms.<name>.edit=… for an arm.")]
    public void Parse_WrongOverride_IsRefusedLikeTheFile(string text, string expected) => Assert.Equal(expected, Toml.Error("", text));

    [Fact]
    public void Parse_OneKeyTwice_IsRefused() =>
        Assert.Equal("--set inner.rank=9: the key is given twice with --set; keep one of the two.", Toml.Error("", "inner.rank=8", "inner.rank=9"));

    [Theory]
    [InlineData("inner.rank")]
    [InlineData("=8")]
    [InlineData("")]
    [InlineData("a b=8")]
    [InlineData("a\nb=8")]
    public void Parse_NoKeyOrNoValue_IsRefused(string text) =>
        Assert.Contains("expected key=value", Assert.Throws<SweepException>(() => SweepOverride.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("inner.rank=8\nbase=\"frozen\"")]
    [InlineData("inner.rank=8 # nice\nupdate.rounds=1")]
    public void Parse_ValueOfSeveralLines_CannotSmuggleKeysIn(string text) =>
        Assert.Contains("expected a whole number", Toml.Errors("", text)[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("model.path=here/model", "/here/here/model")]
    [InlineData("model.path='two words'", "/here/two words")]
    [InlineData("model.path=2020", "/here/2020")]
    [InlineData("model.path=/abs", "/abs")]
    public void Parse_PathAsOverride_IsRelativeToTheCurrentFolderAndNeedsNoQuotes(string text, string expected) =>
        Assert.Equal(expected, Toml.Read("", text).Model.Path);

    [Fact]
    public void Parse_ArmByName_ChangesThatArm()
    {
        const string Arms = "[[arms]]\nname = \"seal\"\nproposer = \"policy\"\n[[arms]]\nname = \"fixed\"\nproposer = \"constant\"\nedit = \"{}\"";

        Assert.Equal("{\"a\":1}", Toml.Read(Arms, "arms.fixed.edit={a = 1}").Arms[1].Edit);
        Assert.Equal(
            "--set arms.fixd.edit=x: there is no arms entry named \"fixd\"; expected one of seal, fixed.",
            Toml.Error(Arms, "arms.fixd.edit=x")
        );
    }
}
