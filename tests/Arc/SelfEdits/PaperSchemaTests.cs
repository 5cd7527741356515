using CsCheck;
using Seal.Arc.SelfEdits;
using Seal.Core.Randomness;

namespace Seal.Arc.Tests.SelfEdits;

public sealed class PaperSchemaTests
{
    private const string Canonical =
        """{"data_generation":{"use_basic_augmentations":true,"use_size_augmentations":false,"use_chain_augmentations":true,"use_repeat_augmentations":false},"training":{"strategy":"train_using_output_tokens","learning_rate":0.0001,"num_train_epochs":2}}""";

    private static readonly PaperSchema Schema = PaperSchema.Instance;

    [Fact]
    public void Write_PaperEdit_IsCanonicalAndReadsBack()
    {
        var edit = new PaperEdit(true, false, true, false, TrainingStrategy.OutputTokens, 1e-4, 2);
        Assert.Equal(Canonical, Schema.Write(edit));
        Assert.Equal(edit, Schema.ReadEdit(Canonical));
        Assert.Equal(Canonical, Schema.Parse(Canonical).Payload);
    }

    [Theory]
    [InlineData("0.0001", "1e-4")]
    [InlineData("0.0001", "1E-04")]
    [InlineData("0.0001", "0.000100")]
    [InlineData("0.0001", "10.0e-5")]
    [InlineData("\"num_train_epochs\":2", "\"num_train_epochs\":2.0")]
    [InlineData("\"num_train_epochs\":2", "\"num_train_epochs\":2e0")]
    [InlineData("\"num_train_epochs\":2", "\"num_train_epochs\" : 0.2e1 ")]
    [InlineData("train_using_output_tokens", "train\\u005fusing_output_tokens")]
    [InlineData("use_size_augmentations", "use\\u005fsize_augmentations")]
    public void Parse_SameEditWrittenOtherwise_GivesTheSameBytes(string canonical, string other) =>
        Assert.Equal(Canonical, Schema.Parse(" \r\n\t" + Canonical.Replace(canonical, other, StringComparison.Ordinal) + "\n ").Payload);

    [Fact]
    public void Parse_KeysInAnotherOrder_GivesTheSameBytes() =>
        Assert.Equal(
            Canonical,
            Schema
                .Parse(
                    """
                    {"training": {"num_train_epochs": 2, "learning_rate": 1e-4, "strategy": "train_using_output_tokens"},
                     "data_generation": {"use_repeat_augmentations": false, "use_chain_augmentations": true,
                                         "use_size_augmentations": false, "use_basic_augmentations": true}}
                    """
                )
                .Payload
        );

    [Theory]
    [InlineData("empty", "")]
    [InlineData("empty", " \n\t ")]
    [InlineData("not-json", "a self-edit")]
    [InlineData("not-json", "{\"data_generation\":")]
    [InlineData("not-json", "{\"training\":{\"learning_rate\":NaN}}")]
    [InlineData("not-json", "{\"training\":{},}")]
    [InlineData("not-json", "// no comments\n{}")]
    [InlineData("too-deep", "[[[[[")]
    [InlineData("too-deep", "{\"a\":{\"b\":{\"c\":{\"d\":{}}}}}")]
    [InlineData("trailing-text", "{} {}")]
    [InlineData("trailing-text", "{}x")]
    [InlineData("invalid-unicode", "{\"\\ud800\":1}")]
    [InlineData("invalid-unicode", "{\"training\":{\"strategy\":\"train_using_\\ud800\"}}")]
    [InlineData("wrong-type", "[]")]
    [InlineData("wrong-type", "1")]
    [InlineData("wrong-type", "{\"training\":[]}")]
    [InlineData("wrong-type", "{\"training\":{\"strategy\":true}}")]
    [InlineData("wrong-type", "{\"training\":{\"learning_rate\":\"1e-4\"}}")]
    [InlineData("wrong-type", "{\"data_generation\":{\"use_basic_augmentations\":1}}")]
    [InlineData("wrong-type", "{\"data_generation\":{\"use_basic_augmentations\":null}}")]
    [InlineData("unknown-key", "{\"model\":{}}")]
    [InlineData("unknown-key", "{\"training\":{\"Strategy\":1}}")]
    [InlineData("duplicate-key", "{\"training\":{\"num_train_epochs\":1,\"num_train_epochs\":1}}")]
    [InlineData("missing-key", "{}")]
    [InlineData("missing-key", "{\"training\":{}}")]
    [InlineData("unknown-value", "{\"training\":{\"strategy\":\"train_using_no_tokens\"}}")]
    [InlineData("not-finite", "{\"training\":{\"learning_rate\":1e999}}")]
    [InlineData("not-finite", "{\"training\":{\"num_train_epochs\":-1e400}}")]
    [InlineData("not-an-integer", "{\"training\":{\"num_train_epochs\":2.5}}")]
    [InlineData("out-of-range", "{\"training\":{\"learning_rate\":1e9}}")]
    [InlineData("out-of-range", "{\"training\":{\"learning_rate\":-1e-4}}")]
    [InlineData("out-of-range", "{\"training\":{\"learning_rate\":1e-400}}")]
    [InlineData("out-of-range", "{\"training\":{\"num_train_epochs\":1000000000}}")]
    [InlineData("out-of-range", "{\"training\":{\"num_train_epochs\":0}}")]
    [InlineData("out-of-range", "{\"training\":{\"num_train_epochs\":99999999999999999999}}")]
    public void Parse_NoSelfEdit_SaysWhy(string reason, string text)
    {
        var reading = Schema.Parse(text);
        Assert.Null(reading.Payload);
        Assert.Equal(reason, reading.Rejection!.Name);
        Assert.False(string.IsNullOrWhiteSpace(reading.Detail));
    }

    // Attributes cannot carry half a character.
    [Fact]
    public void Parse_LoneSurrogate_IsInvalidUnicode() =>
        Assert.Equal(EditRejection.InvalidUnicode, Schema.Parse(Canonical.Replace("true", "\"\uD800\"", StringComparison.Ordinal)).Rejection);

    [Fact]
    public void Parse_LimitsOfRanges_AreValid()
    {
        foreach (var (rate, epochs) in new[] { (PaperSchema.LeastLearningRate, 1), (PaperSchema.MostLearningRate, 64) })
        {
            var text = Schema.Write(new PaperEdit(false, false, false, false, TrainingStrategy.AllTokens, rate, epochs));
            Assert.Equal(text, Schema.Parse(text).Payload);
        }
    }

    [Fact]
    public void Parse_FourKilobytes_IsTheLimit()
    {
        Assert.NotNull(Schema.Parse(Canonical.PadRight(EditText.MaxBytes)).Payload);
        Assert.Equal(EditRejection.TooLong, Schema.Parse(Canonical.PadRight(EditText.MaxBytes + 1)).Rejection);
        // Bytes, not characters.
        Assert.Equal(EditRejection.TooLong, Schema.Parse(new string('é', (EditText.MaxBytes / 2) + 1)).Rejection);
    }

    [Fact]
    public void Enumerate_Menu_HasEveryEditOnceInCanonicalForm()
    {
        var all = Schema.Enumerate().ToArray();
        Assert.Equal(16 * 2 * PaperSchema.LearningRates.Count * PaperSchema.TrainingEpochs.Count, all.Length);
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.All(all, edit => Assert.Equal(edit, Schema.Parse(edit).Payload));
    }

    [Fact]
    public void Random_ManyDraws_AreUniformOverTheMenu()
    {
        var random = new CounterRandom(new Seed(1));
        var counts = Schema.Enumerate().ToDictionary(edit => edit, _ => 0);
        var draws = counts.Count * 50;
        for (var i = 0; i < draws; i++)
        {
            counts[Schema.Random(random)]++;
        }

        // χ² with n − 1 degrees of freedom: mean n − 1, standard deviation √(2(n − 1)).
        var statistic = counts.Values.Sum(count => (count - 50.0) * (count - 50.0) / 50.0);
        Assert.InRange(statistic, 0, counts.Count - 1 + (5 * Math.Sqrt(2 * (counts.Count - 1))));
    }

    [Fact]
    public void Parse_AnyLearningRateInRange_RoundTripsExactly() =>
        Gen.Double[Math.Log(1e-6), Math.Log(1e-1)]
            .Sample(log =>
            {
                var rate = Math.Clamp(Math.Exp(log), 1e-6, 1e-1);
                var text = Schema.Write(new PaperEdit(true, true, true, true, TrainingStrategy.AllTokens, rate, 3));
                return Schema.ReadEdit(text).LearningRate == rate
                    && Schema.Parse(text).Payload == text
                    && !text.Contains('E', StringComparison.Ordinal);
            });

    [Fact]
    public void Interpret_Payload_GivesTheRecipe()
    {
        var recipe = Schema.Interpret(Canonical);
        Assert.Equal(
            (true, false, true, false),
            (recipe.Augmentations.Basic, recipe.Augmentations.Size, recipe.Augmentations.Chain, recipe.Augmentations.Repeat)
        );
        Assert.Equal((TrainingStrategy.OutputTokens, 1e-4, 2), (recipe.Strategy, recipe.LearningRate, recipe.TrainingEpochs));
        Assert.Throws<ArgumentException>(() => Schema.Interpret("none"));
    }

    [Fact]
    public void Get_UnknownSchema_NamesTheKnownOnes() =>
        Assert.Contains("paper", Assert.Throws<Seal.Core.Sweeps.SweepException>(() => EditSchemas.Get("nonesuch")).Message, StringComparison.Ordinal);
}
