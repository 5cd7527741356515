using System.Text;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Runs;
using Seal.Core.Sweeps;

namespace Seal.Core.Programs;

/// <summary>Runs the three kinds of jobs on one device slot. Keeps the domain's session (grammar masks) between jobs of the same run, and the
/// latest tasks' documents.</summary>
/// <param name="environment">What jobs may touch.</param>
/// <param name="documents">Where contexts of runs are kept between jobs; null for a cache of this slot alone.</param>
public sealed class JobRunner(IJobEnvironment environment, DocumentCache? documents = null)
{
    /// <summary>Documents that are kept: a slot meets the tasks of a phase again and again, and a few kilobytes of each are cheaper than asking the
    /// store every time.</summary>
    private const int MostDocuments = 64;

    private readonly DocumentCache _shared = documents ?? new DocumentCache();
    private readonly Dictionary<string, string> _documents = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldest = [];
    private (string Key, IDomainSession Session)? _session;

    /// <summary>The job's results; <see cref="JobResult.Seconds"/>, worker and files are the caller's to fill in.</summary>
    /// <exception cref="NumericClassException">The job is of another class than this slot's engine; nothing was computed.</exception>
    public JobResult Run(JobAssignment assignment, CancellationToken cancellation)
    {
        var blank = new JobResult(0, string.Empty, []);
        NumericClassException.ThrowIfOther($"The job {assignment.JobId}", assignment.Run.NumericClass, environment.Engine.NumericClass);
        var run = Context(assignment.Run);
        NumericClassException.ThrowIfOther($"The run of the job {assignment.JobId}", run.NumericClass, environment.Engine.NumericClass);
        return assignment switch
        {
            { Propose: { } job } => blank with { Propose = new ProposeProgram(this, environment).Run(run, job, cancellation) },
            { FineTune: { } job } => blank with { FineTune = new FineTuneProgram(this, environment).Run(run, job, cancellation) },
            { Update: { } job } => blank with { Update = new UpdateProgram(this, environment).Run(run, job, cancellation) },
            _ => throw new ArgumentException($"Job {assignment.JobId} asks for nothing.", nameof(assignment)),
        };
    }

    /// <summary>The run's context, with the arm's self-edits where it has a file of them.</summary>
    private RunContext Context(RunRef run)
    {
        var context = _shared.Get<RunContext>(run.ContextSha256, environment.ReadBlob);
        return context.Arm.Edits is { } edits
            ? context with
            {
                Arm = context.Arm with
                {
                    Edits = edits with { ByTask = _shared.Get<Dictionary<string, IReadOnlyList<string>>>(edits.Sha256, environment.ReadBlob) },
                },
            }
            : context;
    }

    /// <summary>The model with the hashes of all its adapters.</summary>
    internal ModelRef Model(PolicyRef policy) => new(policy.BaseSha256, BlobLists.Read<string>(_shared, policy.Adapters, environment.ReadBlob));

    /// <summary>The rounds among a run's phases, with what was tried in them.</summary>
    internal IReadOnlyList<PastRound> Past(ListRef? phases) =>
        phases is null
            ? []
            :
            [
                .. BlobLists
                    .Read<PhaseEntry>(_shared, phases, environment.ReadBlob)
                    .Where(entry => entry.Phase.IsRound)
                    .Select(entry => new PastRound(entry.Round, _shared.Get<PhaseTasks>(entry.TasksSha256, environment.ReadBlob).Tasks)),
            ];

    /// <summary>A session is bound to settings and to what a model can read. The latter follows from the base model's content, and from nothing
    /// less: two models may share a vocabulary.</summary>
    internal IDomainSession Session(RunSettings settings, IModelHandle model)
    {
        var key = SealJson.Hash(settings) + model.Model.BaseSha256;
        if (_session is not { } cached || cached.Key != key)
        {
            cached = (key, environment.Domain(settings.Domain).Open(settings, model.Info));
            _session = cached;
        }

        return cached.Session;
    }

    internal TaskDocument Task(TaskRef task)
    {
        if (!_documents.TryGetValue(task.Sha256, out var json))
        {
            json = Encoding.UTF8.GetString(environment.ReadBlob(task.Sha256));
            if (_oldest.Count == MostDocuments)
            {
                _documents.Remove(_oldest.Dequeue());
            }

            _documents.Add(task.Sha256, json);
            _oldest.Enqueue(task.Sha256);
        }

        return new TaskDocument(task.Id, json);
    }
}
