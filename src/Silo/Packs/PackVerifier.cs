using System.Text;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Judges;
using Seal.Core.Programs;
using Seal.Core.Randomness;
using Seal.Silo.Engines;

namespace Seal.Silo.Packs;

/// <summary>What running a packed trial again gave.</summary>
/// <param name="Run">The run that has it.</param>
/// <param name="Task">Its task.</param>
/// <param name="Payload">Its self-edit.</param>
/// <param name="IsEqual">The same bytes; on another numeric class the same verdict.</param>
/// <param name="Packed">The verdict in the pack, e.g. <c>solved</c>.</param>
/// <param name="Again">The verdict here.</param>
public sealed record PackCheck(string Run, string Task, string Payload, bool IsEqual, string Packed, string Again);

/// <summary>Runs trials of a pack again, outside any grid.</summary>
/// <param name="pack">The sweep.</param>
/// <param name="engine">As the sweep asks for it, on this machine.</param>
/// <param name="files">Where its base model is.</param>
/// <param name="judge">Asked again where a judge gave the verdicts; null for none. A pack does not have its verdicts by question.</param>
public sealed class PackVerifier(SweepPack pack, EngineChoice engine, IModelFiles files, IAnswerJudge? judge = null)
{
    private readonly PackedTrial[] _trials = [.. pack.Trials()];

    /// <summary>Trials that can be run again.</summary>
    public int Trials => _trials.Length;

    /// <summary>Trials that began from a policy that had learned, whose adapters a pack does not have.</summary>
    public int OfLearnedPolicies { get; } = pack.OfLearnedPolicies();

    /// <summary>The class that the results were made in.</summary>
    public string NumericClass { get; } = pack.Submission.Runs[0].Context.NumericClass;

    /// <summary>Whether bytes can be compared, or verdicts alone.</summary>
    public bool ComparesBytes => engine.NumericClass == NumericClass;

    /// <summary>Draws trials, without repetition, and runs them; each answer comes when it is there.</summary>
    /// <param name="count">How many; all where there are fewer.</param>
    /// <param name="seed">Draws them.</param>
    /// <param name="workers">Trials that run side by side.</param>
    public async IAsyncEnumerable<PackCheck> Run(
        int count,
        ulong seed,
        int workers,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        var drawn = new Queue<PackedTrial>(Draw(count, seed));
        var slots = new Stack<Slot>(
            Enumerable
                .Range(0, Math.Max(1, Math.Min(workers, drawn.Count)))
                .Select(_ => new Slot(pack, engine.Create(), files, engine.NumericClass, judge))
        );
        var made = slots.ToArray();
        var running = new List<Task<(Slot Slot, PackCheck Check)>>();
        try
        {
            while (drawn.Count > 0 || running.Count > 0)
            {
                while (drawn.Count > 0 && slots.Count > 0)
                {
                    var (slot, trial) = (slots.Pop(), drawn.Dequeue());
                    running.Add(Task.Run(() => (slot, Check(trial, slot.Run(trial, cancellation))), cancellation));
                }

                var ended = await Task.WhenAny(running);
                running.Remove(ended);
                var (free, check) = await ended;
                slots.Push(free);
                yield return check;
            }
        }
        finally
        {
            await Task.WhenAll(running)
                .ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            Array.ForEach(made, slot => slot.Dispose());
        }
    }

    private IEnumerable<PackedTrial> Draw(int count, ulong seed)
    {
        var random = new CounterRandom(new Seed(seed).Derive("verify"));
        var left = Enumerable.Range(0, _trials.Length).ToArray();
        for (var drawn = 0; drawn < Math.Min(count, left.Length); drawn++)
        {
            var chosen = drawn + random.NextInt(left.Length - drawn);
            (left[drawn], left[chosen]) = (left[chosen], left[drawn]);
            yield return _trials[left[drawn]];
        }
    }

    private PackCheck Check(PackedTrial trial, TrialResult again)
    {
        var (packed, here) = (Verdict(trial, trial.Result), Verdict(trial, again));
        var equal = ComparesBytes ? SealJson.Hash(trial.Result) == SealJson.Hash(again) : packed == here;
        return new PackCheck(trial.Run.Run, trial.Job.Task.Id, trial.Member.Payload, equal, packed, here);
    }

    /// <summary>By what the sweep counts; trials that were not voted on have the plain view alone.</summary>
    private static string Verdict(PackedTrial trial, TrialResult result)
    {
        var counted = result[Scores.Observation(trial.Run.Settings.Evaluate.Score)] ?? result[ObservationNames.Exact];
        return result.Failure is not null ? "failed"
            : counted == 1 ? "solved"
            : "not solved";
    }

    /// <summary>One engine and what it keeps between trials.</summary>
    private sealed class Slot : IJobEnvironment, IDisposable
    {
        private readonly Dictionary<string, byte[]> _blobs;
        private readonly JobRunner _runner;
        private readonly string _numericClass;

        public Slot(SweepPack pack, IEngine engine, IModelFiles files, string numericClass, IAnswerJudge? judge)
        {
            (Engine, Files, _numericClass, Judge) = (engine, files, numericClass, judge);
            _blobs = pack.Documents.ToDictionary(
                document => document.Key,
                document => Encoding.UTF8.GetBytes(document.Value),
                StringComparer.Ordinal
            );
            _runner = new JobRunner(this);
        }

        public IEngine Engine { get; }

        public IModelFiles Files { get; }

        public IAnswerJudge? Judge { get; }

        public TrialResult Run(PackedTrial trial, CancellationToken cancellation)
        {
            var run = trial.Run with { NumericClass = _numericClass };
            var context = SealJson.ToBytes(run);
            var sha256 = Core.Artifacts.ArtifactKey.Sha256(context);
            _blobs[sha256] = context;
            var job = new JobAssignment(
                $"{run.Sweep}/{run.Run}/{trial.Phase}/{trial.Job.Task.Id}",
                1,
                TimeSpan.Zero,
                new RunRef(run.Sweep, run.Run, 0, _numericClass, sha256),
                FineTune: trial.Job
            );
            return _runner.Run(job, cancellation).FineTune!.Members[trial.Slot];
        }

        public IDomain Domain(string id) => EngineChoice.Domain(id);

        public byte[] ReadBlob(string sha256) => _blobs[sha256];

        public ArtifactFile Keep(string name, byte[] bytes)
        {
            var sha256 = Core.Artifacts.ArtifactKey.Sha256(bytes);
            return new ArtifactFile(name, Core.Artifacts.ArtifactKey.Blob(sha256), sha256, bytes.Length);
        }

        public void Progress(int step, int total, double? loss) { }

        public void Dispose() => (Engine as IDisposable)?.Dispose();
    }
}
