namespace Seal.Samples.Digits;

/// <summary>What a trial reads of the inner loop's settings.</summary>
internal sealed record DigitsTraining(DeltaSpec Delta, int Batch, int MaxSteps, double GradientClip)
{
    public static DigitsTraining Of(InnerSettings inner) => new(inner.DeltaSpec, inner.Batch, inner.MaxSteps, inner.GradientClip);
}

/// <summary>The domain bound to settings and vocabulary. Each digit is written by itself: the same tokens wherever it stands.</summary>
internal sealed class DigitsSession(RunSettings settings, ModelInfo model) : IDomainSession, IEditSpace
{
    private static readonly string[] Edits =
    [
        .. from texts in new[] { "whole", "pairs" }
        from steps in new[] { 4, 16, 64 }
        from rate in new[] { 0.0003, 0.001, 0.003, 0.01 }
        select SealJson.ToText(new DigitsEdit(texts, steps, rate)),
    ];

    private readonly DigitsTraining _training = DigitsTraining.Of(settings.Inner);
    private readonly ITokenConstraint _constraint = GrammarConstraint.Create(Grammar.Choice(Edits), model.Tokenizer);

    public IEditSpace Space => this;

    public string Random(CounterRandom random) => Edits[random.NextInt(Edits.Length)];

    public IEnumerable<string> Enumerate() => Edits;

    public ProposalPrompt Prompt(TaskDocument task) => new(PromptOf(task), SequentialPositions.Instance, _constraint);

    public EditVerdict Parse(string text) =>
        string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))) is var edit && Edits.Contains(edit)
            ? EditVerdict.Valid(edit)
            : EditVerdict.Invalid($"expected a self-edit such as {Edits[0]}");

    public InnerLoopPlan PlanInnerLoop(TaskDocument task, string payload, Seed seed) =>
        payload == NoneProposer.Payload
            ? new InnerLoopPlan(null, null, NoTraining: true)
            : InnerLoopPlan.Train(Training(Shown(task), SealJson.Parse<DigitsEdit>(payload), seed));

    public EvaluationResult Evaluate(
        IModelHandle model,
        ITrainedDelta? delta,
        TaskDocument task,
        string payload,
        EvaluationKind kind,
        Seed seed,
        CancellationToken cancellation
    )
    {
        var read = SealJson.Parse<DigitsTask>(task.Json);
        var (given, answer) = (Tokens(read.Given), Tokens(read.Answer));
        var best = model.Score(delta, [Learned(given, answer)], cancellation)[0].Argmax;
        var right = answer.Where((token, i) => best[given.Length + i] == token).Count() / (double)answer.Length;
        return new EvaluationResult([new(ObservationNames.Exact, right == 1 ? 1 : 0), new(ObservationNames.TokenAccuracy, right)], null);
    }

    public TokenSequence UpdateSequence(TaskDocument task, string payload, DrawnTokens? drawn = null, Seed? view = null)
    {
        var written = drawn ?? new DrawnTokens(model.Tokenizer.Encode(payload), Ended: true);
        int[] end = written.Ended ? [model.Tokenizer.EndOfText] : [];
        var text = Learned(PromptOf(task), [.. written.Tokens, .. end]);
        var choices = settings is { Update.Tokens: UpdateSettings.Choices, Proposal.Grammar: true };
        return choices ? GrammarConstraint.OnlyChoices(text, _constraint) : text;
    }

    private TrainRequest Training(IReadOnlyList<string> shown, DigitsEdit edit, Seed seed)
    {
        var steps = Math.Min(edit.Steps, _training.MaxSteps);
        string[] texts =
            edit.Texts == "whole" ? [.. shown] : [.. shown.SelectMany(text => text.Zip(text.Skip(1), (left, right) => $"{left}{right}"))];
        var random = new CounterRandom(seed.Derive("batches"));
        int[][] batches = [.. Enumerable.Range(0, steps).Select(_ => random.NextPermutation(texts.Length).Take(_training.Batch).ToArray())];
        var optimizer = new OptimizerSpec(edit.LearningRate, 0, steps, Constant: true, GradientClip: _training.GradientClip);
        return new TrainRequest(_training.Delta, seed.Derive("initial"), [.. texts.Select(text => Learned([], Tokens(text)))], batches, optimizer);
    }

    private string[] Shown(TaskDocument task) => [.. SealJson.Parse<DigitsTask>(task.Json).Shown.Take(settings.Own<int>(DigitsDomain.Shown))];

    private int[] PromptOf(TaskDocument task) => [.. Shown(task).SelectMany(text => Tokens(text).Concat(model.Tokenizer.Encode(";")))];

    /// <summary>Grid vocabularies have a token of their own for each of ten colours, which their models have seen most.</summary>
    private int[] Tokens(string digits) =>
        [.. digits.SelectMany(digit => model.Tokenizer.TryGetSpecial($"<c{digit}>", out var cell) ? [cell] : model.Tokenizer.Encode($"{digit}"))];

    /// <summary>A prompt, and behind it what counts in the loss.</summary>
    private static TokenSequence Learned(int[] prompt, int[] tokens) =>
        new([.. prompt, .. tokens], [.. prompt.Select(_ => 0f), .. tokens.Select(_ => 1f)]);
}
