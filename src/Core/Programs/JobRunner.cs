using System.Text;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Sweeps;

namespace Seal.Core.Programs;

/// <summary>Runs the three kinds of jobs on one device slot. Keeps the domain's session (grammar masks) between jobs of the same run, and the latest tasks' documents.</summary>
public sealed class JobRunner(IJobEnvironment environment)
{
    /// <summary>Documents that are kept: a slot meets the tasks of a phase again and again, and a few kilobytes of each are cheaper than asking the store every time.</summary>
    private const int MostDocuments = 64;

    private readonly Dictionary<string, string> _documents = new(StringComparer.Ordinal);
    private readonly Queue<string> _oldest = [];
    private (string Key, IDomainSession Session)? _session;

    /// <summary>The job's results; <see cref="JobResult.Seconds"/>, worker and files are the caller's to fill in.</summary>
    public JobResult Run(JobAssignment assignment, CancellationToken cancellation)
    {
        var blank = new JobResult(0, string.Empty, []);
        return assignment switch
        {
            { Propose: { } job } => blank with { Propose = new ProposeProgram(this, environment).Run(assignment.Run, job, cancellation) },
            { FineTune: { } job } => blank with { FineTune = new FineTuneProgram(this, environment).Run(assignment.Run, job, cancellation) },
            { Update: { } job } => blank with { Update = new UpdateProgram(this, environment).Run(assignment.Run, job, cancellation) },
            _ => throw new ArgumentException($"Job {assignment.JobId} asks for nothing.", nameof(assignment)),
        };
    }

    internal IDomainSession Session(RunSettings settings, ModelInfo model)
    {
        var key = SealJson.Hash(settings) + model.Tokenizer.Id;
        if (_session is not { } cached || cached.Key != key)
        {
            cached = (key, environment.Domain(settings.Domain).Open(settings, model));
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
