using Seal.Client.Demos;

namespace Seal.Client.Tests.Demos;

public sealed class ProposedByKindTests
{
    [Fact]
    public void Names_OfSelfEdits_SayWhatTellsThemApartAlone()
    {
        var names = ProposedByKind.Names([
            Edit("true", "true", "0.1"),
            Edit("true", "false", "0.1"),
            Edit("false", "true", "0.2"),
            Edit("false", "false", "0.2"),
        ]);

        Assert.Equal(["basic + permute colours + lr 0.1", "basic + lr 0.1", "permute colours + lr 0.2", "lr 0.2"], names);
    }

    [Fact]
    public void Names_WhereNothingIsOn_SaySo() =>
        Assert.Equal(["basic", "neither"], ProposedByKind.Names([Edit("true", "true", "0.1"), Edit("false", "true", "0.1")]));

    private static string Edit(string basic, string colours, string rate) =>
        $$$"""{"data_generation":{"use_basic_augmentations":{{{basic}}},"permute_colours":{{{colours}}}},"training":{"learning_rate":{{{rate}}},"steps":32}}""";
}
