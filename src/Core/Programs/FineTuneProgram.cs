using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Randomness;

namespace Seal.Core.Programs;

/// <summary>The inner loop: fine-tune a pack of deltas, judge each adapted model.</summary>
internal sealed class FineTuneProgram(JobRunner runner, IJobEnvironment environment)
{
    public FineTuneResult Run(RunContext run, FineTuneJob job, CancellationToken cancellation)
    {
        var model = environment.Engine.Open(runner.Model(job.Base), environment.Files);
        var session = runner.Session(run.Settings, model);
        var task = runner.Task(job.Task);
        var plans = job.Members.Select(member => session.PlanInnerLoop(task, member.Payload, new Seed(member.Seed))).ToArray();

        var trained = new TrainOutcome?[plans.Length];
        var slots = Enumerable.Range(0, plans.Length).Where(i => plans[i].Training is not null).ToArray();
        try
        {
            if (slots.Length > 0)
            {
                var outcomes = model.Train([.. slots.Select(i => plans[i].Training!)], Report, cancellation);
                for (var s = 0; s < slots.Length; s++)
                {
                    trained[slots[s]] = outcomes[s];
                }
            }

            return new FineTuneResult([.. Enumerable.Range(0, plans.Length).Select(Judge)]);
        }
        finally
        {
            foreach (var outcome in trained)
            {
                outcome?.Delta?.Dispose();
            }
        }

        TrialResult Judge(int slot)
        {
            var plan = plans[slot];
            var member = job.Members[slot];
            var outcome = trained[slot];
            if ((plan.Refusal ?? outcome?.Failure) is { } failure)
            {
                return new TrialResult(failure, [], outcome?.Losses.Length ?? 0, outcome?.Tokens ?? 0, null, null, null);
            }

            environment.Progress(plan.Steps, plan.Steps, null);
            var seen = session.Evaluate(model, outcome?.Delta, task, member.Payload, job.Evaluation, new Seed(member.Seed), cancellation);
            if (outcome?.Delta is { } delta)
            {
                environment.KeepAdapter(member.Index, delta);
            }

            var losses = outcome?.Losses ?? [];
            var details = SealJson.ToBytes(new TrialDetails(member.Payload, [.. losses.Select(Rounded)], seen.Predictions));
            return new TrialResult(
                null,
                seen.Observations,
                losses.Length,
                outcome?.Tokens ?? 0,
                losses.Length > 0 ? Rounded(losses[0]) : null,
                losses.Length > 0 ? Rounded(losses[^1]) : null,
                environment.Keep($"details-{member.Index:000}.json", details).Sha256
            );
        }
    }

    // Seven significant digits: what a float carries.
    private static double Rounded(double loss) => (double)(float)loss;

    private void Report(TrainStep step) =>
        environment.Progress(step.Step, step.Total, step.Losses.FirstOrDefault(loss => !double.IsNaN(loss), double.NaN));
}

/// <summary>What is kept of a trial beside its verdict.</summary>
/// <param name="Payload">The self-edit.</param>
/// <param name="Losses">Loss before each step.</param>
/// <param name="Predictions">The domain's document of predictions.</param>
public sealed record TrialDetails(string Payload, IReadOnlyList<double> Losses, string? Predictions);
