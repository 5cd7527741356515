namespace Seal.Arc.SelfEdits;

/// <summary>Why a text is no self-edit. The names are stored in results and counted in reports: they are never renamed.</summary>
public sealed class EditRejection
{
    private static readonly List<EditRejection> Known = [];

    private EditRejection(string name, string description)
    {
        Name = name;
        Description = description;
        Known.Add(this);
    }

    public static EditRejection Empty { get; } = new("empty", "there is nothing but white space");

    public static EditRejection TooLong { get; } = new("too-long", "the text has more bytes than a self-edit may have");

    public static EditRejection InvalidUnicode { get; } = new("invalid-unicode", "the text is not well-formed Unicode");

    public static EditRejection NotJson { get; } = new("not-json", "the text is not well-formed JSON");

    public static EditRejection TooDeep { get; } = new("too-deep", "objects and arrays are nested too deeply");

    public static EditRejection TrailingText { get; } = new("trailing-text", "something follows the JSON value");

    public static EditRejection WrongType { get; } = new("wrong-type", "a value is of another JSON type than the schema says");

    public static EditRejection UnknownKey { get; } = new("unknown-key", "a key is not in the schema");

    public static EditRejection DuplicateKey { get; } = new("duplicate-key", "a key stands twice in one object");

    public static EditRejection MissingKey { get; } = new("missing-key", "a key of the schema is missing");

    public static EditRejection UnknownValue { get; } = new("unknown-value", "a text value is none of those the schema lists");

    public static EditRejection NotFinite { get; } = new("not-finite", "a number is too large to be represented");

    public static EditRejection NotAnInteger { get; } = new("not-an-integer", "a count is not a whole number");

    public static EditRejection OutOfRange { get; } = new("out-of-range", "a number is outside its range");

    /// <summary>Every reason, in declared order.</summary>
    public static IReadOnlyList<EditRejection> All => Known;

    /// <summary>Kebab-case and stable.</summary>
    public string Name { get; }

    public string Description { get; }

    public override string ToString() => Name;
}

/// <summary>What came of reading a text: a payload, or a reason with its details.</summary>
/// <param name="Payload">The canonical self-edit; null when rejected.</param>
/// <param name="Rejection">Why not; null when valid.</param>
/// <param name="Detail">Where and what, for people; at most some hundred characters.</param>
public sealed record EditReading(string? Payload, EditRejection? Rejection, string? Detail)
{
    public static EditReading Valid(string payload) => new(payload, null, null);

    public static EditReading Reject(EditRejection rejection, string detail) => new(null, rejection, detail);
}
