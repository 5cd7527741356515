using Google.Protobuf;

namespace Seal.Reports.Metrics;

/// <summary>
/// The events of a run as TensorBoard reads them: one record that names the format, and one for each phase with a scalar per curve. Of the messages
/// (tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto) these fields are written: <c>Event.wall_time</c> 1, <c>step</c> 2,
/// <c>file_version</c> 3, <c>summary</c> 5; <c>Summary.value</c> 1; <c>Value.tag</c> 1, <c>simple_value</c> 2.
/// </summary>
public static class TensorBoardEvents
{
    private const string FileVersion = "brain.Event:2";

    /// <summary>Tag and value of <c>wall_time</c>, which every event begins with.</summary>
    private const int Time = 1 + sizeof(double);

    /// <summary>The record that every file begins with.</summary>
    /// <param name="wallTime">When it is written, in seconds since 1970.</param>
    public static byte[] Head(double wallTime) =>
        Event(
            wallTime,
            output =>
            {
                output.WriteTag(3, WireFormat.WireType.LengthDelimited);
                output.WriteString(FileVersion);
            }
        );

    /// <summary>The record of a phase. Tags are <c>train/solved</c>, <c>evaluate/solved</c> and so on; the step is the phase's number.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="wallTime">When it is written, in seconds since 1970.</param>
    public static byte[] Of(PhaseMetrics phase, double wallTime) =>
        Event(
            wallTime,
            output =>
            {
                output.WriteTag(2, WireFormat.WireType.Varint);
                output.WriteInt64(phase.Step);
                output.WriteTag(5, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(Message(summary => Scalars(summary, phase)));
            }
        );

    /// <summary>Whether a record is the wanted one, written at whatever time, and whole.</summary>
    public static bool IsSame(ReadOnlySpan<byte> there, ReadOnlySpan<byte> wanted) =>
        there.Length == wanted.Length
        && there[..EventRecord.Header].SequenceEqual(wanted[..EventRecord.Header])
        && EventRecord.Data(there) is { Length: > Time } data
        && data[Time..].SequenceEqual(wanted[(EventRecord.Header + Time)..^EventRecord.Footer]);

    /// <summary>The curves of a phase; what is not known has no point.</summary>
    private static IEnumerable<(string Tag, double? Value)> Curves(PhaseMetrics phase) =>
        [
            ("solved", phase.SolvedShare),
            ("reward", phase.Counts.Reward),
            ("valid", phase.ValidShare),
            ("different", phase.DifferentShare),
            ("mixed", phase.MixedShare),
            ("kept", phase.Kept),
            ("update_first_loss", phase.Update?.FirstLoss),
            ("update_last_loss", phase.Update?.LastLoss),
            ("inner_loops", phase.Counts.Trials),
            ("steps", phase.Counts.Steps),
            ("device_seconds", phase.Cost.Seconds),
        ];

    private static void Scalars(CodedOutputStream summary, PhaseMetrics phase)
    {
        foreach (var (tag, value) in Curves(phase))
        {
            if (value is { } number)
            {
                summary.WriteTag(1, WireFormat.WireType.LengthDelimited);
                summary.WriteBytes(
                    Message(scalar =>
                    {
                        scalar.WriteTag(1, WireFormat.WireType.LengthDelimited);
                        scalar.WriteString($"{phase.Kind}/{tag}");
                        scalar.WriteTag(2, WireFormat.WireType.Fixed32);
                        scalar.WriteFloat((float)number);
                    })
                );
            }
        }
    }

    private static byte[] Event(double wallTime, Action<CodedOutputStream> rest) =>
        EventRecord.Frame(
            Message(output =>
            {
                output.WriteTag(1, WireFormat.WireType.Fixed64);
                output.WriteDouble(wallTime);
                rest(output);
            }).Span
        );

    private static ByteString Message(Action<CodedOutputStream> fields)
    {
        using var bytes = new MemoryStream();
        using (var output = new CodedOutputStream(bytes, leaveOpen: true))
        {
            fields(output);
        }

        return ByteString.CopyFrom(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }
}
