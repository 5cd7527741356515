namespace Seal.Core.Judges;

/// <summary>Calls answers right or wrong: a model behind an address, or what it said before.</summary>
public interface IAnswerJudge
{
    /// <summary>Asked before a training is paid for whose answers are to be judged.</summary>
    /// <param name="judge">The model that is to judge.</param>
    /// <exception cref="JudgeException">It cannot be asked; says what to do.</exception>
    void Demand(string judge);

    /// <returns>One verdict per query, in their order.</returns>
    /// <exception cref="JudgeException">It gave no verdict, and will not give one if it is asked the same again; says what to do.</exception>
    /// <exception cref="IOException">It is away.</exception>
    IReadOnlyList<bool> Verdicts(IReadOnlyList<JudgeQuery> queries, CancellationToken cancellation);
}

/// <summary>There is no verdict to be had: no judge is set up, it refuses to answer, or it answers with something else than yes or no.</summary>
public sealed class JudgeException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>This process has no judge.</summary>
    public static JudgeException None(string judge) =>
        new(
            $"Answers are to be judged by {judge}. Set SEAL_JUDGE_URL to the address that serves it, or SEAL_JUDGE_FOLDER to its folder "
                + $"(docs/knowledge.md)."
        );
}
