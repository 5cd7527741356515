using System.Diagnostics;
using System.Globalization;
using Seal.Arc;
using Seal.Arc.TaskSources;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Seal.Models.Engine;
using Seal.Models.Llama;

namespace Seal.Bench.References;

/// <summary>
/// The paper's released procedure beside ours: the same tasks, self-edits, model and device, in turn, nothing looked up. Both run on this engine, so
/// that what is measured are the ideas and not somebody's kernels. On distinct self-edits, and on a round as the policy samples it, where equal
/// self-edits are one inner loop to us. Sampling is in neither: both would sample alike.
/// </summary>
internal sealed class ReferenceBench : IDisposable
{
    private const double FittedLoss = 0.01;
    private const int FittedSteps = 10;

    private readonly ReferenceOptions _options;
    private readonly RunSettings _settings;
    private readonly BenchModel _model;
    private readonly IReadOnlyList<TaskDocument> _tasks;

    /// <param name="options">As given.</param>
    /// <exception cref="SweepException">The sweep cannot be used.</exception>
    public ReferenceBench(ReferenceOptions options)
    {
        _options = options;
        var spec = SweepFile.Read(options.Sweep, options.Overrides);
        _settings = spec.Runs[0].Settings;
        if (_settings.Evaluate.Views < 1)
        {
            throw new SweepException("evaluate.views: the released procedure votes over views; expected 1 or more.");
        }

        _tasks = ArcTaskSets.Load(spec.Tasks).Train;
        _model = BenchModel.Open(spec.Model.Path);
    }

    public void Run(TextWriter output)
    {
        var ladder = Procedure.Ladder(_options);
        var (distinct, sampled) = Trials();
        var kept = sampled.Distinct().ToArray();
        output.WriteLine(
            Invariant(
                $"{_tasks.Count} tasks, {distinct.Count} distinct self-edits that train; a round of {_options.Candidates} sampled a task: {sampled.Count} that train, {kept.Length} different ones"
            )
        );

        // A round of what is the same but for duplicates: the ladder's ends, and ours once each.
        (Procedure How, IReadOnlyList<Trial> What)[] rows =
        [
            .. ladder.Select(procedure => (procedure, distinct)),
            (ladder[0] with { Name = "a round: the released procedure" }, sampled),
            (ladder[^1] with { Name = "a round: all of the above" }, sampled),
            (ladder[^1] with { Name = "a round: + equal self-edits shared", Shares = true }, kept),
        ];
        var seconds = rows.Select(_ => new Series()).ToArray();
        var verdicts = new IReadOnlyList<bool>[rows.Length];
        var steps = new long[rows.Length];
        for (var repeat = 0; repeat < _options.Repeats; repeat++)
        {
            for (var row = 0; row < rows.Length; row++)
            {
                var clock = Stopwatch.StartNew();
                (verdicts[row], steps[row]) = Try(rows[row].How, rows[row].What);
                seconds[row].Add(clock.Elapsed.TotalSeconds);
                Console.Error.WriteLine(Invariant($"{repeat + 1} of {_options.Repeats}: {rows[row].How.Name}, {seconds[row].Last:0.0} s"));
            }
        }

        output.WriteLine("| procedure | inner loops | steps | seconds (least, most) | times as fast | verdicts as released |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|");
        for (var row = 0; row < rows.Length; row++)
        {
            var first = row < ladder.Count ? 0 : ladder.Count;
            var same = rows[row].How.Shares
                ? ""
                : Invariant($"{verdicts[row].Zip(verdicts[first]).Count(pair => pair.First == pair.Second)} of {verdicts[row].Count}");
            output.WriteLine(
                Invariant(
                    $"| {rows[row].How.Name} | {rows[row].What.Count} | {steps[row]} | {seconds[row].Median:0.0} ({seconds[row].Least:0.0}, {seconds[row].Most:0.0}) | {seconds[first].MedianQuotient(seconds[row]):0.00} | {same} |"
                )
            );
        }
    }

    public void Dispose() => _model.Dispose();

    /// <summary>Self-edits of both measurements. What is refused (over the cap of steps) costs nobody anything and is left out.</summary>
    private (IReadOnlyList<Trial> Distinct, IReadOnlyList<Trial> Sampled) Trials()
    {
        using var engine = NewEngine(1);
        var model = engine.Open(_model.Reference, _model);
        var session = new ArcDomain().Open(_settings, model.Info);
        var (distinct, sampled) = (new List<Trial>(), new List<Trial>());
        foreach (var task in _tasks)
        {
            var random = new CounterRandom(new Seed(1).Derive("reference", task.Id));
            var drawn = new HashSet<string>(StringComparer.Ordinal);
            for (var tries = 0; drawn.Count < _options.Edits && tries < 1000; tries++)
            {
                if (session.Space!.Random(random) is var edit && Trains(edit) && drawn.Add(edit))
                {
                    distinct.Add(new Trial(task, edit));
                }
            }

            var prompt = session.Prompt(task);
            Seed[] seeds = [.. Enumerable.Range(0, _options.Candidates).Select(i => new Seed(1).Derive("sample", task.Id, Invariant($"{i}")))];
            var proposal = _settings.Proposal;
            var texts = model.Sample(
                new SampleRequest(
                    prompt.Tokens,
                    prompt.Positions,
                    prompt.Constraint,
                    seeds,
                    proposal.Temperature,
                    proposal.MaxNewTokens,
                    proposal.TopP
                ),
                CancellationToken.None
            );
            sampled.AddRange(
                texts
                    .Select(text => session.Parse(model.Info.Tokenizer.Decode(text.Tokens)).Payload)
                    .OfType<string>()
                    .Where(Trains)
                    .Select(edit => new Trial(task, edit))
            );

            bool Trains(string edit) => session.PlanInnerLoop(task, edit, new Seed(1)).Training is not null;
        }

        return (distinct, sampled);
    }

    /// <returns>Whether each trial solved its task by the vote's first two answers, and the optimizer steps in all.</returns>
    private (IReadOnlyList<bool> Verdicts, long Steps) Try(Procedure how, IReadOnlyList<Trial> trials)
    {
        // As the grid packs: only self-edits of one task train side by side.
        int[][] packs = [.. Enumerable.Range(0, trials.Count).GroupBy(i => trials[i].Task).SelectMany(task => task.Chunk(how.Pack))];
        var (verdicts, next, steps) = (new bool[trials.Count], -1, 0L);
        Exception? failure = null;
        Thread[] workers = [.. Enumerable.Range(0, how.Workers).Select(_ => new Thread(Work))];
        Array.ForEach(workers, worker => worker.Start());
        Array.ForEach(workers, worker => worker.Join());
        return failure is null ? (verdicts, steps) : throw new InvalidOperationException(failure.Message, failure);

        void Work()
        {
            try
            {
                using var engine = NewEngine(how.Threads);
                var model = engine.Open(_model.Reference, _model);
                var session = new ArcDomain().Open(Settings(how), model.Info);
                for (int pack; (pack = Interlocked.Increment(ref next)) < packs.Length; )
                {
                    Interlocked.Add(ref steps, TryPack(how, model, session, [.. packs[pack].Select(i => trials[i])], packs[pack], verdicts));
                }
            }
            catch (Exception wrong)
            {
                failure = wrong;
            }
        }
    }

    private static long TryPack(Procedure how, IModelHandle model, IDomainSession session, Trial[] pack, int[] places, bool[] verdicts)
    {
        // On the plan: a schema may have an early stop of its own.
        TrainRequest[] plans =
        [
            .. pack.Select(trial => session.PlanInnerLoop(trial.Task, trial.Edit, trial.Seed).Training!)
                .Select(plan => plan with { StopBelowLoss = how.StopsEarly ? FittedLoss : 0, StopAfterSteps = FittedSteps }),
        ];
        var pad = model.Info.Tokenizer.EndTokens.Ids[0];
        var outcomes = model.Train([.. plans.Select(plan => how.Pads ? PaddedTexts.Of(plan, pad) : plan)], null, CancellationToken.None);
        for (var i = 0; i < pack.Length; i++)
        {
            if (outcomes[i].Failure is null)
            {
                var seen = session.Evaluate(
                    model,
                    outcomes[i].Delta,
                    pack[i].Task,
                    pack[i].Edit,
                    EvaluationKind.Vote,
                    pack[i].Seed,
                    CancellationToken.None
                );
                verdicts[places[i]] = seen.Observations.First(observation => observation.Name == ObservationNames.VoteTop2).Value >= 1;
            }

            outcomes[i].Delta?.Dispose();
        }

        return outcomes.Sum(outcome => (long)outcome.Losses.Length);
    }

    private RunSettings Settings(Procedure how) =>
        _settings with
        {
            Evaluate = _settings.Evaluate with { Decode = how.DecodesAll ? "all" : "unsettled" },
        };

    private TorchEngine NewEngine(int threads) => new(new EngineOptions(_options.Device, _settings.Engine.Dtype ?? "fp32", new Execution(threads)));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>One inner loop. Its seed follows from what it is, so equal self-edits of a task are the same one.</summary>
    private sealed record Trial(TaskDocument Task, string Edit)
    {
        public Seed Seed => new Seed(1).Derive("inner", Task.Id, Edit);
    }
}
