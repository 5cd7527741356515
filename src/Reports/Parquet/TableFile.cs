using Parquet;
using Parquet.Schema;
using Seal.Core.Candidates;
using Seal.Core.Results;
using Seal.Core.Tables;

namespace Seal.Reports.Parquet;

/// <summary>One row of the Parquet form of a reward table. docs/reward-table.md describes the columns.</summary>
/// <param name="Task">Task id.</param>
/// <param name="TaskSha256">Content hash of the task's document.</param>
/// <param name="Split"><c>train</c> or <c>evaluate</c>.</param>
/// <param name="Edit">Number of the self-edit, from 0, in the schema's order.</param>
/// <param name="Payload">The canonical self-edit, JSON.</param>
/// <param name="Replicate">The inner seed, from 0.</param>
/// <param name="State"><c>scored</c>, <c>failed</c>, <c>invalid</c> or <c>poisoned</c>.</param>
/// <param name="Failure">Why there is no verdict; null where there is one.</param>
/// <param name="Exact">1 if the greedy answer of the plain view is exactly right, else 0; null without a verdict.</param>
/// <param name="TokenAccuracy">Share of the answer's tokens that are right under teacher forcing; null without a verdict.</param>
/// <param name="DemonstrationAccuracy">The same on the demonstrations, each left out of its own prompt; null where it was not asked for.</param>
/// <param name="VoteTop1">1 if the vote's first answer is right; null without votes.</param>
/// <param name="VoteTop2">1 if one of the vote's first two answers is right; null without votes.</param>
/// <param name="TooLong">1 where question and answer are longer than the model's context.</param>
/// <param name="Steps">Optimizer steps that were run.</param>
/// <param name="Tokens">Tokens read in training.</param>
/// <param name="FirstLoss">Loss before the first step.</param>
/// <param name="LastLoss">Loss before the last step.</param>
/// <param name="Details">SHA-256 of the blob with losses and predictions.</param>
public sealed record TableRow(
    string Task,
    string TaskSha256,
    string Split,
    int Edit,
    string? Payload,
    int Replicate,
    string State,
    string? Failure,
    double? Exact,
    double? TokenAccuracy,
    double? DemonstrationAccuracy,
    double? VoteTop1,
    double? VoteTop2,
    double? TooLong,
    int Steps,
    long Tokens,
    double? FirstLoss,
    double? LastLoss,
    string? Details
);

/// <summary>A reward table as a Parquet file. Equal tables give equal bytes.</summary>
public static class TableFile
{
    private static readonly DataField<string> Task = new("task", nullable: false);
    private static readonly DataField<string> TaskSha256 = new("task_sha256", nullable: false);
    private static readonly DataField<string> Split = new("split", nullable: false);
    private static readonly DataField<int> Edit = new("edit");
    private static readonly DataField<string> Payload = new("payload");
    private static readonly DataField<int> Replicate = new("replicate");
    private static readonly DataField<string> State = new("state", nullable: false);
    private static readonly DataField<string> Failure = new("failure");
    private static readonly DataField<int> Steps = new("steps");
    private static readonly DataField<long> Tokens = new("tokens");
    private static readonly DataField<string> Details = new("details");

    private static readonly (DataField Field, Func<TableRow, double?> Value)[] Numbers =
    [
        (new DataField<double?>("exact"), row => row.Exact),
        (new DataField<double?>("token_accuracy"), row => row.TokenAccuracy),
        (new DataField<double?>("demonstration_accuracy"), row => row.DemonstrationAccuracy),
        (new DataField<double?>("vote_top1"), row => row.VoteTop1),
        (new DataField<double?>("vote_top2"), row => row.VoteTop2),
        (new DataField<double?>("too_long"), row => row.TooLong),
        (new DataField<double?>("first_loss"), row => row.FirstLoss),
        (new DataField<double?>("last_loss"), row => row.LastLoss),
    ];

    private static readonly ParquetSchema Schema = new(
        Task,
        TaskSha256,
        Split,
        Edit,
        Payload,
        Replicate,
        State,
        Failure,
        Numbers[0].Field,
        Numbers[1].Field,
        Numbers[2].Field,
        Numbers[3].Field,
        Numbers[4].Field,
        Numbers[5].Field,
        Steps,
        Tokens,
        Numbers[6].Field,
        Numbers[7].Field,
        Details
    );

    /// <summary>The rows of a table: by training and evaluation, inner seed, task, self-edit.</summary>
    public static IReadOnlyList<TableRow> Rows(RewardTable table, SweepResults results)
    {
        var hashes = results.Tasks.ToDictionary(task => task.Id, task => task.Sha256, StringComparer.Ordinal);
        return [.. table.Entries.Select(entry => Row(entry, hashes.GetValueOrDefault(entry.Task, "")))];
    }

    /// <summary>The file, with what the table was made with as its metadata.</summary>
    public static async Task<byte[]> Write(RewardTable table, SweepResults results)
    {
        var rows = Rows(table, results);
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(Schema, stream, new ParquetOptions { CompressionMethod = CompressionMethod.Zstd }))
        {
            writer.CustomMetadata = new Dictionary<string, string>
            {
                ["seal.format"] = "reward-table-1",
                ["seal.sweep"] = results.Sweep,
                ["seal.cell"] = table.Cell,
                ["seal.model"] = results.Model,
                ["seal.numeric_class"] = results.NumericClass,
                ["seal.score"] = table.Score ?? Scores.Exact,
            };
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(Task, [.. rows.Select(row => row.Task)]);
            await group.WriteAsync(TaskSha256, [.. rows.Select(row => row.TaskSha256)]);
            await group.WriteAsync(Split, [.. rows.Select(row => row.Split)]);
            await group.WriteAsync<int>(Edit, rows.Select(row => row.Edit).ToArray());
            await group.WriteAsync(Payload, [.. rows.Select(row => row.Payload!)]);
            await group.WriteAsync<int>(Replicate, rows.Select(row => row.Replicate).ToArray());
            await group.WriteAsync(State, [.. rows.Select(row => row.State)]);
            await group.WriteAsync(Failure, [.. rows.Select(row => row.Failure!)]);
            for (var i = 0; i < 6; i++)
            {
                await group.WriteAsync<double>(Numbers[i].Field, rows.Select(Numbers[i].Value).ToArray());
            }

            await group.WriteAsync<int>(Steps, rows.Select(row => row.Steps).ToArray());
            await group.WriteAsync<long>(Tokens, rows.Select(row => row.Tokens).ToArray());
            await group.WriteAsync<double>(Numbers[6].Field, rows.Select(Numbers[6].Value).ToArray());
            await group.WriteAsync<double>(Numbers[7].Field, rows.Select(Numbers[7].Value).ToArray());
            await group.WriteAsync(Details, [.. rows.Select(row => row.Details!)]);
            group.CompleteValidate();
        }

        return stream.ToArray();
    }

    private static TableRow Row(TableEntry entry, string sha256)
    {
        var (candidate, trial) = (entry.Result, entry.Result.Trial);
        return new TableRow(
            entry.Task,
            sha256,
            entry.Trains ? "train" : "evaluate",
            entry.Edit,
            candidate.Payload,
            entry.Replicate,
            candidate.State.ToString().ToLowerInvariant(),
            trial?.Failure ?? candidate.Rejection,
            trial?[ObservationNames.Exact],
            trial?[ObservationNames.TokenAccuracy],
            trial?[ObservationNames.DemonstrationAccuracy],
            trial?[ObservationNames.VoteTop1],
            trial?[ObservationNames.VoteTop2],
            trial?["too_long"],
            trial?.Steps ?? 0,
            trial?.Tokens ?? 0,
            trial?.FirstLoss,
            trial?.LastLoss,
            trial?.Details
        );
    }
}
