using Parquet;
using Parquet.Schema;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Reports.Parquet;

namespace Seal.Reports.Tests;

public sealed class CandidateFileTests
{
    [Fact]
    public async Task Write_Candidates_ReadsBackColumnByColumn()
    {
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(await Write()));
        using var group = reader.OpenRowGroupReader(0);
        Assert.Equal(
            "run cell arm seed phase phase_kind step task task_family task_kind index payload text duplicate_of state reason reward solved kept "
                + "obs_exact obs_reward trials steps tokens first_loss last_loss looked_up device_seconds details",
            string.Join(' ', reader.Schema.DataFields.Select(field => field.Name))
        );
        Assert.Equal(("candidates-1", "s", "m", "c"), (Meta("format"), Meta("sweep"), Meta("model"), Meta("numeric_class")));
        Assert.Equal(4, group.RowCount);
        await HasTexts("run", "base-seal-s1", "base-seal-s1", "base-seal-s1", "base-seal-s1");
        await HasTexts("phase", "train-2", "train-2", "train-2", "evaluate-2");
        await HasTexts("phase_kind", "train", "train", "train", "evaluate");
        await HasTexts("task_family", "turn", "turn", "turn", null);
        Assert.Equal([2, 2, 2, 2], await Values<int>("step"));
        await HasTexts("payload", "{}", "{}", null, "{}");
        await HasTexts("text", " {} ", " {} ", "no", null);
        Assert.Equal([null, 0, null, null], await Values<int>("duplicate_of"));
        await HasTexts("state", "scored", "scored", "invalid", "poisoned");
        await HasTexts("reason", null, null, "no JSON", "a worker died");
        Assert.Equal([0.5, 0.5, 0, null], await Values<double>("reward"));
        Assert.Equal([true, true, false, false], await Values<bool>("solved"));
        Assert.Equal([true, true, false, null], await Values<bool>("kept"));
        Assert.Equal([1, 1, null, null], await Values<double>("obs_exact"));
        Assert.Equal([9, 9, null, null], await Values<double>("obs_reward"));
        Assert.Equal([2, 2, 0, 0], await Values<int>("trials"));
        Assert.Equal([30L, 30, 0, 0], await Values<long>("steps"));
        Assert.Equal([false, null, null, null], await Values<bool>("looked_up"));
        Assert.Equal([1.5, null, null, null], await Values<double>("device_seconds"));
        await HasTexts("details", "aa", "aa", null, null);

        string Meta(string key) => reader.CustomMetadata[$"seal.{key}"];
        DataField Field(string name) => reader.Schema.DataFields.Single(field => field.Name == name);

        async Task HasTexts(string name, params string?[] expected)
        {
            var values = new string?[group.RowCount];
            await group.ReadAsync(Field(name), values.AsMemory()!);
            Assert.Equal(expected.AsEnumerable(), values);
        }

        async Task<T?[]> Values<T>(string name)
            where T : struct
        {
            if (Field(name).IsNullable)
            {
                var maybe = new T?[group.RowCount];
                await group.ReadAsync<T>(Field(name), maybe.AsMemory());
                return maybe;
            }

            var values = new T[group.RowCount];
            await group.ReadAsync<T>(Field(name), values.AsMemory());
            return [.. values.Select(value => (T?)value)];
        }
    }

    [Fact]
    public async Task Write_Twice_GivesTheSameBytes() => Assert.Equal(await Write(), await Write());

    [Fact]
    public async Task Write_NoCandidates_GivesAFileWithoutRows()
    {
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(await CandidateFile.Write([], "s", "m", "c")));
        using var group = reader.OpenRowGroupReader(0);
        Assert.Equal(0, group.RowCount);
    }

    private static Task<byte[]> Write()
    {
        var settings = new RunSettings("arc", new(), new(), new(), new(), new(), new());
        var run = new RunContext("s", "base-seal-s1", settings, new ArmSpec("seal", "policy"), 1, "c");
        // The names of observations are the domain's: one may be called like a column.
        var trial = new TrialResult(null, [new Observation("exact", 1), new Observation("reward", 9)], 10, 100, 1, 0.1, "aa");
        var second = trial with { Steps = 20 };
        TaskRecord training = new(
            "a",
            0,
            [
                new(0, "{}", null, CandidateState.Scored, null, trial, 0.5, null, [second]),
                new(1, "{}", null, CandidateState.Scored, 0, trial, 0.5, null, [second]),
                new(2, null, "no JSON", CandidateState.Invalid, null, null, 0),
            ]
        );
        TaskRecord evaluation = new("b", 0, [new(0, "{}", null, CandidateState.Poisoned, null, null, null)]);
        CandidateRow[] rows =
        [
            .. CandidateRow.Of(
                run,
                "base",
                new PhaseEntry(PhaseId.Train(2), 2, "p", 2, null, "t", ListRef.Empty),
                new TaskRef("a", "00") { Labels = new TaskLabels("turn", "shape") },
                training,
                candidate => new CandidateOrigin(
                    candidate.Index == 2 ? "no" : " {} ",
                    candidate.Index == 0 ? false : null,
                    candidate.Index == 0 ? 1.5 : null,
                    null
                )
            ),
            .. CandidateRow.Of(
                run,
                "base",
                new PhaseEntry(PhaseId.Evaluate(2), 2, "p", 0, null, "t", ListRef.Empty),
                new TaskRef("b", "01"),
                evaluation,
                _ => CandidateOrigin.Unknown with { Problem = "a worker died" }
            ),
        ];
        return CandidateFile.Write(rows, "s", "m", "c");
    }
}
