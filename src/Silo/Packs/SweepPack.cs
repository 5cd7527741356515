using System.IO.Compression;
using System.Text;
using System.Text.Json.Serialization;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Silo.Engines;

namespace Seal.Silo.Packs;

/// <summary>
/// A finished sweep as one file: what was asked for, what it works on, and everything that came out. Whoever has the base model can run any of its
/// trials again and compare the bytes, or put them into a store, where the same sweep then looks them up. Compressed; its header's hash covers
/// every byte.
/// </summary>
/// <param name="Submission">The resolved sweep.</param>
/// <param name="Documents">Tasks and files of self-edits, by SHA-256.</param>
/// <param name="Details">Losses and predictions of trials, by SHA-256; empty where they were left out.</param>
/// <param name="Text"><c>results.json</c>, byte for byte.</param>
/// <param name="TrialsSha256">Over the cache key and the outcome of every trial, in order: settings, seeds and results belong together.</param>
[StoredDocument("pack")]
public sealed record SweepPack(
    SweepSubmission Submission,
    IReadOnlyDictionary<string, string> Documents,
    IReadOnlyDictionary<string, string> Details,
    LongText Text,
    string TrialsSha256
)
{
    private string? _results;
    private SweepResults? _parsed;

    /// <summary>Of what is changed by <c>with</c>, nothing stays that was made from what it was.</summary>
    private SweepPack(SweepPack other) =>
        (Submission, Documents, Details, Text, TrialsSha256) = (other.Submission, other.Documents, other.Details, other.Text, other.TrialsSha256);

    /// <summary><c>results.json</c>; put together once.</summary>
    [JsonIgnore]
    public string Results => _results ??= Text.ToText();

    /// <summary><see cref="Results"/>, parsed once.</summary>
    [JsonIgnore]
    public SweepResults Parsed => _parsed ??= SealJson.Parse<SweepResults>(Results);

    /// <summary>SHA-256 of <c>results.json</c>.</summary>
    public string ResultsSha256() => ArtifactKey.Sha256(Encoding.UTF8.GetBytes(Results));

    /// <summary>Packs a sweep that has ended.</summary>
    /// <param name="withDetails">Losses and predictions too: reports draw them, verdicts do not need them.</param>
    /// <exception cref="InvalidDataException">The store is damaged, or the sweep has no results.</exception>
    public static async Task<SweepPack> Of(IArtifactStore store, string sweep, bool withDetails, CancellationToken cancellation)
    {
        var state = $"grains/sweep/{sweep}.json";
        var stored = await store.ReadAsync(state, cancellation) ?? throw Problem(state, "is missing: the store has no such sweep.");
        var submission = StoredDocument.Parse<SweepGrainState>(state, stored.Bytes).Submission ?? throw Problem(state, "has no submission.");
        var results = $"sweeps/{sweep}/results.json";
        var written =
            await store.ReadAsync(results, cancellation)
            ?? throw Problem(results, "is missing: the sweep has not ended; 'sweep status' says how far it is.");
        var documents = submission
            .Tasks.Select(task => task.Sha256)
            .Concat(submission.Runs.Select(run => run.Context.Arm.Edits?.Sha256).OfType<string>());
        var bare = new SweepPack(
            submission,
            await Blobs(documents),
            new Dictionary<string, string>(),
            LongText.Of(Encoding.UTF8.GetString(written.Bytes)),
            ""
        );
        var trials = bare.Trials().ToArray();
        return bare with
        {
            Details = withDetails ? await Blobs(trials.Select(trial => trial.Result.Details).OfType<string>()) : bare.Details,
            TrialsSha256 = HashOf(trials),
        };

        async Task<SortedDictionary<string, string>> Blobs(IEnumerable<string> hashes)
        {
            var blobs = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var sha256 in hashes.Distinct(StringComparer.Ordinal))
            {
                blobs.Add(sha256, Encoding.UTF8.GetString(await Core.Artifacts.Blobs.Get(store, sha256, cancellation)));
            }

            return blobs;
        }
    }

    /// <summary>The file's bytes; equal packs give equal bytes.</summary>
    public byte[] ToBytes()
    {
        using var memory = new MemoryStream();
        using (var compressor = new BrotliStream(memory, new BrotliCompressionOptions { Quality = 9 }, leaveOpen: true))
        {
            compressor.Write(StoredDocument.Format(this));
        }

        return memory.ToArray();
    }

    /// <param name="name">Of the file, for messages.</param>
    /// <exception cref="InvalidDataException">Damaged, changed, or of another build; says which.</exception>
    public static SweepPack Parse(string name, byte[] bytes)
    {
        using var memory = new MemoryStream();
        try
        {
            using var decompressor = new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress);
            decompressor.CopyTo(memory);
        }
        catch (Exception refused) when (refused is InvalidDataException or InvalidOperationException) // .NET throws either
        {
            throw Problem(name, "is no pack, or damaged: it cannot be decompressed.");
        }

        var pack = StoredDocument.Parse<SweepPack>(name, memory.ToArray());
        foreach (var (sha256, text) in pack.Documents.Concat(pack.Details))
        {
            if (ArtifactKey.Sha256(Encoding.UTF8.GetBytes(text)) != sha256)
            {
                throw Problem(name, $"was changed: the bytes of {sha256[..12]} do not have this hash.");
            }
        }

        try
        {
            _ = pack.Results;
        }
        catch (InvalidDataException wrong)
        {
            throw Problem(name, wrong.Message);
        }

        if (HashOf(pack.Trials()) != pack.TrialsSha256)
        {
            throw Problem(name, "was changed: its settings, seeds and results do not belong together.");
        }

        return pack;
    }

    /// <summary>Every trial of the sweep once, in the order of its results.</summary>
    /// <exception cref="InvalidDataException">Results and submission do not fit.</exception>
    internal IEnumerable<PackedTrial> Trials()
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var tasks = Submission.Tasks.DistinctBy(task => task.Id).ToDictionary(task => task.Id, StringComparer.Ordinal);
        foreach (var (run, record) in Submission.Runs.Zip(Parsed.Runs))
        {
            var context = run.Context;
            var domain = EngineChoice.Domain(context.Settings.Domain);
            var phases = RunScript.Of(context).Phases().ToDictionary(phase => phase.Phase);
            foreach (var phase in record.Phases)
            {
                var plan = phases.TryGetValue(phase.Phase, out var found)
                    ? found
                    : throw Problem("the pack", $"was changed: run {record.Run} has no phase {phase.Phase}.");
                if (plan.Base != Theta.Base)
                {
                    continue; // needs the policy's adapters, which are not in it
                }

                foreach (var task in phase.Tasks)
                {
                    foreach (var trial in Of(context, domain, plan, tasks[task.Task], task))
                    {
                        if (known.Add(trial.Key))
                        {
                            yield return trial;
                        }
                    }
                }
            }
        }
    }

    /// <summary>Trials that were run and are not in <see cref="Trials"/>: they began from a policy that had learned.</summary>
    internal int OfLearnedPolicies() =>
        Submission
            .Runs.Zip(Parsed.Runs)
            .Sum(pair =>
            {
                var own = RunScript.Of(pair.First.Context).Phases().Where(phase => phase.Base != Theta.Base).Select(phase => phase.Phase).ToHashSet();
                return pair
                    .Second.Phases.Where(phase => own.Contains(phase.Phase))
                    .Sum(phase => phase.Tasks.Sum(task => task.Candidates.Where(IsOwn).Sum(candidate => 1 + (candidate.More?.Count ?? 0))));
            });

    private IEnumerable<PackedTrial> Of(RunContext run, IDomain domain, RunTasks phase, TaskRef task, TaskRecord record)
    {
        var own = record.Candidates.Where(candidate => candidate is { Payload: not null, DuplicateOf: null }).ToArray();
        if (own.FirstOrDefault(candidate => candidate.Trial is not null && (candidate.More?.Count ?? 0) + 1 != phase.Trials) is { } odd)
        {
            throw Problem("the pack", $"was changed: candidate {odd.Index} of {task.Id} in {phase.Phase} has not {phase.Trials} trials.");
        }

        var trials = own.SelectMany(candidate =>
            TrialPacks
                .Members(run, phase.Phase, task.Id, candidate.Index, candidate.Payload!, phase.Trials)
                .Select((member, number) => (Member: member, Result: number == 0 ? candidate.Trial : candidate.More?[number - 1]))
        );
        foreach (var pack in trials.Chunk(run.Settings.Inner.PackSize))
        {
            var start = PolicyRef.Of(Submission.Model.BaseSha256);
            var job = new FineTuneJob(task, start, phase.Judging, [.. pack.Select(trial => trial.Member)]);
            for (var slot = 0; slot < pack.Length; slot++)
            {
                if (pack[slot].Result is { } result) // else it was given up
                {
                    yield return new PackedTrial(run, phase.Phase, job, slot, result, InnerSeeds.CacheKey(domain, run, job, job.Members[slot]));
                }
            }
        }
    }

    private static InvalidDataException Problem(string where, string what) => new($"{where}: {what}");

    private static bool IsOwn(CandidateRecord candidate) => candidate is { Trial: not null, DuplicateOf: null };

    private static string HashOf(IEnumerable<PackedTrial> trials) =>
        SealJson.Hash(trials.Select(trial => $"{trial.Key} {SealJson.Hash(trial.Result)}").ToArray());
}

/// <summary>A trial of a pack: all that its bytes depend on, and what came out.</summary>
/// <param name="Run">The run that has it.</param>
/// <param name="Phase">And the phase.</param>
/// <param name="Job">The pack of candidates that it was tried in.</param>
/// <param name="Slot">Its place there.</param>
/// <param name="Result">What it came to.</param>
/// <param name="Key">Where a store's cache has it.</param>
internal sealed record PackedTrial(RunContext Run, PhaseId Phase, FineTuneJob Job, int Slot, TrialResult Result, string Key)
{
    public FineTuneMember Member => Job.Members[Slot];

    /// <summary>Where a store's cache has a trial of another numeric class that is equal in everything else.</summary>
    public string KeyIn(string numericClass) =>
        InnerSeeds.CacheKey(EngineChoice.Domain(Run.Settings.Domain), Run with { NumericClass = numericClass }, Job, Member);
}
