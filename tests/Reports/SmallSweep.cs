using Seal.Arc.Evaluation;
using Seal.Arc.Tasks;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Results;
using Seal.Core.Sweeps;

namespace Seal.Reports.Tests;

/// <summary>A sweep's results made by hand, with tasks, losses and predictions in memory.</summary>
internal sealed class SmallSweep : IReportFiles
{
    private const string Edit = """{"data_generation":{"use_basic_augmentations":true},"training":{"learning_rate":1e-3}}""";

    private readonly Dictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);

    /// <param name="hostile">Put into every name that comes from outside.</param>
    /// <param name="tasks">Evaluation tasks.</param>
    /// <param name="side">Longest grid side.</param>
    public SmallSweep(string hostile = "", int tasks = 2, int side = 4)
    {
        var references = Enumerable.Range(0, tasks).Select(i => Task($"task-{i}{hostile}", i, side)).ToArray();
        var training = Task($"train{hostile}", tasks, side);
        var seal = new RunRecord(
            "base-seal-s1",
            $"base{hostile}",
            $"seal{hostile}",
            1,
            ["model"],
            [
                Phase("evaluate-0", 0, references, i => i % 2 == 0),
                Phase("train-1", 1, [training], _ => true) with
                {
                    Update = new UpdateResult(null, 1, 1, 1, null),
                    Kept = 1,
                },
                Phase("evaluate-1", 1, references, _ => true),
            ],
            true
        );
        var random = new RunRecord(
            "base-random-s1",
            $"base{hostile}",
            "random",
            1,
            ["model"],
            [Phase("evaluate-0", 0, references, _ => false)],
            hostile.Length == 0
        );
        Results = new SweepResults($"small{hostile}", "0123456789abcdef", "class", [training], references, [seal, random]);
        Accounting = new SweepAccounting(
            Results.Sweep,
            new Accounting(3, 3, 1, 12, 30, 300),
            new Dictionary<string, Accounting> { [$"run{hostile}"] = Core.Candidates.Accounting.Zero }
        );
    }

    public SweepResults Results { get; }

    public SweepAccounting Accounting { get; }

    public byte[]? Blob(string sha256) => _blobs.GetValueOrDefault(sha256);

    private TaskRef Task(string id, int number, int side)
    {
        var input = Grid.Create(side, side, (row, column) => ((row * column) + number) % 10);
        var task = new ArcTask(id, [new ArcPair(input, input)], [new ArcPair(input, input)]);
        return new TaskRef(id, Keep(System.Text.Encoding.UTF8.GetBytes(ArcTaskJson.Write(task))));
    }

    private PhaseRecord Phase(string name, int round, TaskRef[] tasks, Func<int, bool> solved) =>
        new(PhaseId.Parse(name)!.Value, round, "policy", 0, null, [.. tasks.Select((task, i) => new TaskRecord(task.Id, 0, [Candidate(solved(i))]))]);

    private CandidateRecord Candidate(bool solved)
    {
        var predictions = new Predictions([
            new TestPrediction(
                [
                    [1, 2],
                    [3, 4],
                ],
                null,
                null,
                []
            ),
        ]);
        var details = Keep(SealJson.ToBytes(new TrialDetails(Edit, [1.5, 0.4, 0.1], SealJson.ToText(predictions))));
        return new CandidateRecord(
            0,
            Edit,
            null,
            CandidateState.Scored,
            null,
            new TrialResult(
                null,
                [new Observation(ObservationNames.Exact, solved ? 1 : 0), new Observation(ObservationNames.TokenAccuracy, 0.7)],
                3,
                30,
                1.5,
                0.1,
                details
            ),
            solved ? 1 : 0
        );
    }

    private string Keep(byte[] bytes)
    {
        var sha256 = ArtifactKey.Sha256(bytes);
        _blobs[sha256] = bytes;
        return sha256;
    }
}
