using Seal.Core.Engines;
using Seal.Core.Judges;
using Seal.Core.Sweeps;

namespace Seal.Silo.Judging;

/// <summary>Who judges in this process, as its environment says: a model behind an address, or a chat checkpoint in a folder.</summary>
public sealed class JudgeSource
{
    private readonly JudgeEndpoint? _endpoint;
    private readonly JudgeCheckpoint? _checkpoint;

    private JudgeSource(JudgeEndpoint? endpoint, JudgeCheckpoint? checkpoint) => (_endpoint, _checkpoint) = (endpoint, checkpoint);

    /// <summary>As this process' environment says; null where it names no judge.</summary>
    /// <exception cref="SweepException">A variable cannot be used, or both kinds are named.</exception>
    public static JudgeSource? OfEnvironment() => OfThisProcess.Value;

    /// <summary>Read once: a checkpoint is hashed once.</summary>
    private static readonly Lazy<JudgeSource?> OfThisProcess = new(() => Of(Environment.GetEnvironmentVariable));

    /// <param name="variable">Gives the value of a variable, or null.</param>
    /// <exception cref="SweepException">A variable cannot be used, or both kinds are named.</exception>
    public static JudgeSource? Of(Func<string, string?> variable)
    {
        var (endpoint, checkpoint) = (JudgeEndpoint.Of(variable), JudgeCheckpoint.Of(variable));
        return endpoint is not null && checkpoint is not null
                ? throw new SweepException(
                    $"{JudgeEndpoint.UrlVariable} and {JudgeCheckpoint.FolderVariable} both name a judge. Unset the one that is not meant."
                )
            : endpoint is null && checkpoint is null ? null
            : new JudgeSource(endpoint, checkpoint);
    }

    /// <exception cref="JudgeException">Another model judges here than the one that is to; says what to do.</exception>
    public void Demand(string judge)
    {
        _endpoint?.Demand(judge);
        _checkpoint?.Demand(judge);
    }

    /// <param name="time">The clock of the waits between requests.</param>
    /// <param name="engine">Makes the engine that a checkpoint is opened on.</param>
    public IModelJudge Open(TimeProvider time, Func<IEngine> engine) =>
        _endpoint is not null ? new EndpointJudge(_endpoint, time) : new CheckpointJudge(_checkpoint!, engine);
}
