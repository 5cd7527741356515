using Parquet;
using Parquet.Schema;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Core.Tables;
using Seal.Reports.Parquet;

namespace Seal.Reports.Tests;

public sealed class TableFileTests
{
    [Fact]
    public async Task Write_Table_ReadsBackRowByRow()
    {
        var (results, table) = Table();
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(await TableFile.Write(table, results)));
        using var group = reader.OpenRowGroupReader(0);
        var fields = reader.Schema.DataFields.ToDictionary(field => field.Name);

        Assert.Equal("reward-table-1", reader.CustomMetadata["seal.format"]);
        Assert.Equal(4, group.RowCount);
        Assert.Equal(new string?[] { "a", "a", "b", "b" }, await Strings(group, fields["task"]));
        Assert.Equal(new string?[] { "train", "train", "evaluate", "evaluate" }, await Strings(group, fields["split"]));
        Assert.Equal(new string?[] { null, "376 steps", null, "376 steps" }, await Strings(group, fields["failure"]));
        var exact = new double?[4];
        await group.ReadAsync<double>(fields["exact"], exact.AsMemory());
        Assert.Equal([1, null, 1, null], exact);
        var steps = new int[4];
        await group.ReadAsync<int>(fields["steps"], steps.AsMemory());
        Assert.Equal([10, 0, 10, 0], steps);
    }

    [Fact]
    public async Task Write_Twice_GivesTheSameBytes()
    {
        var (results, table) = Table();

        Assert.Equal(await TableFile.Write(table, results), await TableFile.Write(table, results));
    }

    private static async Task<IEnumerable<string?>> Strings(ParquetRowGroupReader group, DataField field)
    {
        var values = new string?[group.RowCount];
        await group.ReadAsync(field, values.AsMemory()!);
        return values;
    }

    private static (SweepResults Results, RewardTable Table) Table()
    {
        CandidateRecord[] candidates =
        [
            new(
                0,
                "{}",
                null,
                CandidateState.Scored,
                null,
                new TrialResult(null, [new Observation(ObservationNames.Exact, 1)], 10, 100, 1, 0.1, "aa"),
                1
            ),
            new(1, "{\"x\":1}", null, CandidateState.Failed, null, new TrialResult("376 steps", [], 0, 0, null, null, null), 0),
        ];
        PhaseRecord Phase(string name, string task) => new(PhaseId.Parse(name)!.Value, 0, "", 0, null, [new TaskRecord(task, 0, candidates)]);
        var run = new RunRecord("base-table-s1", "base", "table", 1, ["m"], [Phase("table-train-0", "a"), Phase("table-evaluate-0", "b")], true);
        var results = new SweepResults("s", "m", "c", [new TaskRef("a", "00")], [new TaskRef("b", "01")], [run]);
        return (results, RewardTable.Of(results)[0]);
    }
}
