using System.Globalization;
using System.Text;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Policies;
using Seal.Grains.Sweeps;
using Seal.Grains.Tasks;
using Seal.Silo.Plugins;
using PackState = Seal.Grains.Candidates.CandidateState;

namespace Seal.Pages.Tests.Support;

/// <summary>A store with a sweep as grains would have left it, written by hand: no grid is needed to look at it.</summary>
internal sealed class WrittenStore : IDisposable
{
    public const string Sweep = "written";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("seal-pages-");
    private readonly DocumentCache _documents = new();

    static WrittenStore() => PluginLoader.Use([]);

    private WrittenStore() => Store = new DirectoryArtifactStore(_folder.FullName);

    public IArtifactStore Store { get; }

    public SweepSubmission Submission { get; private set; } = null!;

    /// <summary>A sweep of one arm that learns.</summary>
    /// <param name="seeds">Runs.</param>
    /// <param name="tasks">Training tasks; half as many evaluation tasks, and one.</param>
    /// <param name="candidates">Self-edits a task.</param>
    /// <param name="rounds">Rounds of each run.</param>
    public static async Task<WrittenStore> Of(int seeds, int tasks, int candidates, int rounds)
    {
        var store = new WrittenStore();
        await StoreFormat.Claim(store.Store);
        var file = Path.Combine(store._folder.FullName, "sweep.toml");
        await File.WriteAllTextAsync(
            file,
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                name = "{Sweep}"
                domain = "arc"
                seeds = [{string.Join(", ", Enumerable.Range(1, seeds))}]

                [tasks]
                source = "generated"
                train_count = {tasks}
                evaluate_count = {(tasks / 2) + 1}
                seed = 1
                max_side = 5

                [[arms]]
                name = "seal"
                proposer = "policy"

                [engine]
                kind = "fake"

                [proposal]
                candidates = {candidates}
                evaluation_candidates = {candidates}

                [update]
                rounds = {rounds}

                [evaluate]
                when = "ends"
                views = 0
                """
            )
        );
        var spec = SweepFile.Read(file, []);
        var sets = PluginLoader.Own.Domains.First(domain => domain.Id == "arc").Load(spec.Tasks);
        store.Submission = new SweepSubmission(
            [
                .. spec.Runs.Select(run => new RunSubmission(
                    new RunContext(Sweep, run.Name, run.Settings, run.Arm, run.Seed, FakeEngine.Class),
                    run.Cell.Name
                )),
            ],
            new ModelRef(FakeEngine.BaseSha256, []),
            await store.Put(sets.Train),
            await store.Put(sets.Evaluate)
        );
        await store.Write($"grains/sweep/{Sweep}.json", new SweepGrainState { Submission = store.Submission, State = SweepState.Running });
        return store;
    }

    /// <summary>Ends the next phases of a run.</summary>
    /// <param name="run">Its place.</param>
    /// <param name="phases">How many.</param>
    /// <param name="candidate">What became of a candidate: task and index.</param>
    public async Task End(int run, int phases, Func<string, int, CandidateRecord> candidate)
    {
        var context = Submission.Runs[run].Context;
        var lists = new BlobLists(_documents, Store);
        var key = $"grains/policy/{GridKeys.Policy(context)}.json";
        var state = await Store.ReadAsync(key) is { } there ? StoredDocument.Parse<PolicyState>(key, there.Bytes) : new PolicyState();
        var archive = new PhaseArchive(_documents, Store);
        for (var n = 0; n < phases; n++)
        {
            var log = await archive.Log(context, state.Phases);
            var next = log.UnderWay!;
            var asked = PhaseWork.Of(next, context, new SweepTasks(Submission.Training, Submission.Evaluation), null);
            var records = asked
                .Select(task => new TaskRecord(task.Task.Id, 0, [.. Enumerable.Range(0, task.Candidates).Select(i => candidate(task.Task.Id, i))]))
                .ToArray();
            var tasks = await _documents.Put(Store, new PhaseTasks(records));
            state.Phases = await lists.Append(
                state.Phases,
                new PhaseEntry(
                    next.Phase,
                    next.Phase.Round,
                    FakeEngine.BaseSha256,
                    next.Phase.IsRound ? records.Length : 0,
                    null,
                    tasks,
                    ListRef.Empty
                )
            );
        }

        await Write(key, state);
    }

    /// <summary>The task of the phase under way as it is saved: proposals, and packs that have begun.</summary>
    public async Task Begin(
        int run,
        PhaseId phase,
        string task,
        IReadOnlyList<Proposal> proposals,
        params (int Index, JobLedger Ledger, PackOutcome? Outcome)[] packs
    )
    {
        var context = Submission.Runs[run].Context;
        var reference = Submission.Training.Concat(Submission.Evaluation).First(one => one.Id == task);
        var runRef = await RunRef.Put(_documents, Store, context);
        var policy = new PolicyRef(FakeEngine.BaseSha256, ListRef.Empty);
        var work = new TaskWork(runRef, phase, reference, policy, policy, proposals.Count, EvaluationKind.Plain);
        await Write(
            $"grains/task/{GridKeys.Task(context, phase, task)}.json",
            new TaskState
            {
                Work = work,
                Proposals = new ProposeResult(proposals, 0),
                Ledger = JobLedger.New with { State = JobState.Done, Epoch = 1 },
            }
        );
        foreach (var (index, ledger, outcome) in packs)
        {
            var job = new FineTuneJob(reference, policy, EvaluationKind.Plain, [new FineTuneMember(index, proposals[index].Payload!, 1)]);
            await Write(
                $"grains/candidate/{GridKeys.Candidate(runRef, phase, task, index)}.json",
                new PackState
                {
                    Work = new PackWork(runRef, phase, job),
                    Ledger = ledger,
                    Outcome = outcome,
                }
            );
        }
    }

    /// <summary>Writes events, as many looks as given.</summary>
    public async Task Happen(int events)
    {
        var key = $"grains/sweep-events/{Sweep}.json";
        var log = await Store.ReadAsync(key) is { } there ? StoredDocument.Parse<SweepEventLog>(key, there.Bytes) : new SweepEventLog();
        var lists = new BlobLists(_documents, Store);
        for (var n = 0; n < events; n++)
        {
            log.Count++;
            log.Looks = await lists.Append<IReadOnlyList<SweepEvent>>(log.Looks, [new SweepEvent(log.Count, "phase-ended", null, $"{log.Count}")]);
        }

        await Write(key, log);
    }

    /// <summary>Changes what pages show, and nothing else: the sweep's state goes back and forth.</summary>
    public Task Touch(int n) => Stand(n % 2 == 0 ? SweepState.Stopping : SweepState.Running);

    /// <summary>Forks a run, as a retry of a round that has closed does.</summary>
    public Task Fork(int run)
    {
        var forked = Submission.Runs[run] with { Context = Submission.Runs[run].Context with { Fork = 1 } };
        Submission = Submission with { Runs = [.. Submission.Runs.Select((one, n) => n == run ? forked : one)] };
        return Stand(SweepState.Running);
    }

    /// <summary>Where the sweep stands.</summary>
    public Task Stand(SweepState state) => Write($"grains/sweep/{Sweep}.json", new SweepGrainState { Submission = Submission, State = state });

    public Task Write<T>(string key, T document) => Store.WriteAsync(key, StoredDocument.Format(document), WriteCondition.Always);

    /// <summary>A candidate that was tried.</summary>
    public static CandidateRecord Tried(int index, bool solved, string payload = "{\"a\":1}") =>
        new(index, payload, null, Core.Candidates.CandidateState.Scored, null, Trial(solved), solved ? 1 : 0);

    public static TrialResult Trial(bool solved) =>
        new(
            null,
            [new Observation(ObservationNames.Exact, solved ? 1 : 0), new Observation(ObservationNames.TokenAccuracy, solved ? 1 : 0.5)],
            32,
            1000,
            2.5,
            0.25,
            null
        );

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<IReadOnlyList<TaskRef>> Put(IReadOnlyList<TaskDocument> tasks)
    {
        var references = new List<TaskRef>();
        foreach (var task in tasks)
        {
            references.Add(new TaskRef(task.Id, await Blobs.Put(Store, Encoding.UTF8.GetBytes(task.Json))));
        }

        return references;
    }
}
