using Seal.Arc.Generators;
using Seal.Arc.Tasks;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Randomness;
using Seal.Core.Results;

namespace Seal.Reports.Tests;

public sealed class ApartSectionTests : IReportFiles
{
    private const string A = """{"training":{"rate":1}}""";
    private const string B = """{"training":{"rate":2}}""";

    private readonly Dictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly TaskRef[] _tasks;
    private readonly TaskRef _training;

    // Four evaluation tasks: of a family that models practise, of one that they do not, of the paper's evaluation list by its id, and a long one.
    public ApartSectionTests()
    {
        _tasks = [Task("practised", "frame"), Task("other", "connect"), Task("66e6c45b", "connect"), Task("long", "comb")];
        _training = Task("train", "tile");
    }

    [Fact]
    public void Write_TasksOfSeveralKinds_ReportsEachKindApart()
    {
        var page = HtmlReport.Write(Results(), this, null);
        var section = page[page.IndexOf("<section id=\"apart\"", StringComparison.Ordinal)..page.IndexOf("<section id=\"differences\"", StringComparison.Ordinal)];

        Assert.Contains("<th>all<br/>4 tasks</th>", section, StringComparison.Ordinal);
        Assert.Contains("<th>in family<br/>1 task</th>", section, StringComparison.Ordinal);
        Assert.Contains("<th>out of family<br/>3 tasks</th>", section, StringComparison.Ordinal);
        Assert.Contains("<th>solved in context<br/>1 task</th>", section, StringComparison.Ordinal);
        Assert.Contains("<th>the paper’s evaluation list<br/>1 task</th>", section, StringComparison.Ordinal);
        // The constant (B) solves "practised", "other" and the paper's; of these one is in family and "other" is solved in context.
        Assert.Contains("<th>constant solves<br/>3 tasks</th>", section, StringComparison.Ordinal);
        Assert.Contains("<th>constant solves, not in context, out of family<br/>1 task</th>", section, StringComparison.Ordinal);
        Assert.Contains("Longer than the model’s context, so failed in every row: long.", section, StringComparison.Ordinal);
        Assert.Contains("frame: ", section, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LearnerOnTheFilter_CountsOnlyThoseTasks()
    {
        var page = HtmlReport.Write(Results(), this, null);
        var row = page[page.IndexOf("<b>seal</b> after 1</td>", StringComparison.Ordinal)..];

        // Over all tasks 2 of 4; over those that the constant solves 2 of 3.
        Assert.StartsWith("<b>seal</b> after 1</td><td><b>50 %</b>", row, StringComparison.Ordinal);
        Assert.Contains("<td><b>67 %</b>", row[..row.IndexOf("</tr>", StringComparison.Ordinal)], StringComparison.Ordinal);
    }

    [Fact]
    public void Write_TaskInFamily_IsMarkedAtItsGrids()
    {
        var page = HtmlReport.Write(Results(), this, null);

        Assert.Contains("<span class=\"mark\">in family: frame</span>", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"mark\">paper evaluation</span>", page, StringComparison.Ordinal);
    }

    public byte[]? Blob(string sha256) => _blobs.GetValueOrDefault(sha256);

    private SweepResults Results()
    {
        var table = new RunRecord(
            "base-table-s1", "base", "table", 1, ["m"],
            [
                Phase("table-train-0", 0, [_training], _ => [One(0, A, false), One(1, B, true)]),
                Phase("table-evaluate-0", 0, _tasks, task => [One(0, A, false, task == "long"), One(1, B, task != "long", task == "long")]),
            ],
            true);
        var seal = new RunRecord(
            "base-seal-s1", "base", "seal", 1, ["m"],
            [
                Phase("evaluate-0", 0, _tasks, task => [One(0, A, false, task == "long")]),
                Phase("train-1", 1, [_training], _ => [One(0, B, true)]),
                Phase("evaluate-1", 1, _tasks, task => [One(0, B, task is "other" or "66e6c45b", task == "long")]),
            ],
            true);
        var context = new RunRecord("base-in-context-s1", "base", "in-context", 1, ["m"], [Phase("evaluate-0", 0, _tasks, task => [One(0, "none", task == "other", task == "long")])], true);
        return new SweepResults("apart", "0123456789abcdef", "class", [_training], _tasks, [table, seal, context]);
    }

    private static PhaseRecord Phase(string name, int round, TaskRef[] tasks, Func<string, CandidateRecord[]> candidates) =>
        new(name, round, "policy", 0, null, [.. tasks.Select(task => new TaskRecord(task.Id, 0, candidates(task.Id)))]);

    private static CandidateRecord One(int index, string payload, bool solved, bool tooLong = false)
    {
        Observation[] seen = [new(ObservationNames.Exact, solved ? 1 : 0), new(ObservationNames.TokenAccuracy, 0.5), .. tooLong ? [new Observation("too_long", 1)] : Array.Empty<Observation>()];
        return new CandidateRecord(index, payload, null, CandidateState.Scored, null, new TrialResult(null, seen, 3, 30, 1, 0.1, null), solved ? 1 : 0);
    }

    private TaskRef Task(string id, string family)
    {
        var drawn = TaskFamilies.Get(family).Generate(new CounterRandom(new Seed(3).Derive(id)), new GeneratorLimits(6)) with { Id = id };
        var bytes = System.Text.Encoding.UTF8.GetBytes(ArcTaskJson.Write(drawn));
        var sha256 = ArtifactKey.Sha256(bytes);
        _blobs[sha256] = bytes;
        return new TaskRef(id, sha256);
    }
}
