using Seal.Core.Judges;

namespace Seal.Silo.Judging;

/// <summary>A judge that has the model at hand. Used by all slots of a process at once.</summary>
public interface IModelJudge : IAnswerJudge, IDisposable
{
    /// <summary>Asks one question, again where that may help.</summary>
    /// <param name="query">The question.</param>
    /// <param name="onWait">Told why before every wait.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="JudgeException">There is no verdict to be had.</exception>
    /// <exception cref="IOException">The judge is away.</exception>
    Task<bool> Ask(JudgeQuery query, Action<string> onWait, CancellationToken cancellation);
}
