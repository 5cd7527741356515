using System.Globalization;
using System.Text;
using System.Text.Json;
using Seal.Client.Reporting;
using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Core.Engines;
using Seal.Core.Runs;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Policies;
using Seal.Silo.Storage;

namespace Seal.Client.Artifacts;

/// <summary>
/// The policy versions of one run as PEFT folders, <c>round-1</c>, <c>round-2</c> …: <c>adapter_model.safetensors</c> with the bytes of the store and
/// <c>adapter_config.json</c>. A later round's adapter stands on the earlier ones merged into the base, as <c>seal.json</c> beside them says.
/// </summary>
internal static class PeftExport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    /// <returns>The folders that were written.</returns>
    /// <exception cref="CommandException">There is no such run (4), it has learned nothing (4), or the folder has something in it (2).</exception>
    public static async Task<IReadOnlyList<string>> Write(StorePlace place, string sweep, string run, string folder, CancellationToken cancellation)
    {
        var state = await new StoredSweeps(place).State(sweep);
        var submitted =
            state.Submission!.Runs.FirstOrDefault(one => one.Context.Run == run)
            ?? throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"The sweep {sweep} has no run '{run}'; there is {string.Join(", ", state.Submission.Runs.Select(one => one.Context.Run))}."
            );
        var key = $"grains/policy/{GridKeys.Policy(submitted.Context)}.json";
        var policy = await place.Store.ReadAsync(key, cancellation) is { } stored ? StoredDocument.Parse<PolicyState>(key, stored.Bytes) : null;
        if (policy is not { Adapters.Count: > 0 })
        {
            throw new CommandException(ExitCode.NotFoundOrConflict, $"The run {run} has no adapter (yet): its policy is the base model.");
        }

        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new CommandException(ExitCode.Usage, $"{folder} is not empty; name a new folder.");
        }

        var (written, config) = (new List<string>(), Config(submitted));
        var lists = new BlobLists(new DocumentCache(), place.Store);
        string[] adapters = [.. await lists.Read<string>(policy.Adapters, cancellation: cancellation)];
        var phases = await lists.Read<PhaseEntry>(policy.Phases, cancellation: cancellation);
        var rounds = phases.Where(phase => phase.Update?.AdapterSha256 is not null).Select(phase => phase.Round).ToArray();
        for (var i = 0; i < adapters.Length; i++)
        {
            var target = Path.Combine(folder, $"round-{rounds[i].ToString(CultureInfo.InvariantCulture)}");
            // Checked against its hash as it is read.
            PeopleFile.Write(Path.Combine(target, "adapter_model.safetensors"), (await Blobs.Get(place.Store, adapters[i], cancellation)).AsSpan());
            PeopleFile.Write(Path.Combine(target, "adapter_config.json"), Encoding.UTF8.GetBytes(config));
            var origin = new
            {
                sweep,
                run,
                base_sha256 = state.Submission.Model.BaseSha256,
                adapter_sha256 = adapters[i],
                merged_before = adapters[..i],
            };
            PeopleFile.Write(Path.Combine(target, "seal.json"), Encoding.UTF8.GetBytes(JsonSerializer.Serialize(origin, Indented) + "\n"));
            written.Add(target);
        }

        return written;
    }

    private static string Config(RunSubmission run)
    {
        var delta = run.Context.Settings.Update.DeltaSpec;
        return delta.Kind == DeltaKind.Full
            ? throw new CommandException(ExitCode.Usage, "This run's updates train all weights; PEFT folders hold LoRA adapters only.")
            : JsonSerializer.Serialize(
                new
                {
                    peft_type = "LORA",
                    task_type = "CAUSAL_LM",
                    r = delta.Rank,
                    lora_alpha = delta.Alpha,
                    lora_dropout = 0.0,
                    bias = "none",
                    target_modules = delta.Targets,
                    inference_mode = true,
                },
                Indented
            ) + "\n";
    }
}
