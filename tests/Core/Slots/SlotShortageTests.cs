using Seal.Core.Slots;

namespace Seal.Core.Tests.Slots;

public sealed class SlotShortageTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void Note_NobodyForAsLongAsThePatience_IsToldWithClassAndNumbers()
    {
        var shortage = new SlotShortage("cpu-1", Patience);
        shortage.Note(0, 0, TimeSpan.FromSeconds(100));
        Assert.Null(shortage.Problem);
        shortage.Note(0, 4, TimeSpan.FromSeconds(109.9));
        Assert.Null(shortage.Problem);
        shortage.Note(0, 4, TimeSpan.FromSeconds(110));
        Assert.Equal("no slot of class cpu-1 takes work (0 of 4); see sweep silos", shortage.Problem);
    }

    [Fact]
    public void Note_OneSlotThatTakesWork_EndsItAndThePatienceBeginsAnew()
    {
        var shortage = new SlotShortage("cpu-1", Patience);
        shortage.Note(0, 4, TimeSpan.Zero);
        shortage.Note(0, 4, Patience);
        shortage.Note(1, 4, Patience * 2);
        Assert.Null(shortage.Problem);
        shortage.Note(0, 4, Patience * 3);
        Assert.Null(shortage.Problem);
    }
}
