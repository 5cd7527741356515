using Seal.Arc.SelfEdits;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.SelfEdits;

public sealed class MiniSchemaTests
{
    private const string Canonical =
        """{"data_generation":{"use_basic_augmentations":true,"use_size_augmentations":false,"use_chain_augmentations":false,"use_repeat_augmentations":false,"permute_colours":false},"training":{"strategy":"train_using_output_tokens","learning_rate":0.001,"num_train_epochs":16,"max_steps":96,"delta":"lora-16"}}""";

    [Fact]
    public void Get_ByName_FindsEachMenu()
    {
        Assert.Same(MiniSchema.Instance, EditSchemas.Get("mini"));
        Assert.Same(MiniSchema.Core, EditSchemas.Get("mini-core"));
        Assert.Same(MiniSchema.LongCore, EditSchemas.Get("mini-core-240"));
        Assert.Same(MiniSchema.Sixteen, EditSchemas.Get("mini-16"));
        Assert.Same(MiniSchema.LongSixteen, EditSchemas.Get("mini-16-240"));
        Assert.Same(MiniSchema.Four, EditSchemas.Get("mini-4"));
        Assert.Same(MiniSchema.Wide, EditSchemas.Get("mini-32"));
    }

    [Fact]
    public void Enumerate_EveryEditOfTheMenus_ReadsBackAsItself()
    {
        string[] core = [.. MiniSchema.Core.Enumerate()];
        Assert.Equal(32, core.Length);
        Assert.All(core, edit => Assert.Equal(edit, MiniSchema.Core.Parse(edit).Payload));
        string[] all = [.. MiniSchema.Instance.Enumerate()];
        Assert.Equal(6912, all.Length);
        Assert.Empty(core.Except(all));
        string[] longer = [.. MiniSchema.LongCore.Enumerate()];
        Assert.Equal(32, longer.Length);
        Assert.Empty(longer.Except(all));
        Assert.Equal(240, longer.Max(edit => MiniSchema.LongCore.Interpret(edit).MaxSteps));
        string[] sixteen = [.. MiniSchema.Sixteen.Enumerate()];
        Assert.Equal(16, sixteen.Length);
        Assert.Empty(sixteen.Except(core));
        string[] longSixteen = [.. MiniSchema.LongSixteen.Enumerate()];
        Assert.Equal(16, longSixteen.Length);
        Assert.Empty(longSixteen.Except(longer));
        string[] four = [.. MiniSchema.Four.Enumerate()];
        Assert.Equal(4, four.Length);
        Assert.Empty(four.Except(sixteen));
        Assert.All(four.Select(MiniSchema.Four.Interpret), edit => Assert.Equal((32, 0), (edit.MaxSteps, edit.Delta?.Rank)));
        string[] wide = [.. MiniSchema.Wide.Enumerate()];
        Assert.Equal(2304, wide.Length); // five switches, two strategies, three rates, three numbers of epochs, four deltas
        Assert.Empty(wide.Except(all));
        Assert.Empty(four.Except(wide));
        Assert.All(wide.Select(MiniSchema.Wide.Interpret), edit => Assert.Equal(32, edit.MaxSteps));
    }

    [Fact]
    public void Parse_EditOfTheOtherMenu_IsValidInBoth()
    {
        var edit = MiniSchema.Instance.Random(new CounterRandom(new Seed(5)));
        Assert.Equal(edit, MiniSchema.Core.Parse(edit).Payload);
    }

    [Fact]
    public void Interpret_Edit_SaysWhatItSays()
    {
        var recipe = MiniSchema.Core.Interpret(Canonical);
        Assert.True(recipe.Augmentations.Basic);
        Assert.False(recipe.PermuteColours);
        Assert.Equal((TrainingStrategy.OutputTokens, 1e-3, 16, 96), (recipe.Strategy, recipe.LearningRate, recipe.TrainingEpochs, recipe.MaxSteps));
        Assert.Equal(16, recipe.Delta?.Rank);
        Assert.Equal(0, MiniSchema.Core.Interpret(Canonical.Replace("lora-16", "full", StringComparison.Ordinal)).Delta?.Rank);
    }

    [Theory]
    [InlineData("unknown-value", "lora-16", "lora-17")]
    [InlineData("out-of-range", "\"max_steps\":96", "\"max_steps\":0")]
    [InlineData("missing-key", ",\"max_steps\":96", "")]
    [InlineData("missing-key", ",\"permute_colours\":false", "")]
    public void Parse_WrongEdit_SaysWhy(string rejection, string canonical, string other) =>
        Assert.Equal(rejection, MiniSchema.Core.Parse(Canonical.Replace(canonical, other, StringComparison.Ordinal)).Rejection?.Name);

    [Fact]
    public void Parse_EditOfThePaper_IsNone() =>
        Assert.Null(MiniSchema.Core.Parse(PaperSchema.Instance.Random(new CounterRandom(new Seed(1)))).Payload);
}
