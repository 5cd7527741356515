namespace Seal.Client.Knowledge;

/// <summary>How well a grader agrees with a judge.</summary>
/// <param name="Answers">Answers that both graded.</param>
/// <param name="Same">Share of them that both graded alike, 0..1.</param>
/// <param name="Kappa">Cohen's κ: the same beyond what chance would give, at most 1; not a number where both say one thing always.</param>
/// <param name="GraderCorrect">Share that the grader calls correct.</param>
/// <param name="JudgeCorrect">Share that the judge calls correct.</param>
internal sealed record Agreement(int Answers, double Same, double Kappa, double GraderCorrect, double JudgeCorrect)
{
    /// <param name="pairs">The grader's and the judge's verdicts, at least one.</param>
    public static Agreement Of(IReadOnlyList<(bool Grader, bool Judge)> pairs)
    {
        var same = pairs.Count(pair => pair.Grader == pair.Judge) / (double)pairs.Count;
        var (grader, judge) = (pairs.Count(pair => pair.Grader) / (double)pairs.Count, pairs.Count(pair => pair.Judge) / (double)pairs.Count);
        var chance = (grader * judge) + ((1 - grader) * (1 - judge));
        return new Agreement(pairs.Count, same, (same - chance) / (1 - chance), grader, judge);
    }
}
