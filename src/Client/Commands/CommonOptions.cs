using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Seal.Client.Clusters;
using Seal.Client.Sweeps;
using Seal.Models;
using Seal.Models.Engine;
using Seal.Models.Llama;

namespace Seal.Client.Commands;

/// <summary>Options that several verbs share.</summary>
internal static class CommonOptions
{
    public static Option<string> Store()
    {
        var store = new Option<string>("--store")
        {
            Description = "Folder that holds everything of a run.",
            DefaultValueFactory = _ => ".seal",
            HelpName = "folder",
        };
        store.Validators.Add(result =>
        {
            var folder = result.Tokens.Count > 0 ? result.Tokens[^1].Value : ".seal";
            if (string.IsNullOrWhiteSpace(folder))
            {
                result.AddError("--store: got nothing; expected a folder, e.g. --store .seal");
            }
            else if (File.Exists(folder))
            {
                result.AddError($"--store: {folder} is a file; expected a folder (it is made if it is not there).");
            }
        });
        return store;
    }

    public static Option<string?> Cluster() =>
        new("--cluster")
        {
            Description = "A cluster instead of this machine: its settings file (JSON), or 'env' for SEAL__… variables alone.",
            HelpName = "file",
        };

    /// <summary>A command that takes a folder or a cluster, not both: one of them would be passed over without a word.</summary>
    public static Command InOnePlace(this Command command)
    {
        command.Validators.Add(words =>
        {
            Option Named(string name) => command.Options.First(option => option.Name == name);
            if (words.GetResult(Named("--store")) is { Implicit: false } && words.GetResult(Named("--cluster")) is { Implicit: false })
            {
                words.AddError("--store and --cluster: name one of them; a cluster's settings say where its store is.");
            }
        });
        return command;
    }

    /// <summary>The store that was meant, to read what lies there.</summary>
    /// <param name="root">As given with <see cref="Store"/>.</param>
    /// <param name="cluster">As given with <see cref="Cluster"/>; it counts before a folder.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static async Task<StorePlace> StoreAt(string root, string? cluster, CancellationToken cancellation) =>
        cluster is null ? StorePlace.Folder(root) : await ClusterLink.OpenStore(cluster, cancellation);

    public const string PluginName = "--plugin";

    /// <summary>Stands with every verb: whatever reads a sweep or its store must know the names in it.</summary>
    public static Option<string[]> Plugin() =>
        new(PluginName)
        {
            Description = "An assembly with domains, proposers, rewards, rules or methods of your own (docs/extending.md). May be repeated.",
            HelpName = "dll",
            DefaultValueFactory = _ => [],
            Recursive = true,
        };

    public const string JsonName = "--json";

    /// <summary>For verbs that look at results.</summary>
    public static Argument<string?> FinishedSweep() =>
        new("sweep") { Description = "The sweep's name; not needed where the store has one. Or a results.json.", Arity = ArgumentArity.ZeroOrOne };

    public static Option<bool> Json() =>
        new(JsonName) { Description = "One JSON document on standard output; text for people goes to standard error." };

    public static Option<int> Workers() =>
        new("--workers")
        {
            Description = "Device slots; on CPU each trains on one core. Does not change results.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
            HelpName = "n",
        };

    public static Option<string?> Memory() =>
        new("--memory") { Description = "Memory of a device, e.g. 80GB; this machine's if not given.", HelpName = "size" };

    /// <summary>Bytes of <see cref="Memory"/>; without it what the smallest of the devices has.</summary>
    /// <param name="devices">As checked by <see cref="Place"/>; none stands for the processor.</param>
    /// <exception cref="CommandException">It is no amount of memory.</exception>
    public static long ReadMemory(string? text, params IReadOnlyList<string> devices) =>
        text is null
            ? devices
                .SelectMany(DeviceMap.Split)
                .Select(device => device == "cpu" ? BaseModels.Bytes.OfTheProcessor : CudaCard.Memory(Placement.Parse(device).Device.index))
                .DefaultIfEmpty(BaseModels.Bytes.OfTheProcessor)
                .Min()
            : BaseModels.Bytes.Parse(text)
                ?? throw new CommandException(ExitCode.Usage, $"--memory: '{text}' is no amount of memory; expected e.g. 24GB.");

    public static Option<string> Device() =>
        new("--device")
        {
            Description =
                "Where slots compute: cpu, cuda, or several that they take in turn, e.g. cuda:0,cuda:1; a plus spreads one model's layers, e.g. cuda:0+cuda:1.",
            DefaultValueFactory = _ => "cpu",
            HelpName = "devices",
        };

    public static Option<int> Threads() =>
        new Option<int>("--threads")
        {
            Description = "Threads of each slot on CPU. Does not change results.",
            DefaultValueFactory = _ => 1,
            HelpName = "n",
        }.InRange(1, 256);

    public static Option<bool> Checkpointing() =>
        new("--checkpointing")
        {
            Description = "Gradient checkpointing: a third more work in training for a fraction of the memory. Does not change results.",
        };

    /// <param name="devices">As given with <see cref="Device"/>.</param>
    /// <param name="threads">Of a slot.</param>
    /// <param name="checkpointing">Gradient checkpointing.</param>
    /// <param name="inThisProcess">Whether slots of this process are to compute there; a cluster's devices are its silos' affair.</param>
    /// <exception cref="CommandException">Not device strings, or this machine has no such device.</exception>
    public static EnginePlace Place(string devices, int threads, bool checkpointing, bool inThisProcess)
    {
        try
        {
            var place = EnginePlace.Of(devices, new Execution(threads, checkpointing));
            if (inThisProcess)
            {
                place.Demand();
            }

            return place;
        }
        catch (ArgumentException wrong)
        {
            throw new CommandException(ExitCode.Usage, $"--device: {wrong.Message}", wrong);
        }
    }

    public static Option<string[]> Set() =>
        new("--set")
        {
            Description = "Override a key of the sweep file, e.g. --set inner.rank=8 (a list makes a grid). May be repeated.",
            HelpName = "key=value",
            DefaultValueFactory = _ => [],
        };

    public static Option<long> TaskSeed()
    {
        var seed = new Option<long>("--seed")
        {
            Description = "Seed of a generated task (gen:<family>) and of what is drawn for it.",
            DefaultValueFactory = _ => 1,
            HelpName = "n",
        };
        return seed.InRange(0, long.MaxValue);
    }

    public static Option<int> MaxSide()
    {
        var side = new Option<int>("--max-side")
        {
            Description = "Longest grid side of a generated task.",
            DefaultValueFactory = _ => 6,
            HelpName = "n",
        };
        return side.InRange(3, 30);
    }

    /// <summary>Refuses other values as a mistake in the command line. A comma is no part of a number: 0,7 is not 7.</summary>
    public static Option<T> InRange<T>(this Option<T> option, T least, T most)
        where T : INumber<T>
    {
        option.CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (!T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                result.AddError(FormattableString.Invariant($"{option.Name}: '{text}' is no number in {least}..{most}."));
            }
            else if (!(value >= least && value <= most))
            {
                result.AddError(FormattableString.Invariant($"{option.Name}: {value} is not in {least}..{most}."));
            }

            return value!;
        };
        return option;
    }

    /// <exception cref="CommandException">Out of range.</exception>
    public static int CheckWorkers(int workers) =>
        workers is >= 1 and <= 256 ? workers : throw new CommandException(ExitCode.Usage, $"--workers: {workers} is not in 1..256.");
}
