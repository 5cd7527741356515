using System.Globalization;
using System.Text;
using System.Text.Json;
using Seal.Client.Policies;
using Seal.Client.Reporting;
using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Core.Engines;
using Seal.Core.Results;
using Seal.Grains.Abstractions;

namespace Seal.Client.Artifacts;

/// <summary>
/// The policy versions of one run as PEFT folders, <c>round-1</c>, <c>round-2</c> …: <c>adapter_model.safetensors</c> with the bytes of the store,
/// <c>adapter_config.json</c> and a model card. A later round's adapter stands on the earlier ones merged into the base, as <c>seal.json</c> beside
/// them says. Versions that a gate did not promote stay where they are unless they are asked for.
/// </summary>
/// <param name="place">The store.</param>
/// <param name="sweep">The sweep's name.</param>
internal sealed class PeftExport(StorePlace place, string sweep)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private readonly BlobLists _lists = new(new DocumentCache(), place.Store);

    /// <param name="run">The run's name.</param>
    /// <param name="folder">A new or empty folder.</param>
    /// <param name="quarantined">Also versions that a gate did not promote, in folders whose names say so.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    /// <returns>The folders that were written.</returns>
    /// <exception cref="CommandException">There is no such run (4), it has learned nothing or nothing that may be used (4), or the folder has
    /// something in it (2).</exception>
    public async Task<IReadOnlyList<string>> Write(string run, string folder, bool quarantined, CancellationToken cancellation)
    {
        var versions = (await RunVersions.Read(place, sweep, run, cancellation))[0];
        var learned = versions.Versions.Where(version => version.Phase is not null).ToArray();
        if (learned.Length == 0)
        {
            throw new CommandException(ExitCode.NotFoundOrConflict, $"The run {run} has no adapter (yet): its policy is the base model.");
        }

        var wanted = learned.Where(version => quarantined || versions.IsGood(version)).ToArray();
        if (wanted.Length == 0)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"The gate promoted none of the {learned.Length} versions of {run}: its policy is the base model. 'seal policy show {run} "
                    + $"{RunVersions.Number(learned[0])} --sweep {sweep}' says why of the first; "
                    + (
                        IsFull(versions.Run)
                            ? "--quarantined would not write them either, as its updates train all weights and PEFT folders hold LoRA adapters only."
                            : "--quarantined writes them all the same."
                    )
            );
        }

        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new CommandException(ExitCode.Usage, $"{folder} is not empty; name a new folder.");
        }

        var (written, config) = (new List<string>(), Config(versions.Run));
        foreach (var version in wanted)
        {
            var name = $"round-{RunVersions.Number(version).ToString(CultureInfo.InvariantCulture)}";
            var target = Path.Combine(
                folder,
                versions.IsGood(version) ? name : $"{name}-{(versions.IsLeft(version) ? "left" : versions.Gate(version))}"
            );
            await Write(versions, version, target, config, cancellation);
            written.Add(target);
        }

        return written;
    }

    private async Task Write(RunVersions run, PolicyVersion version, string target, string config, CancellationToken cancellation)
    {
        var entry = run.Entries.First(one => one.Phase.ToString() == version.Phase);
        var chain = await _lists.Read<string>(entry.Adapters, cancellation: cancellation);
        // Checked against its hash as it is read.
        PeopleFile.Write(Path.Combine(target, "adapter_model.safetensors"), (await Blobs.Get(place.Store, version.Sha256, cancellation)).AsSpan());
        PeopleFile.Write(Path.Combine(target, "adapter_config.json"), Encoding.UTF8.GetBytes(config));
        var origin = new
        {
            sweep,
            run = run.Run.Context.Run,
            base_sha256 = run.Versions[0].Sha256,
            adapter_sha256 = version.Sha256,
            merged_before = chain.Take(chain.Count - 1),
        };
        PeopleFile.Write(Path.Combine(target, "seal.json"), Encoding.UTF8.GetBytes(JsonSerializer.Serialize(origin, Indented) + "\n"));
        var card = await new ModelCard(place.Store, sweep, run).Write(version, cancellation);
        PeopleFile.Write(Path.Combine(target, "model-card.md"), Encoding.UTF8.GetBytes(card));
    }

    private static bool IsFull(RunSubmission run) => run.Context.Settings.Update.DeltaSpec.Kind == DeltaKind.Full;

    private static string Config(RunSubmission run)
    {
        var delta = run.Context.Settings.Update.DeltaSpec;
        return IsFull(run)
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
