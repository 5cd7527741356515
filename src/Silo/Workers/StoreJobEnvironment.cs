using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Judges;
using Seal.Core.Programs;
using Seal.Grains.Abstractions;
using Seal.Grains.Telemetry;
using Seal.Silo.Storage;

namespace Seal.Silo.Workers;

/// <summary>What one device slot gives its job programs. Calls come from the slot's own thread, so waiting for the store is fine.</summary>
internal sealed class StoreJobEnvironment(
    IEngine engine,
    IModelFiles files,
    IArtifactStore store,
    IReadOnlyList<IDomain> domains,
    TimeProvider time,
    bool keepsAdapters = false
) : IJobEnvironment
{
    private readonly List<ArtifactFile> _kept = [];
    private JobAssignment? _job;
    private long _signs;
    private long _lastSign;

    public IEngine Engine => engine;

    public IModelFiles Files => files;

    public IArtifactStore Store => store;

    public IAnswerJudge? Judge { get; init; }

    /// <summary>The latest progress; read by the heartbeat.</summary>
    public JobProgress Latest { get; private set; } = new(0, 0, null);

    public CancellationToken Lease { get; private set; }

    /// <summary>Signs of life since <see cref="Begin"/>, and the timestamp of the last one (or of the beginning).</summary>
    public (long Signs, long Last) Signs => (Interlocked.Read(ref _signs), Interlocked.Read(ref _lastSign));

    /// <summary>Files kept since <see cref="Begin"/>.</summary>
    public IReadOnlyList<ArtifactFile> Kept => _kept;

    public void Begin(JobAssignment job, CancellationToken lease)
    {
        _job = job;
        Lease = lease;
        Latest = new JobProgress(0, 0, null);
        _kept.Clear();
        Interlocked.Exchange(ref _signs, 0);
        Interlocked.Exchange(ref _lastSign, time.GetTimestamp());
    }

    public IDomain Domain(string id) => domains.Named(id);

    public byte[] ReadBlob(string sha256) => Blobs.Get(store, sha256, Lease).GetAwaiter().GetResult();

    public ArtifactFile Keep(string name, byte[] bytes)
    {
        var sha256 = Blobs.Put(store, bytes, Lease).GetAwaiter().GetResult();
        var file = new ArtifactFile(name, ArtifactKey.Blob(sha256), sha256, bytes.Length);
        _kept.Add(file);
        return file;
    }

    public void KeepAdapter(int candidate, ITrainedDelta delta)
    {
        if (keepsAdapters)
        {
            var pack = _job!.JobId;
            var key = $"{pack[..pack.LastIndexOf('/')]}/{candidate.ToString("000", System.Globalization.CultureInfo.InvariantCulture)}";
            AdapterArchive.Keep(store, key, delta.ToSafetensors(), Lease).GetAwaiter().GetResult();
        }
    }

    public void Progress(int step, int total, double? loss)
    {
        Lease.ThrowIfCancellationRequested();
        SignOfLife();
        GridMeters.Steps(_job!, step - Latest.Step);
        Latest = new JobProgress(step, total, loss is { } value && double.IsFinite(value) ? value : null);
    }

    /// <summary>The job is not stuck: it goes on, or waits for somebody who is away.</summary>
    public void SignOfLife()
    {
        Interlocked.Increment(ref _signs);
        Interlocked.Exchange(ref _lastSign, time.GetTimestamp());
    }
}
