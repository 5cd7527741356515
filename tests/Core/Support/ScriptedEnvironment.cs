using System.Text;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;

namespace Seal.Core.Tests.Support;

/// <summary>
/// The world of one job program: a scripted engine and domain, blobs in memory, and a list of everything that was kept or reported.
/// </summary>
internal sealed class ScriptedEnvironment : IJobEnvironment, IModelFiles
{
    private readonly Dictionary<string, byte[]> _blobs = [];
    private readonly HashSet<string> _tasks = [];

    public ScriptedEngine Engine { get; init; } = new();

    public ScriptedDomain Words { get; init; } = new();

    IEngine IJobEnvironment.Engine => Engine;

    public IModelFiles Files => this;

    /// <summary>Hashes of the tasks that were read, in order.</summary>
    public List<string> Reads { get; } = [];

    /// <summary>Hashes of the other documents that were read, contexts of runs and files of self-edits, in order.</summary>
    public List<string> Documents { get; } = [];

    /// <summary>What was listed in the manifest.</summary>
    public List<(string Name, byte[] Bytes)> Kept { get; } = [];

    public List<(int Candidate, byte[] Bytes)> Adapters { get; } = [];

    public List<(int Step, int Total, double? Loss)> Steps { get; } = [];

    public IDomain Domain(string id) => id == Words.Id ? Words : throw new ArgumentException(id);

    /// <summary>A task whose document is its id in quotation marks.</summary>
    public TaskRef Task(string id)
    {
        var sha256 = Blob(Encoding.UTF8.GetBytes($"\"{id}\""));
        _tasks.Add(sha256);
        return new TaskRef(id, sha256);
    }

    /// <summary>A run whose context, and file of self-edits, is a blob here.</summary>
    public RunRef Run(RunContext run)
    {
        _ = run.Arm.Edits is { } edits ? Blob(edits.ToBytes()) : null;
        return new RunRef(run.Sweep, run.Run, run.Fork, run.NumericClass, Blob(SealJson.ToBytes(run)));
    }

    /// <summary>What names a model; the list of its adapters is here.</summary>
    public PolicyRef Policy(ModelRef model)
    {
        var list = ListRef.Empty;
        foreach (var adapter in model.Adapters)
        {
            // The beginning is one jump away, whatever the length.
            list = new ListRef(list.Count + 1, Blob(SealJson.ToBytes(new ListLink<string>(adapter, list.Count + 1, list.Head, null, 0))));
        }

        return new PolicyRef(model.BaseSha256, list);
    }

    public byte[] ReadBlob(string sha256)
    {
        (_tasks.Contains(sha256) ? Reads : Documents).Add(sha256);
        return _blobs[sha256];
    }

    private string Blob(byte[] bytes)
    {
        var sha256 = ArtifactKey.Sha256(bytes);
        _blobs[sha256] = bytes;
        return sha256;
    }

    public ArtifactFile Keep(string name, byte[] bytes)
    {
        Kept.Add((name, bytes));
        var sha256 = ArtifactKey.Sha256(bytes);
        return new ArtifactFile(name, ArtifactKey.Blob(sha256), sha256, bytes.Length);
    }

    public void KeepAdapter(int candidate, ITrainedDelta delta) => Adapters.Add((candidate, delta.ToSafetensors()));

    public void Progress(int step, int total, double? loss) => Steps.Add((step, total, loss));

    public string BaseFolder(string sha256) => throw new NotSupportedException();

    public byte[] Adapter(string sha256) => throw new NotSupportedException();
}
