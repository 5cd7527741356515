using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Judges;

namespace Seal.Core.Programs;

/// <summary>What a job program may touch: one engine, the domain, content-addressed bytes, and a way to say how far it is.</summary>
public interface IJobEnvironment
{
    IEngine Engine { get; }

    IModelFiles Files { get; }

    /// <summary>Judges answers; null where this process has no judge.</summary>
    IAnswerJudge? Judge => null;

    /// <exception cref="Sweeps.SweepException">No such domain.</exception>
    IDomain Domain(string id);

    /// <summary>Bytes by content hash.</summary>
    byte[] ReadBlob(string sha256);

    /// <summary>Keeps bytes under their content hash and lists them in the attempt's manifest.</summary>
    ArtifactFile Keep(string name, byte[] bytes);

    /// <summary>Keeps a candidate's adapter where the host keeps such; most do not, for they can be trained again to the same bytes.</summary>
    void KeepAdapter(int candidate, ITrainedDelta delta) { }

    /// <summary>Reports progress; throws <see cref="OperationCanceledException"/> when the lease was lost.</summary>
    void Progress(int step, int total, double? loss);
}
