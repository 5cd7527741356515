using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Judges;
using Seal.Core.Randomness;

namespace Seal.Core.Programs;

/// <summary>Runs the trials of a fine-tuning job, and keeps what was seen of each.</summary>
internal sealed class FineTuneProgram(JobRunner runner, IJobEnvironment environment)
{
    public FineTuneResult Run(RunContext run, FineTuneJob job, CancellationToken cancellation)
    {
        var model = environment.Engine.Open(runner.Model(job.Base), environment.Files);
        var session = runner.Session(run.Settings, model);
        if (environment.Domain(run.Settings.Domain).Judge(run.Settings) is { } judge)
        {
            // A training costs minutes, and its verdict may be out of reach.
            (environment.Judge ?? throw JudgeException.None(judge)).Demand(judge);
        }

        var opener = new ModelOpener(environment.Engine, environment.Files);
        using var trials = new TrialRunner(session, model, runner.Task(job.Task), opener, environment.Judge);
        var trained = trials.Train([.. job.Members.Select(member => trials.Plan(member.Payload, new Seed(member.Seed)))], Report, cancellation);
        return new FineTuneResult([.. job.Members.Zip(trained, Judge)]);

        TrialResult Judge(FineTuneMember member, TrainedTrial trial)
        {
            var losses = trial.Losses;
            if (trial.Failure is { } failure)
            {
                return new TrialResult(failure, [], losses.Length, trial.Tokens, null, null, null);
            }

            var steps = trial.Planned.Plan.Steps;
            environment.Progress(steps, steps, null);
            var seen = trials.Judge(trial, job.Evaluation, cancellation);
            if (trial.Delta is { } delta)
            {
                environment.KeepAdapter(member.Index, delta);
            }

            var details = SealJson.ToBytes(new TrialDetails(member.Payload, [.. losses.Select(Rounded)], seen.Predictions));
            return new TrialResult(
                null,
                seen.Observations,
                losses.Length,
                trial.Tokens,
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
