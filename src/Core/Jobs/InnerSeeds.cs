using Seal.Core.Domains;
using Seal.Core.Json;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Core.Jobs;

/// <summary>Names of seeds and of cached results: the two places where equal work is recognised as equal.</summary>
public static class InnerSeeds
{
    /// <summary>
    /// The inner seed of a candidate. Arm, round and cell are left out on purpose: the same edit on the same task under the same
    /// outer seed is the same trial, whoever proposed it and when; what differs between rounds is the model.
    /// </summary>
    public static Seed For(long outerSeed, string taskId, string payload, int replicate = 0) =>
        new Seed((ulong)outerSeed).Derive("inner", taskId, payload, replicate.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The inner seed of a candidate's trial in a phase of a run: of its own, or one of the reward table's where <c>inner.seeds</c> says so.
    /// No two trials of a candidate have one seed, and what a round kept is tried again under one that none of its trials had.</summary>
    /// <param name="run">The run.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="payload">The self-edit.</param>
    /// <param name="trial">Number of the trial, from 0.</param>
    public static Seed Of(RunContext run, PhaseId phase, string taskId, string payload, int trial = 0)
    {
        var (seeds, again) = (run.Settings.Inner.Seeds, phase.Kind == PhaseKind.TrainAgain);
        if (seeds == 0)
        {
            // Number 1 is the one of what is tried again.
            var own = trial == 0 ? 0 : trial + 1;
            return For(run.Seed, taskId, payload, again ? 1 : own);
        }

        return again
            ? OfTable(taskId, Fresh(run.Seed, taskId, seeds, run.Settings.Reward.Trials ?? 1))
            : OfTable(taskId, phase.Replicate ?? ((Replicate(run.Seed, taskId, phase.IsOnTrainingTasks, seeds) + trial) % seeds));
    }

    /// <summary>An inner seed of the reward table: the same for every self-edit of a task, so that self-edits are compared under equal
    /// draws.</summary>
    public static Seed OfTable(string taskId, int replicate) =>
        new Seed(0).Derive("inner table", taskId, replicate.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Which of the table's inner seeds an outer seed uses on a task; the same for all arms and rounds.</summary>
    /// <param name="outerSeed">The outer seed.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="trains">For rewards of training rounds; else for evaluations.</param>
    /// <param name="seeds">How many the table has.</param>
    public static int Replicate(long outerSeed, string taskId, bool trains, int seeds) =>
        new CounterRandom(new Seed((ulong)outerSeed).Derive("inner seed of the table", trains ? "train" : "evaluate", taskId)).NextInt(seeds);

    /// <summary>An inner seed that an outer seed's rewards of a task were not given under: the table's next one, or one that it has not.</summary>
    /// <param name="outerSeed">The outer seed.</param>
    /// <param name="taskId">The task.</param>
    /// <param name="seeds">How many the table has.</param>
    /// <param name="trials">Under how many rewards were given.</param>
    public static int Fresh(long outerSeed, string taskId, int seeds, int trials) =>
        trials < seeds ? (Replicate(outerSeed, taskId, trains: true, seeds) + trials) % seeds : seeds;

    /// <summary>
    /// The store key of a trial's cached result: everything that its bytes depend on. Of the settings that is what the domain says, whole; no
    /// setting is named here. In a larger pack the pack's composition counts too: without our kernels a member's rows may round otherwise in other
    /// company.
    /// </summary>
    /// <param name="domain">The run's domain.</param>
    /// <param name="run">The run.</param>
    /// <param name="job">The pack.</param>
    /// <param name="member">One of its members.</param>
    public static string CacheKey(IDomain domain, RunContext run, FineTuneJob job, FineTuneMember member)
    {
        var key = SealJson.Hash(
            new CacheIdentity(
                "trial-2",
                run.NumericClass,
                domain.Id,
                Identity(domain, run.Settings, job.Evaluation),
                job.Base.Key,
                job.Task.Sha256,
                member.Payload,
                member.Seed,
                job.Members.Count == 1 ? [] : [.. job.Members.Select(m => m with { Index = 0 })],
                job.Members.Count == 1 ? 0 : IndexOf(job, member)
            )
        );
        return $"cache/{key[..2]}/{key}.json";
    }

    /// <summary>What of the settings a trial depends on: all that the domain says, and its own settings whole. One that it forgot to name would mix
    /// trials that are not the same.</summary>
    public static string Identity(IDomain domain, RunSettings settings, EvaluationKind judging) =>
        settings.Own is null ? domain.TrialIdentity(settings, judging) : $"{settings.Own} {domain.TrialIdentity(settings, judging)}";

    private static int IndexOf(FineTuneJob job, FineTuneMember member)
    {
        for (var slot = 0; slot < job.Members.Count; slot++)
        {
            if (job.Members[slot].Index == member.Index)
            {
                return slot;
            }
        }

        throw new ArgumentException($"Candidate {member.Index} is not in this pack.", nameof(member));
    }

    private sealed record CacheIdentity(
        string Format,
        string NumericClass,
        string Domain,
        string Trial,
        string Base,
        string Task,
        string Payload,
        ulong Seed,
        IReadOnlyList<FineTuneMember> Pack,
        int Slot
    );
}
