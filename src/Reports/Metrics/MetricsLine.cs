using System.Buffers;
using System.Text.Json;

namespace Seal.Reports.Metrics;

/// <summary>A line of <c>metrics.jsonl</c>. docs/interchange.md describes its keys. Equal metrics give equal bytes.</summary>
public static class MetricsLine
{
    /// <summary>One JSON object and a line feed, UTF-8.</summary>
    public static byte[] Of(PhaseMetrics phase)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("run", phase.Run);
            json.WriteString("cell", phase.Cell);
            json.WriteString("arm", phase.Arm);
            json.WriteNumber("seed", phase.Seed);
            json.WriteString("phase", phase.Phase.ToString());
            json.WriteString("kind", phase.Kind);
            json.WriteNumber("step", phase.Step);
            json.WriteNumber("tasks", phase.Counts.Tasks);
            json.WriteNumber("candidates", phase.Counts.Candidates);
            json.WriteNumber("valid", phase.Counts.Valid);
            Number(json, "valid_share", phase.ValidShare);
            json.WriteNumber("different", phase.Counts.Different);
            json.WriteNumber("solved", phase.Counts.Solved);
            Number(json, "solved_share", phase.SolvedShare);
            Number(json, "mean_reward", phase.Counts.Reward);
            json.WriteNumber("mixed", phase.Counts.Mixed);
            Number(json, "mixed_share", phase.MixedShare);
            Number(json, "kept", phase.Kept);
            Number(json, "update_steps", phase.Update?.Steps);
            Number(json, "update_first_loss", phase.Update?.FirstLoss);
            Number(json, "update_last_loss", phase.Update?.LastLoss);
            json.WriteNumber("inner_loops", phase.Counts.Trials);
            json.WriteNumber("looked_up", phase.Cost.CacheHits);
            json.WriteNumber("steps", phase.Counts.Steps);
            Number(json, "device_seconds", phase.Cost.Seconds);
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    /// <summary>JSON has no word for what is not finite: it is null, as what is not known is.</summary>
    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
