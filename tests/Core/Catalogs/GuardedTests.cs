using Seal.Core.Catalogs;

namespace Seal.Core.Tests.Catalogs;

/// <summary>A fault of a plug-in is final and has its name.</summary>
public sealed class GuardedTests
{
    [Fact]
    public void List_OfWhatWasAskedFor_IsIt() => Assert.Equal([1, 2], Guarded.List<int>("reward \"r\"", 2, () => [1, 2], _ => null));

    [Fact]
    public void List_TooFewValues_IsFinalAndSaysWho() =>
        Assert.Equal(
            "The reward \"r\" failed: it gave 1 values for 2 candidates. It would fail again: mend it, and start the sweep under a new name.",
            Assert.Throws<InvalidDataException>(() => Guarded.List<int>("reward \"r\"", 2, () => [1], _ => null)).Message
        );

    [Fact]
    public void List_AWrongValue_IsFinalAndSaysWhatIsWrong() =>
        Assert.Contains(
            "it gave NaN",
            Assert.Throws<InvalidDataException>(() => Guarded.List<double>("rule", 1, () => [double.NaN], value => $"it gave {value}")).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Call_ThatThrows_IsFinalAndSaysWhatItThrew()
    {
        var final = Assert.Throws<InvalidDataException>(() => Guarded.Call<string>("method", () => throw new FormatException("no digits")));

        Assert.Contains("The method failed: FormatException: no digits.", final.Message, StringComparison.Ordinal);
        Assert.IsType<FormatException>(final.InnerException);
    }

    [Fact]
    public void Call_ThatIsCancelled_IsCancelled() =>
        Assert.Throws<OperationCanceledException>(() => Guarded.Call<string>("method", () => throw new OperationCanceledException()));
}
