namespace Seal.Models.Tokenizers;

/// <summary>
/// The words of the project's own model: one token per grid cell, and the paper's self-edit in about fifteen. Ids are positions in
/// <see cref="Specials"/> followed by <see cref="DefaultPieces"/>.
/// </summary>
internal static class GridTokens
{
    public const string Pad = "<pad>";
    public const string Bos = "<bos>";
    public const string Eos = "<eos>";

    /// <summary>Starts an input grid.</summary>
    public const string In = "<in>";

    /// <summary>Starts an output grid.</summary>
    public const string Out = "<out>";

    /// <summary>Stands after each row of a grid but the last.</summary>
    public const string Row = "<row>";

    /// <summary>Ends a grid.</summary>
    public const string End = "<end>";

    /// <summary>Asks for a self-edit.</summary>
    public const string Edit = "<edit>";

    /// <summary>Special tokens in the order of their ids; the last ten are the cell colours 0–9.</summary>
    public static IReadOnlyList<string> Specials { get; } =
    [Pad, Bos, Eos, In, Out, Row, End, Edit, .. Enumerable.Range(0, 10).Select(colour => $"<c{colour}>")];

    /// <summary>Frequent stretches of the self-edit schema, then every printable ASCII character.</summary>
    public static IReadOnlyList<string> DefaultPieces { get; } =
    [
        // What stands between the choices of {data_generation, training}, in canonical order without spaces; then the choices.
        "{\"data_generation\":{\"use_basic_augmentations\":",
        ",\"use_size_augmentations\":",
        ",\"use_chain_augmentations\":",
        ",\"use_repeat_augmentations\":",
        "},\"training\":{\"strategy\":",
        ",\"learning_rate\":",
        ",\"num_train_epochs\":",
        "}}",
        "true",
        "false",
        "\"train_using_all_tokens\"",
        "\"train_using_output_tokens\"",
        .. LearningRates(),
        .. TrainingEpochs(),
        .. Enumerable.Range(0x20, 0x7f - 0x20).Select(character => ((char)character).ToString()),
    ];

    /// <summary>Stretches of the mini schema, behind the default pieces so that those keep their ids.</summary>
    public static IReadOnlyList<string> MiniPieces { get; } =
    [
        ",\"permute_colours\":",
        ",\"max_steps\":",
        ",\"delta\":",
        "\"full\"",
        "\"lora-4\"",
        "\"lora-16\"",
        "\"lora-64\"",
        "48",
        "64",
        "96",
        "128",
        "192",
        "240",
        "256",
        "384",
        "512",
    ];

    /// <summary>1, 2, 3 and 5 times 10⁻¹ … 10⁻⁶, without an exponent, as canonical self-edits write them.</summary>
    private static IEnumerable<string> LearningRates() =>
        from exponent in Enumerable.Range(1, 6)
        from mantissa in "1235"
        select "0." + new string('0', exponent - 1) + mantissa;

    /// <summary>Numbers of epochs with two digits; those with one are characters.</summary>
    private static string[] TrainingEpochs() => ["10", "12", "15", "16", "20", "24", "30", "32"];
}
