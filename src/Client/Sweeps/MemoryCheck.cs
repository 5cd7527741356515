using Seal.Client.BaseModels;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;
using Seal.Models;
using Seal.Models.Engine;
using Seal.Models.Llama;
using Seal.Models.Sizing;

namespace Seal.Client.Sweeps;

/// <summary>Whether the device can hold what a plan asks for. Checked before anything is started: running out of memory ends a process without a
/// word.</summary>
internal static class MemoryCheck
{
    /// <param name="config">The model.</param>
    /// <param name="weightBytes">Bytes of a weight, as it is computed with.</param>
    /// <param name="settings">One run's.</param>
    /// <param name="longest">Tokens of the longest training text, not over what the settings allow.</param>
    /// <param name="workers">Slots on the device; they share the weights of models.</param>
    /// <param name="checkpointing">Whether layers are computed again for their gradient.</param>
    /// <param name="cards">Devices that share a model's layers; the need is the fullest one's.</param>
    /// <param name="policies">Runs that learn: each has a policy of its own, and as many as there are slots may be open at once.</param>
    public static long Need(
        LlamaConfig config,
        int weightBytes,
        RunSettings settings,
        int longest,
        int workers,
        bool checkpointing,
        int cards = 1,
        int policies = 1
    )
    {
        var sizing = new ModelSizing(config, weightBytes);
        var inner = sizing.Training(settings.Inner.DeltaSpec, longest, settings.Inner.Batch, settings.Inner.PackSize, checkpointing);
        var update = sizing.Training(settings.Update.DeltaSpec, longest, settings.Update.Batch, checkpointing: checkpointing);
        var answers = sizing.Inference(longest, Math.Max(1, settings.Evaluate.Views));
        var learns = settings.Update.Rounds > 0;
        return ModelSizing.Process + Enumerable.Range(0, cards).Max(On);

        // Weights are there once for all slots: the base, and the policies that stand beside it.
        long On(int device)
        {
            long Here(MemoryNeed need, DeltaSpec? delta = null) => sizing.On(need, cards, device, delta is { Kind: DeltaKind.Full }).Total;
            var weights = Here(new MemoryNeed(sizing.Weights, 0, 0, 0));
            var most = Math.Max(Here(inner, settings.Inner.DeltaSpec), Here(answers));
            most = learns ? Math.Max(most, Here(update, settings.Update.DeltaSpec)) : most;
            return (weights * (learns ? 1 + Math.Min(workers, policies) : 1)) + (workers * (most - weights));
        }
    }

    /// <summary>Whether the weights can be loaded at all, before they are.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="weightBytes">Bytes of a weight, as it is computed with.</param>
    /// <param name="deviceBytes">What there is.</param>
    /// <exception cref="SweepException">They cannot.</exception>
    public static void DemandWeights(string folder, int weightBytes, long deviceBytes)
    {
        var weights = new ModelSizing(LlamaConfig.Load(folder), weightBytes).Weights;
        if (weights + ModelSizing.Process > deviceBytes)
        {
            throw new SweepException(
                $"model.path: the weights of {folder} take {Bytes.Text(weights)} in memory, and there are {Bytes.Text(deviceBytes)}. Take a smaller "
                    + $"model, or a machine with more memory."
            );
        }
    }

    /// <exception cref="SweepException">The plan does not fit; says the numbers and a setting that would.</exception>
    /// <param name="sweep">The plan.</param>
    /// <param name="slots">On the device that has most of them.</param>
    /// <param name="deviceBytes">What a device has.</param>
    public static void Demand(LoadedSweep sweep, int slots, long deviceBytes)
    {
        if (sweep.ModelFolder is not { } folder)
        {
            return;
        }

        var config = LlamaConfig.Load(folder);
        var devices = sweep.Engine.Place.Devices;
        var cards = devices.Min(device => DeviceMap.Split(device).Length);
        if (cards > config.Layers)
        {
            throw new SweepException(
                $"--device: the model has {config.Layers} layers, and each of the {cards} cards takes at least one. Name fewer cards."
            );
        }

        var policies = sweep.Runs.Count(run => run.Learns);
        foreach (var run in sweep.Runs.DistinctBy(run => run.Place))
        {
            var settings = Asked(run);
            var bytes = sweep.Engine.Dtype.Bytes();
            var checkpointing = sweep.Engine.Place.Execution.Checkpointing;
            var most = Math.Min(settings.Inner.MaxTokens, config.ContextLength);
            if (Of(settings, most, slots, bytes, checkpointing) <= deviceBytes)
            {
                continue;
            }

            // The limit may be far above what the tasks have.
            var longest = Math.Min(most, Longest(sweep, config, settings));
            var need = Of(settings, longest, slots, bytes, checkpointing);
            if (need > deviceBytes)
            {
                throw new SweepException(
                    $"{(sweep.Runs.Select(other => other.Place).Distinct().Count() > 1 ? $"{run.Place}: " : "")}the plan needs about "
                        + $"{Bytes.Text(need)} of memory{(cards > 1 ? " on the fullest device" : "")} and the device has {Bytes.Text(deviceBytes)}: "
                        + $"{Terminal.Count(slots, "worker")} on it, a model of {Bytes.Text(new ModelSizing(config, bytes).Weights)}, training texts "
                        + $"of up to {longest} tokens, {settings.Inner.Batch} a step. "
                        + $"{Advice(Fits, settings, longest, slots, devices.Count, bytes, checkpointing)}"
                );
            }
        }

        long Of(RunSettings asked, int length, int slotsOfADevice, int weightBytes, bool recomputes) =>
            Need(config, weightBytes, asked, length, slotsOfADevice, recomputes, cards, policies);

        bool Fits(RunSettings asked, int length, int slotsOfADevice, int weightBytes, bool recomputes) =>
            Of(asked, length, slotsOfADevice, weightBytes, recomputes) <= deviceBytes;
    }

    /// <summary>A run's settings without the rounds of an arm that never trains a policy: those cost it nothing.</summary>
    private static RunSettings Asked(RunPlan run) =>
        run.Learns ? run.Settings : run.Settings with { Update = run.Settings.Update with { Rounds = 0 } };

    /// <summary>Whether a plan fits: settings, tokens of the longest text, slots of a device, bytes of a weight, checkpointing.</summary>
    private delegate bool Fit(RunSettings settings, int longest, int slots, int weightBytes, bool checkpointing);

    /// <summary>The mildest change that fits: fewer workers, checkpointing, bf16, smaller batches, shorter texts, in this order.</summary>
    private static string Advice(Fit fits, RunSettings settings, int longest, int slots, int devices, int weightBytes, bool checkpointing)
    {
        for (var fewer = slots - 1; fewer >= 1; fewer--)
        {
            if (fits(settings, longest, fewer, weightBytes, checkpointing))
            {
                return $"It fits with --workers {fewer * devices}.";
            }
        }

        var words = $"{(slots > 1 ? $"--workers {devices} " : "")}{(checkpointing ? "" : "--checkpointing ")}";
        bool FitsThen(RunSettings changed, int length, int bytes) => fits(changed, length, 1, bytes, true);
        if (!checkpointing && FitsThen(settings, longest, weightBytes))
        {
            return $"It fits with {words.TrimEnd()}.";
        }

        if (weightBytes > sizeof(ushort))
        {
            words += "--set engine.dtype=bf16 ";
            if (FitsThen(settings, longest, sizeof(ushort)))
            {
                return $"It fits with {words.TrimEnd()}.";
            }
        }

        var small = settings with { Inner = settings.Inner with { Batch = 1, PackSize = 1 }, Update = settings.Update with { Batch = 1 } };
        words += string.Concat(
            settings.Inner.Batch > 1 ? "--set inner.batch=1 " : "",
            settings.Inner.PackSize > 1 ? "--set inner.pack_size=1 " : "",
            settings.Update.Batch > 1 ? "--set update.batch=1 " : ""
        );
        if (FitsThen(small, longest, sizeof(ushort)))
        {
            return $"It fits with {words.TrimEnd()}.";
        }

        for (var length = 1 << 16; length >= 128; length /= 2)
        {
            if (length < longest && FitsThen(small, length, sizeof(ushort)))
            {
                return $"It fits with {words}--set inner.max_tokens={length} (longer texts are dropped).";
            }
        }

        return "No setting makes it fit: the model by itself is too large for this device.";
    }

    /// <summary>Tokens of the longest text that an inner loop of these tasks trains on, over the first and the last self-edit of the schema: one of
    /// them asks for all it can. Of free text nothing is known: as long as a text may be.</summary>
    private static int Longest(LoadedSweep sweep, LlamaConfig config, RunSettings settings)
    {
        // A self-edit over the step cap is not trained, but a shorter one may have its texts.
        var uncapped = settings with
        {
            Inner = settings.Inner with { MaxSteps = int.MaxValue },
        };
        // What a plan needs of a model is its vocabulary: no weights are loaded.
        var info = new ModelInfo(ModelDescription.Of(sweep.ModelFolder!).Tokenizer, config.ContextLength, config.Grid is not null);
        var session = EngineChoice.Domain(settings.Domain).Open(uncapped, info);
        string[] edits = [.. session.Space?.Enumerate() ?? []];
        string[] extremes = edits.Length > 0 ? [edits[0], edits[^1]] : [];
        return
            sweep
                .Training.Concat(sweep.Evaluation)
                .Concat(sweep.Retention)
                .SelectMany(task => extremes.Select(edit => session.PlanInnerLoop(task, edit, new Seed(0)).Training))
                .Select(training => training?.Sequences.Max(sequence => sequence.Length) ?? 0)
                .DefaultIfEmpty(0)
                .Max()
                is > 0
                    and var longest
            ? longest
            : settings.Inner.MaxTokens;
    }
}
