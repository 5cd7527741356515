namespace Seal.Core.Candidates;

/// <summary>One named value seen of an adapted model.</summary>
public sealed record Observation(string Name, double Value);

/// <summary>Names that rewards and reports look for. Domains may add their own.</summary>
public static class ObservationNames
{
    /// <summary>1 if the greedy answer of the plain view is exactly right on every test input, else 0.</summary>
    public const string Exact = "exact";

    /// <summary>1 if the vote's first answer is right on every test input, else 0.</summary>
    public const string VoteTop1 = "vote_top1";

    /// <summary>1 if one of the vote's first two answers is right on every test input, else 0.</summary>
    public const string VoteTop2 = "vote_top2";

    /// <summary>Share of a task's questions that are answered exactly, in [0, 1].</summary>
    public const string Accuracy = "accuracy";

    /// <summary>The share of a task's questions that are answered, plus the change of the share of unrelated ones: what an edit destroys counts
    /// against it. In [-1, 2].</summary>
    public const string NetAccuracy = "net_accuracy";

    /// <summary>Share of answer tokens whose teacher-forced argmax is right, in [0, 1].</summary>
    public const string TokenAccuracy = "token_accuracy";

    /// <summary>Share of the demonstrations' answer tokens that the adapted model has right when each is left out of its own prompt, in [0, 1];
    /// needs no test output.</summary>
    public const string DemonstrationAccuracy = "demonstration_accuracy";

    /// <summary>Mean log-probability of the right answers' tokens, teacher-forced, in nats; 0 or less.</summary>
    public const string LogProbability = "log_probability";
}
