using System.Globalization;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Proposers;
using Seal.Core.Randomness;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Updates;
using Seal.Models.Engine;
using Seal.Models.Llama;

namespace Seal.Client.Sweeps.Planning;

/// <summary>
/// What a plan asks of its model, from the texts of a draw of tasks: no weight is read. Upper bounds where nothing is known yet: every text is
/// written to its longest, every self-edit is valid and another one.
/// </summary>
/// <param name="Model">What a token costs.</param>
/// <param name="Proposing">Policies that write self-edits.</param>
/// <param name="Training">Inner loops.</param>
/// <param name="Judging">Adapted models that answer, and the base model where nothing is trained.</param>
/// <param name="Updating">Policies that are trained.</param>
/// <param name="EditTokens">Longest self-edit that was counted, where self-edits are free text; null elsewhere.</param>
internal sealed record PlanWork(ModelCost Model, Work Proposing, Work Training, Work Judging, Work Updating, int? EditTokens)
{
    /// <summary>Tokens of a line of free text that nobody has written yet: lines are texts of their own in some domains.</summary>
    public const int LineTokens = 20;

    private const int MostTasks = 40;
    private const int EditsPerTask = 3;

    public Work Total => Proposing + Training + Judging + Updating;

    public double Flops => Total.Flops(Model);

    /// <param name="sweep">The plan; its model's configuration and vocabulary are read.</param>
    /// <param name="editTokens">Longest self-edit in tokens; null for what the settings allow.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <exception cref="SweepException">It has no model to count for.</exception>
    /// <exception cref="ModelFormatException">Configuration or vocabulary cannot be read; says what is missing.</exception>
    public static PlanWork Of(LoadedSweep sweep, int? editTokens, CancellationToken cancellation)
    {
        var folder = sweep.ModelFolder ?? throw new SweepException("engine.kind = \"fake\" has no model whose operations could be counted.");
        var config = LlamaConfig.Load(folder);
        var count = new Counting(sweep, ModelDescription.OfShape(folder), editTokens, cancellation);
        foreach (var run in sweep.Runs)
        {
            count.Add(run);
        }

        return new PlanWork(ModelCost.Of(config), count.Proposing, count.Training, count.Judging, count.Updating, count.EditTokens);
    }

    private sealed class Counting(LoadedSweep sweep, ModelInfo info, int? editTokens, CancellationToken cancellation)
    {
        private readonly Dictionary<string, (Work Training, Work Judging)> _loops = new(StringComparer.Ordinal);
        private readonly Dictionary<string, IDomainSession> _sessions = new(StringComparer.Ordinal);

        public Work Proposing { get; private set; } = Work.None;

        public Work Training { get; private set; } = Work.None;

        public Work Judging { get; private set; } = Work.None;

        public Work Updating { get; private set; } = Work.None;

        public int? EditTokens { get; private set; }

        public void Add(RunPlan run)
        {
            foreach (var phase in run.Phases.Where(phase => phase.On != TaskSet.None))
            {
                Add(run, phase);
            }

            if (run.Learns)
            {
                Updating += Update(run) * run.Phases.Count(phase => phase.Phase.IsRound);
            }
        }

        private void Add(RunPlan run, RunTasks phase)
        {
            var (proposed, loops, judged) = PlanCost.Most(run, phase, sweep.Spec, Space);
            if (run.Arm.Source.Learns && phase is { Given: null, Edits: null } && proposed > 0)
            {
                var each = Mean(phase, task => Draw(run, task, (int)proposed));
                Proposing += each * SweepPlan.Tasks(sweep.Spec, phase);
            }

            if (judged > 0)
            {
                var key = $"{run.Place} {phase.On} {phase.Judging} {phase.Given}";
                if (!_loops.TryGetValue(key, out var loop))
                {
                    var parts = new List<(Work, Work)>();
                    _ = Mean(
                        phase,
                        task =>
                        {
                            parts.AddRange(Edits(run, phase, task).Select((edit, i) => Trial(run, phase, task, edit, i)));
                            return Work.None;
                        }
                    );
                    var share = 1.0 / Math.Max(1, parts.Count);
                    _loops[key] = loop = parts.Aggregate(
                        (Work.None, Work.None),
                        (sum, part) => (sum.Item1 + (part.Item1 * share), sum.Item2 + (part.Item2 * share))
                    );
                }

                Training += loop.Training * loops;
                Judging += loop.Judging * judged;
            }
        }

        private Work Draw(RunPlan run, TaskDocument task, int proposed)
        {
            var model = new CountingModel(info);
            var settings = run.Settings.Proposal with { MaxNewTokens = Longest(run) };
            model.Sample(Session(run).Prompt(task).Request(settings, new Seed[proposed]), cancellation);
            return model.Done;
        }

        private (Work Training, Work Judging) Trial(RunPlan run, RunTasks phase, TaskDocument task, string edit, int number)
        {
            cancellation.ThrowIfCancellationRequested();
            var model = new CountingModel(info);
            using var runner = new TrialRunner(Session(run), model, task, model.Opener, UnaskedJudge.Instance);
            var seed = new Seed(0).Derive("plan", task.Id, number.ToString(CultureInfo.InvariantCulture));
            var trial = runner.Train([runner.Plan(edit, seed)], null, cancellation)[0];
            var trained = model.Done;
            if (trial.Failure is null)
            {
                runner.Judge(trial, phase.Judging, cancellation);
            }

            return (trained, model.Done + (trained * -1));
        }

        /// <summary>Every pair that a rule may keep, in each epoch.</summary>
        private Work Update(RunPlan run)
        {
            var update = run.Settings.Update;
            var pairs = (int)
                Math.Ceiling(SweepPlan.TrainTasks(sweep.Spec) * run.Settings.Proposal.Candidates * UpdateFilter.LikelyKept(run.Settings, 1));
            var each = Mean(sweep.Training, task => Work.Training(Session(run).UpdateSequence(task, Edits(run, null, task)[0]).Length));
            return (each * ((double)pairs * update.TrainingEpochs))
                + (Work.None with { Steps = UpdatePlan.Steps(pairs, update.TrainingEpochs, update.Batch) });
        }

        /// <summary>Self-edits of a task: those that the file names, a draw from the domain's list, or a text of the longest length.</summary>
        private string[] Edits(RunPlan run, RunTasks? phase, TaskDocument task)
        {
            if (phase?.Given is { } given)
            {
                return [given];
            }

            if (!run.Arm.Source.Trains)
            {
                return [NoneProposer.Payload];
            }

            var session = Session(run);
            string[] written =
            [
                .. run.Arm.Source.Written(run.Arm).Take(EditsPerTask).Select(one => session.Parse(one.Edit).Payload).OfType<string>(),
            ];
            return written.Length > 0 ? written
                : session.Space is { } space
                    ? [.. Enumerable.Range(0, EditsPerTask).Select(i => space.Random(new CounterRandom(new Seed(0).Derive("plan", task.Id, $"{i}"))))]
                : [Text(run, session, task)];
        }

        /// <summary>Words of the prompt over and over, in lines: what is written about a task is like it.</summary>
        private string Text(RunPlan run, IDomainSession session, TaskDocument task)
        {
            var longest = Longest(run);
            EditTokens = Math.Max(EditTokens ?? 0, longest);
            var prompt = session.Prompt(task).Tokens;
            var tokens = Enumerable.Range(0, longest).Select(i => prompt[i % prompt.Length]);
            var lines = tokens.Chunk(LineTokens).Select(line => info.Tokenizer.Decode(line).ReplaceLineEndings(" "));
            return session.Parse(string.Join('\n', lines)).Payload
                ?? throw new SweepException("A text of the prompt's words is no self-edit of this domain: how long its own are is not known.");
        }

        private int Longest(RunPlan run) =>
            Math.Min(run.Settings.Proposal.MaxNewTokens, Session(run).Space is null ? editTokens ?? int.MaxValue : int.MaxValue);

        private Work Mean(RunTasks phase, Func<TaskDocument, Work> of) =>
            Mean(
                phase.On switch
                {
                    TaskSet.Training => sweep.Training,
                    TaskSet.Evaluation => sweep.Evaluation,
                    _ => sweep.Retention,
                },
                of
            );

        /// <summary>Over tasks that are spread evenly.</summary>
        private static Work Mean(IReadOnlyList<TaskDocument> tasks, Func<TaskDocument, Work> of)
        {
            var count = Math.Min(MostTasks, tasks.Count);
            var sum = Enumerable.Range(0, count).Aggregate(Work.None, (sum, i) => sum + of(tasks[(int)((long)i * tasks.Count / count)]));
            return sum * (1.0 / Math.Max(1, count));
        }

        private TrialSpace Space =>
            new(
                settings => Session(settings).Space is { IsWhole: true } space ? space.Enumerate().LongCount() : null,
                (settings, kind) => InnerSeeds.Identity(EngineChoice.Domain(settings.Domain), settings, kind)
            );

        private IDomainSession Session(RunPlan run) => Session(run.Settings);

        private IDomainSession Session(RunSettings settings)
        {
            var key = SealJson.Hash(settings);
            return _sessions.TryGetValue(key, out var session) ? session : _sessions[key] = EngineChoice.Domain(settings.Domain).Open(settings, info);
        }
    }
}
