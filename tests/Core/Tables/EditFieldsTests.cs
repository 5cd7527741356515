using CsCheck;
using Seal.Core.Tables;

namespace Seal.Core.Tests.Tables;

public sealed class EditFieldsTests
{
    private const string Edit =
        """{"data_generation":{"use_basic_augmentations":true,"use_size_augmentations":false},"training":{"strategy":"train_using_all_tokens","learning_rate":1e-3}}""";

    [Fact]
    public void Of_SelfEdit_ListsItsSettingsByPath() =>
        Assert.Equal(
            [
                ("data_generation.use_basic_augmentations", "true"),
                ("data_generation.use_size_augmentations", "false"),
                ("training.strategy", "\"train_using_all_tokens\""),
                ("training.learning_rate", "1e-3"),
            ],
            EditFields.Of(Edit)
        );

    [Fact]
    public void With_ItsOwnValues_IsTheSameText() => Assert.Equal(Edit, EditFields.With(Edit, [.. EditFields.Of(Edit).Select(field => field.Value)]));

    [Fact]
    public void With_OtherValues_TakesTheirPlaces() =>
        Assert.Equal(
            Edit.Replace("1e-3", "5", StringComparison.Ordinal).Replace("true", "false", StringComparison.Ordinal),
            EditFields.With(Edit, ["false", "false", "\"train_using_all_tokens\"", "5"])
        );

    [Fact]
    public void Label_IsShortAndNamesWhatIsOn() => Assert.Equal("basic · all · lr 1e-3", EditFields.Label(Edit));

    [Fact]
    public void Of_AnyText_DoesNotThrow() =>
        Gen.String.Sample(text => EditFields.With(text, [.. EditFields.Of(text).Select(field => field.Value)]).Length >= 0);

    [Theory]
    [InlineData("none", "none")]
    [InlineData("3", "3")]
    [InlineData("{\"broken\":", "{\"broken\":")]
    [InlineData(
        """{"a":{"num_train_epochs":4},"b":{"strategy":"keep"},"use_size_augmentations":true,"use_chain_augmentations":false}""",
        "epochs 4 · keep · size"
    )]
    [InlineData("""{"deep":{"deeper":{"max_rate":1}}}""", "max rate 1")]
    public void Label_OfAnyText_IsItsSettingsOrItself(string payload, string expected) => Assert.Equal(expected, EditFields.Label(payload));

    [Theory]
    [InlineData("training.learning_rate", "lr")]
    [InlineData("num_train_epochs", "epochs")]
    [InlineData("a.b.use_repeat_augmentations", "repeat")]
    public void NameOf_ASetting_IsItsShortName(string path, string expected) => Assert.Equal(expected, EditFields.NameOf(path));
}
