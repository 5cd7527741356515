using System.Globalization;
using Seal.Arc.Evaluation;
using Seal.Arc.Tasks;
using Seal.Client.Display;
using Seal.Client.Sweeps;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Spectre.Console;
using ArcGrid = Seal.Arc.Tasks.Grid;

namespace Seal.Client.Tries;

/// <summary>One inner loop, told step by step.</summary>
internal sealed class Attempt : IDisposable
{
    private readonly TrySettings _settings;
    private readonly ArcTask _task;
    private readonly TaskDocument _document;
    private readonly long _seed;
    private readonly IEngine _engine;
    private readonly IModelHandle _model;
    private readonly IDomainSession _session;

    private Attempt(TrySettings settings, ArcTask task, long seed, IEngine engine)
    {
        (_settings, _task, _seed, _engine) = (settings, task, seed, engine);
        Commands.ArcOnly.Demand("try", EngineChoice.Domain(settings.Run.Domain).Id);
        _document = ArcTaskJson.ToDocument(task);
        _model = engine.Open(
            new ModelRef(settings.ModelFolder is { } folder ? ModelFolder.ContentHash(folder) : FakeEngine.BaseSha256, []),
            new SingleModel(settings.ModelFolder)
        );
        _session = EngineChoice.Domain(settings.Run.Domain).Open(settings.Run, _model.Info);
    }

    /// <exception cref="SweepException">The task has no test output, or the settings do not fit the model.</exception>
    /// <exception cref="ModelFormatException">The model cannot be used.</exception>
    public static Attempt Open(TrySettings settings, ArcTask task, long seed)
    {
        if (ArcTaskJson.Validate(task, needsTestOutputs: true) is { } wrong)
        {
            throw new SweepException(wrong);
        }

        var engine = settings.Engine.Create();
        try
        {
            return new Attempt(settings, task, seed, engine);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    public void Dispose() => _engine.Dispose();

    /// <param name="edit">JSON, or one of the words random, policy, none.</param>
    /// <param name="json">End with a document.</param>
    /// <returns>The exit code.</returns>
    public int Run(string edit, bool json, CancellationToken cancellation)
    {
        var payload = Payload(edit, cancellation);
        var seed = InnerSeeds.For(_seed, _document.Id, payload);
        using var runner = new TrialRunner(_session, _model, _document);
        var planned = runner.Plan(payload, seed);
        var plan = planned.Plan;
        Terminal.Tell(
            $"task {_task.Id}: {Terminal.Count(_task.Train.Count, "demonstration")}, {Terminal.Count(_task.Test.Count, "test")}\nedit {payload}"
        );
        var model = _settings.ModelFolder is { } folder ? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) : "none (fake engine)";
        Terminal.Tell($"settings {_settings.Sweep ?? "of try itself (--sweep takes a sweep's)"}, model {model}");
        if (plan.Refusal is { } refusal)
        {
            return Failed(payload, plan, [], refusal, json);
        }

        Terminal.Tell(Describe(plan));
        var before = _session.Evaluate(_model, null, _document, payload, EvaluationKind.Plain, seed, cancellation);
        var trial = plan.Training is null
            ? runner.Train([planned], null, cancellation)[0]
            : TrainingPicture.Show(report => runner.Train([planned], report, cancellation)[0]);
        if (trial.Failure is { } failure)
        {
            return Failed(payload, plan, trial.Losses, failure, json);
        }

        var after = runner.Judge(trial, EvaluationKind.Vote, cancellation);
        Tell(before, after);
        if (json)
        {
            Terminal.Document(Document(payload, plan, trial.Losses, null, before, after));
        }

        return ExitCode.Ok;
    }

    private string Payload(string edit, CancellationToken cancellation)
    {
        var seed = new Seed((ulong)_seed).Derive("try", _document.Id);
        switch (edit)
        {
            case NoneProposer.Payload:
                return edit;
            case "random":
                return _session.Demand("--edit random").Random(new CounterRandom(seed));
            case "policy":
                var request = _session.Prompt(_document).Request(_settings.Run.Proposal, [seed]);
                return Parse(_model.Info.Tokenizer.Decode(_model.Sample(request, cancellation)[0].Tokens), "The model's edit");
            default:
                return Parse(edit, "--edit");
        }
    }

    private string Parse(string text, string source)
    {
        var verdict = _session.Parse(text);
        return verdict.Payload
            ?? throw new CommandException(
                ExitCode.Usage,
                $"{source} is no self-edit of schema '{_settings.Run.Proposal.Schema}': {verdict.Rejection}\n  got      "
                    + $"{text.ReplaceLineEndings(" ")}{(_session.Space is { } space ? $"\n  expected e.g. {space.Enumerate().First()}" : "")}"
            );
    }

    private static string Describe(InnerLoopPlan plan)
    {
        if (plan.Training is not { } training)
        {
            return "plan nothing is trained: the model answers in context";
        }

        var lengths = training.Sequences.Select(sequence => sequence.Length).ToArray();
        var delta =
            training.Delta.Kind == DeltaKind.Full
                ? "full fine-tuning"
                : FormattableString.Invariant($"LoRA rank {training.Delta.Rank}, alpha {training.Delta.Alpha:G4}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"plan {lengths.Length} texts of {lengths.Min()} to {lengths.Max()} tokens, {plan.Steps} steps of "
                + $"{training.Batches.Max(batch => batch.Length)}, learning rate {training.Optimizer.LearningRate:G4}, {delta}"
        );
    }

    private void Tell(EvaluationResult before, EvaluationResult after)
    {
        var blocks = GridBlocks.For(Terminal.Results);
        var predictions = after.Predictions is { } stored ? SealJson.Parse<Predictions>(stored).Tests : [];
        for (var i = 0; i < _task.Test.Count; i++)
        {
            var (pair, answers) = (_task.Test[i], i < predictions.Count ? predictions[i] : null);
            var tiles = new List<Block> { blocks.Titled("input", pair.Input), blocks.Titled("expected", pair.Output) };
            if (answers is not null)
            {
                tiles.Add(blocks.Titled("answered", Read(answers.Plain), pair.Output));
                tiles.Add(blocks.Titled("vote", Read(answers.First), pair.Output));
            }

            Terminal.Tell("");
            Terminal.Tell(Block.Flow(tiles, blocks.Width).ToRenderable());
        }

        var solved = Value(after, ObservationNames.Exact) == 1;
        Terminal.Results.MarkupLine(
            solved ? "[green]solved[/]: the greedy answer is exactly right" : "[yellow]not solved[/]: the greedy answer is not exactly right"
        );
        Terminal.Tell(
            string.Create(
                CultureInfo.InvariantCulture,
                $"answer tokens predicted right, each given the right ones before it: {Value(before, ObservationNames.TokenAccuracy):P0} before, "
                    + $"{Value(after, ObservationNames.TokenAccuracy):P0} after{(Value(before, ObservationNames.Exact) == 1 ? " (solved before already)" : "")}"
            )
        );
        if (Value(after, ObservationNames.VoteTop1) is { } top1)
        {
            Terminal.Tell(
                $"vote over {_settings.Run.Evaluate.Views} views: "
                    + $"{(top1 == 1 ? "right" : Value(after, ObservationNames.VoteTop2) == 1 ? "right with the second answer" : "wrong")}"
            );
        }

        if (Value(after, ArcObservations.TooLong) == 1)
        {
            Terminal.Error($"Question and answer are longer than the model's context of {_model.Info.ContextLength} tokens; nothing was asked.");
        }
    }

    private int Failed(string payload, InnerLoopPlan plan, double[] losses, string why, bool json)
    {
        Terminal.Error($"failed: {why}");
        if (json)
        {
            Terminal.Document(Document(payload, plan, losses, why, null, null));
        }

        return ExitCode.Failures;
    }

    private object Document(
        string payload,
        InnerLoopPlan plan,
        double[] losses,
        string? failure,
        EvaluationResult? before,
        EvaluationResult? after
    ) =>
        new
        {
            task = _task.Id,
            seed = _seed,
            edit = payload,
            texts = plan.Training?.Sequences.Count ?? 0,
            steps = plan.Steps,
            losses = losses.Select(loss => double.IsFinite(loss) ? (double?)loss : null),
            failure,
            solved = after is null ? (bool?)null : Value(after, ObservationNames.Exact) == 1,
            before = before?.Observations.ToDictionary(seen => seen.Name, seen => seen.Value),
            after = after?.Observations.ToDictionary(seen => seen.Name, seen => seen.Value),
            predictions = after?.Predictions is { } stored ? SealJson.Parse<Predictions>(stored).Tests : null,
        };

    private static double? Value(EvaluationResult result, string name) => result.Observations.FirstOrDefault(seen => seen.Name == name)?.Value;

    private static ArcGrid? Read(int[][]? rows) => rows is null ? null : ArcGrid.FromRows(rows);
}
