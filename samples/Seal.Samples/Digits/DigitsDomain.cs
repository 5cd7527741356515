namespace Seal.Samples.Digits;

/// <summary>Sequences of digits to go on with. Each task has a rule of its own: the next digit is (factor · digit + step) mod 10.</summary>
public sealed class DigitsDomain : IDomain
{
    private const int Length = 8;
    internal static readonly DomainSetting Shown = DomainSetting.Whole("shown", least: 1, most: 6, standard: 6);

    /// <summary>Factors that map no two digits to one; the rule that repeats its digit is left out.</summary>
    private static readonly (int Factor, int Step)[] Rules =
    [
        .. from rule in Enumerable.Range(1, 39) select (new[] { 1, 3, 7, 9 }[rule / 10], rule % 10),
    ];

    public string Id => "digits";

    public IReadOnlyList<DomainSetting> Settings => [Shown];

    public IReadOnlyList<string> Reads => ["inner.max_steps"];

    public IDomainSession Open(RunSettings settings, ModelInfo model) => new DigitsSession(settings, model);

    /// <summary>A trial reads no other settings: the session has this of the inner loop, and nothing else.</summary>
    public string TrialIdentity(RunSettings settings, EvaluationKind kind) => $"{kind} {SealJson.ToText(DigitsTraining.Of(settings.Inner))}";

    public TaskSets Load(TaskSource source)
    {
        if (source.Kind != "generated" || source.FreshCount > 0 || source.TrainCount + source.EvaluateCount > Rules.Length)
        {
            throw new SweepException(
                $"domain \"digits\" generates tasks, {Rules.Length} at most in tasks.train_count and tasks.evaluate_count together."
            );
        }

        // Another rule for every task, so none of those that are judged on was learned on.
        var seed = new Seed((ulong)source.Seed).Derive("digits");
        TaskDocument[] tasks = [.. new CounterRandom(seed).NextPermutation(Rules.Length).Select(rule => Make(Rules[rule], seed))];
        return new TaskSets(tasks[..source.TrainCount], tasks[source.TrainCount..(source.TrainCount + source.EvaluateCount)]);
    }

    /// <summary>All tasks are made here: there is none from outside to refuse.</summary>
    public string? Validate(TaskDocument task, bool needsTestOutputs) => null;

    private static TaskDocument Make((int Factor, int Step) rule, Seed seed)
    {
        var id = $"times-{rule.Factor}-plus-{rule.Step}";
        string[] sequences = [.. new CounterRandom(seed.Derive(id)).NextPermutation(10).Take(7).Select(Sequence)];
        var asked = sequences[^1];
        return new TaskDocument(id, SealJson.ToText(new DigitsTask(sequences[..^1], asked[..3], asked[3..])));

        string Sequence(int digit) =>
            string.Concat(Enumerable.Range(0, Length).Select(i => (char)('0' + (i == 0 ? digit : digit = ((rule.Factor * digit) + rule.Step) % 10))));
    }
}
