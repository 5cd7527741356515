using Parquet;
using Parquet.Schema;
using Seal.Reports.Metrics;

namespace Seal.Reports.Parquet;

/// <summary>All candidates of a sweep as a Parquet file, one row each. Equal rows give equal bytes.</summary>
public static class CandidateFile
{
    /// <summary>Stands before the names of observations: a domain may name them as it likes.</summary>
    public const string ObservationPrefix = "obs_";

    /// <summary>Rows of a group: large enough to compress well, small enough for a reader to skip some.</summary>
    private const int GroupRows = 1 << 16;

    /// <summary>The columns before the observations.</summary>
    private static readonly Column[] Before =
    [
        Text("run", row => row.Run.Run),
        Text("cell", row => row.Cell),
        Text("arm", row => row.Run.Arm.Name),
        Value("seed", row => row.Run.Seed),
        Text("phase", row => row.Phase.ToString()),
        Text("phase_kind", row => PhaseMetrics.KindOf(row.Phase)),
        Value("step", row => row.Phase.Number),
        Text("task", row => row.Task.Id),
        Maybe("task_family", row => row.Task.Labels?.Family),
        Maybe("task_kind", row => row.Task.Labels?.Kind),
        Value("index", row => row.Record.Index),
        Maybe("payload", row => row.Record.Payload),
        Maybe("text", row => row.Origin.Text),
        Maybe("duplicate_of", row => row.Record.DuplicateOf),
        Text("state", row => row.Record.State.ToString().ToLowerInvariant()),
        Maybe("reason", row => row.Reason),
        Maybe("reward", row => row.Record.Reward),
        Value("solved", row => row.Record.Solves(row.Run.Settings.Evaluate.Score)),
        Maybe("kept", row => row.Kept),
    ];

    /// <summary>The columns after them.</summary>
    private static readonly Column[] After =
    [
        Value("trials", row => row.Record.Trials.Count),
        Value("steps", row => row.Record.Trials.Sum(trial => (long)trial.Steps)),
        Value("tokens", row => row.Record.Trials.Sum(trial => trial.Tokens)),
        Maybe("first_loss", row => row.Record.Trial?.FirstLoss),
        Maybe("last_loss", row => row.Record.Trial?.LastLoss),
        Maybe("looked_up", row => row.Origin.LookedUp),
        Maybe("device_seconds", row => row.Origin.Seconds),
        Maybe("details", row => row.Record.Trial?.Details),
    ];

    /// <summary>The file.</summary>
    /// <param name="rows">In order.</param>
    /// <param name="sweep">The sweep's name.</param>
    /// <param name="model">Content hash of the base model.</param>
    /// <param name="numericClass">The class of engine that computed it.</param>
    public static async Task<byte[]> Write(IReadOnlyList<CandidateRow> rows, string sweep, string model, string numericClass)
    {
        Column[] columns = [.. Before, .. Observations(rows), .. After];
        using var stream = new MemoryStream();
        var schema = new ParquetSchema(columns.Select(column => column.Field).ToArray<Field>());
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream, new ParquetOptions { CompressionMethod = CompressionMethod.Zstd }))
        {
            writer.CustomMetadata = new Dictionary<string, string>
            {
                ["seal.format"] = "candidates-1",
                ["seal.sweep"] = sweep,
                ["seal.model"] = model,
                ["seal.numeric_class"] = numericClass,
            };
            foreach (var some in rows.Chunk(GroupRows).DefaultIfEmpty([]))
            {
                using var group = writer.CreateRowGroup();
                foreach (var column in columns)
                {
                    await column.Write(group, some);
                }

                group.CompleteValidate();
            }
        }

        return stream.ToArray();
    }

    /// <summary>A column for every name that a trial saw, in ordinal order.</summary>
    private static IEnumerable<Column> Observations(IReadOnlyList<CandidateRow> rows) =>
        rows.SelectMany(row => row.Record.Trial?.Observations ?? [])
            .Select(observation => observation.Name)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(name => Maybe(ObservationPrefix + name, row => row.Record.Trial?[name]));

    private static Column Text(string name, Func<CandidateRow, string> value)
    {
        var field = new DataField<string>(name, nullable: false);
        return new Column(field, (group, rows) => group.WriteAsync(field, [.. rows.Select(value)]));
    }

    private static Column Maybe(string name, Func<CandidateRow, string?> value)
    {
        var field = new DataField<string>(name);
        return new Column(field, (group, rows) => group.WriteAsync(field, [.. rows.Select(row => value(row)!)]));
    }

    private static Column Value<T>(string name, Func<CandidateRow, T> value)
        where T : struct
    {
        var field = new DataField<T>(name);
        return new Column(field, (group, rows) => group.WriteAsync<T>(field, rows.Select(value).ToArray()));
    }

    private static Column Maybe<T>(string name, Func<CandidateRow, T?> value)
        where T : struct
    {
        var field = new DataField<T?>(name);
        return new Column(field, (group, rows) => group.WriteAsync<T>(field, rows.Select(value).ToArray()));
    }

    private sealed record Column(DataField Field, Func<ParquetRowGroupWriter, CandidateRow[], Task> Write);
}
