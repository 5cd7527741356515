using System.Diagnostics;
using System.Globalization;
using Seal.Arc;
using Seal.Arc.Generators;
using Seal.Arc.Tasks;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Seal.Models.Engine;

namespace Seal.Bench;

/// <summary>Whole inner loops as a sweep runs them: plan, train, judge on the plain view; each worker a thread with an engine of its own.</summary>
internal sealed class InnerLoopRate : IDisposable
{
    private const string Edit =
        """{"data_generation":{"use_basic_augmentations":true,"use_size_augmentations":false,"use_chain_augmentations":false,"use_repeat_augmentations":false},"training":{"strategy":"train_using_output_tokens","learning_rate":0.001,"num_train_epochs":1}}""";

    private readonly Worker[] _workers;
    private readonly TaskDocument[] _tasks;
    private readonly int _loops;

    public InnerLoopRate(BenchModel model, BenchOptions options)
    {
        _loops = options.Loops;
        _tasks =
        [
            .. ArcTaskSource.Generate([.. TaskFamilies.Training.Select(family => family.Family)], options.Loops, 1, 6).Select(ArcTaskJson.ToDocument),
        ];
        var settings = new RunSettings(
            "arc",
            new EngineSettings(),
            new ProposalSettings(),
            new InnerSettings(Rank: options.Rank, Alpha: options.Rank, MaxTexts: 60, MaxTokens: 512),
            new RewardSettings(),
            new UpdateSettings(),
            new EvaluateSettings()
        );
        _workers = [new Worker(model, settings), new Worker(model, settings)];
        var steps = _tasks.Select(task => _workers[0].Session.PlanInnerLoop(task, Edit, new Seed(1)).Steps).ToArray();
        Description = string.Create(
            CultureInfo.InvariantCulture,
            $"LoRA r {options.Rank}, batch 2, {steps.Min()}–{steps.Max()} steps each, generated tasks up to 6 a side, judged by one "
                + $"teacher-forced pass"
        );
        Measure(1);
    }

    public string Description { get; }

    /// <summary>Inner loops per minute; every worker does the same ones.</summary>
    public double Measure(int workers)
    {
        var clock = Stopwatch.StartNew();
        var threads = _workers.Take(workers).Select(worker => new Thread(() => worker.Run(_tasks))).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return _workers.Take(workers).Select(worker => worker.Failure).FirstOrDefault(failure => failure is not null) is { } failure
            ? throw new InvalidOperationException(failure)
            : workers * _loops / clock.Elapsed.TotalMinutes;
    }

    public void Dispose() => Array.ForEach(_workers, worker => worker.Dispose());

    private sealed class Worker : IDisposable
    {
        private readonly TorchEngine _engine = new();
        private readonly BenchModel _files;

        public Worker(BenchModel files, RunSettings settings)
        {
            _files = files;
            Session = new ArcDomain().Open(settings, _engine.Open(files.Reference, files).Info);
        }

        public IDomainSession Session { get; }

        public string? Failure { get; private set; }

        public void Run(TaskDocument[] tasks)
        {
            foreach (var task in tasks)
            {
                var model = _engine.Open(_files.Reference, _files);
                var plan = Session.PlanInnerLoop(task, Edit, new Seed(1));
                if (plan.Training is null)
                {
                    Failure = $"{task.Id}: {plan.Refusal}";
                    return;
                }

                var outcome = model.Train([plan.Training], null, CancellationToken.None)[0];
                Failure ??= outcome.Failure;
                Session.Evaluate(model, outcome.Delta, task, Edit, EvaluationKind.Plain, new Seed(1), CancellationToken.None);
                outcome.Delta?.Dispose();
            }
        }

        public void Dispose() => _engine.Dispose();
    }
}
