using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Seal.Core.Sweeps;

/// <summary>What a step of a run does.</summary>
public enum PhaseKind
{
    /// <summary>A round on the training tasks: propose, try, filter, update.</summary>
    Train,

    /// <summary>The policy as it stands, on the evaluation tasks.</summary>
    Evaluate,

    /// <summary>A part of the reward table, on the training tasks.</summary>
    TableTrain,

    /// <summary>A part of the reward table, on the evaluation tasks.</summary>
    TableEvaluate,

    /// <summary>One self-edit a training task, its answer decoded for people.</summary>
    ShowTrain,

    /// <summary>One self-edit an evaluation task, its answer decoded for people.</summary>
    ShowEvaluate,

    /// <summary>What a round kept, under an inner seed that it was not chosen by.</summary>
    TrainAgain,

    /// <summary>Self-edits of the first evaluation on the trained policy's weights.</summary>
    OldOnNew,

    /// <summary>Self-edits of the last evaluation on the base model's weights.</summary>
    NewOnOld,

    /// <summary>Self-edits of the last evaluation on the trained policy's weights.</summary>
    NewOnNew,

    /// <summary>The policy's own answers to the retention tasks, for the gate.</summary>
    Gate,

    /// <summary>Self-edits of the policy that are not tried, for the gate.</summary>
    GateEdits,

    /// <summary>The same written without the grammar that the run has.</summary>
    GateFree,

    /// <summary>A gate has refused so many versions that it goes back by one that it had promoted.</summary>
    RolledBack,

    /// <summary>A person has set the policy to another version.</summary>
    Moved,
}

/// <summary>
/// One step of a run among all: in records, keys and messages it is written as a name such as <c>train-1</c>, <c>evaluate-0</c>,
/// <c>table-train-1</c> or <c>cross-old-on-new-2</c>, unique in a run and safe in store keys.
/// </summary>
/// <param name="Kind">What it does.</param>
/// <param name="Number">Of a training round its number, from 1; of an evaluation, a show, a check, a gate or a move the rounds done before it; of a
/// part of the reward table its inner seed.</param>
[JsonConverter(typeof(PhaseIdConverter))]
public readonly record struct PhaseId(PhaseKind Kind, int Number)
{
    /// <summary>In the order of <see cref="PhaseKind"/>.</summary>
    private static readonly string[] Names =
    [
        "train",
        "evaluate",
        "table-train",
        "table-evaluate",
        "show-train",
        "show-evaluate",
        "again-train",
        "cross-old-on-new",
        "cross-new-on-old",
        "cross-new-on-new",
        "gate",
        "gate-edits",
        "gate-free",
        "rollback",
        "moved",
    ];

    public static PhaseId Train(int round) => new(PhaseKind.Train, round);

    public static PhaseId Evaluate(int rounds) => new(PhaseKind.Evaluate, rounds);

    /// <summary>Rounds that have ended when the phase has; 0 for the reward table.</summary>
    public int Round => IsTable ? 0 : Number;

    /// <summary>A round that the policy learns from.</summary>
    public bool IsRound => Kind == PhaseKind.Train;

    /// <summary>A row of the result table.</summary>
    public bool IsEvaluation => Kind == PhaseKind.Evaluate;

    /// <summary>A part of the reward table.</summary>
    public bool IsTable => Kind is PhaseKind.TableTrain or PhaseKind.TableEvaluate;

    /// <summary>A round, or a part of the reward table on training tasks: what may choose.</summary>
    public bool IsOnTrainingTasks => Kind is PhaseKind.Train or PhaseKind.TableTrain;

    /// <summary>Answers to look at; they count in no row.</summary>
    public bool IsShow => Kind is PhaseKind.ShowTrain or PhaseKind.ShowEvaluate;

    /// <summary>Self-edits of an earlier step, tried in another way; they count in no row.</summary>
    public bool IsCheck => Kind is >= PhaseKind.TrainAgain and <= PhaseKind.NewOnNew;

    /// <summary>A gate looks at the policy; it counts in no row.</summary>
    public bool IsGate => Kind is PhaseKind.Gate or PhaseKind.GateEdits or PhaseKind.GateFree;

    /// <summary>Another version of the policy is used from here on; nothing is tried.</summary>
    public bool IsMove => Kind is PhaseKind.RolledBack or PhaseKind.Moved;

    /// <summary>The inner seed that a part of the reward table is made with; null for other phases.</summary>
    public int? Replicate => IsTable ? Number : null;

    /// <summary>
    /// What draws of this phase are named after. All evaluations share one name, and so do all looks of a gate: the policy before and after training
    /// is asked with the same random numbers, so their difference is the update's.
    /// </summary>
    public string SeedName =>
        IsEvaluation || IsShow ? Names[(int)PhaseKind.Evaluate]
        : IsGate ? Names[(int)Kind]
        : ToString();

    /// <summary>Reads a name.</summary>
    /// <returns>Null where it is none.</returns>
    public static PhaseId? Parse(string name)
    {
        var dash = name.LastIndexOf('-');
        var kind = dash < 0 ? -1 : Array.IndexOf(Names, name[..dash]);
        // As it is written: no sign, no leading zeros.
        return
            kind >= 0
            && int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && new PhaseId((PhaseKind)kind, number) is var read
            && read.ToString() == name
            ? read
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Names[(int)Kind]}-{Number}");
}

/// <summary>A phase as its name.</summary>
internal sealed class PhaseIdConverter : JsonConverter<PhaseId>
{
    public override PhaseId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && PhaseId.Parse(reader.GetString()!) is { } phase
            ? phase
            : throw new JsonException("expected the name of a phase, e.g. train-1 or evaluate-0.");

    public override void Write(Utf8JsonWriter writer, PhaseId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
