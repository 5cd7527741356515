using System.CommandLine;
using Seal.Client.Clusters;
using Seal.Client.Sweeps;
using Seal.Client.Sweeps.Planning;

namespace Seal.Client.Commands;

/// <summary><c>seal run</c>: submit a sweep and watch it to its end.</summary>
internal static class RunCommand
{
    private const string Help = """
        Everything of the run lies under --store. While it runs, 'seal sweep status|watch|cancel' attach to it from another terminal.
        A plan that needs more memory than the device has is refused, with a setting that would fit; --memory says how much it may use.
        Exit codes: 0 completed; 2 the sweep, its tasks or its model cannot be used, or the plan does not fit; 3 ended, but work was given
        up; 4 the store has another sweep of this name, or another process has the store; 5 the store cannot be written; 130 interrupted or
        cancelled, the same command goes on.

        Examples:
          seal run sweeps/quickstart-paper.toml
          seal run sweeps/quickstart-paper.toml --set inner.rank=[8,16] --set name=ranks --dry-run
          seal run sweeps/squad-qwen-7b.toml --dry-run --tflops 400 --edit-tokens 500
          seal run sweeps/quickstart-paper.toml --cluster cluster.json
          seal run sweeps/quickstart-paper.toml --set proposal.candidates=30 --extend
          seal run sweeps/arc-paper.toml --set tasks.path=/data/arc --store /data/seal --json
        """;

    public static Command Create()
    {
        var file = new Argument<string>("sweep") { Description = "The sweep file (TOML), e.g. sweeps/quickstart-paper.toml." };
        var store = CommonOptions.Store();
        var set = CommonOptions.Set();
        var json = CommonOptions.Json();
        var workers = CommonOptions.Workers();
        var (device, threads, checkpointing) = (CommonOptions.Device(), CommonOptions.Threads(), CommonOptions.Checkpointing());
        var cluster = CommonOptions.Cluster();
        var numericClass = new Option<string?>("--numeric-class")
        {
            Description = "With --cluster: the class of slots to run on, where the cluster has several.",
            HelpName = "class",
        };
        var memory = CommonOptions.Memory();
        var unmeasured = new Option<bool>("--no-forecast") { Description = "Start at once; long plans are measured first otherwise." };
        var extend = new Option<bool>("--extend")
        {
            Description =
                "The store has a smaller sweep of this name: make it into this one. It may have more arms, seeds, rounds, candidates or tasks, "
                + "and nothing else may differ.",
        };
        var servedPage = new PageSwitches();
        var dryRun = new Option<bool>("--dry-run") { Description = "Print the expanded plan with its cost, calibrate, and start nothing." };
        var tflops = new Option<double?>("--tflops")
        {
            Description =
                "With --dry-run: seconds on devices that do so many TFLOPS in all, sustained. Nothing is measured here, and the model's weights need not "
                + "be here: config.json and the vocabulary are enough.",
            HelpName = "n",
        };
        var editTokens = new Option<int?>("--edit-tokens")
        {
            Description = "With --dry-run: count self-edits of free text as so many tokens long; proposal.max_new_tokens if not given.",
            HelpName = "n",
        };
        var command = new Command(
            "run",
            "Run a sweep to its end on this machine. Run the same command again to go on after a kill, a power cut or Ctrl-C."
        )
        {
            file,
            store,
            cluster,
            numericClass,
            set,
            workers,
            device,
            threads,
            checkpointing,
            memory,
            dryRun,
            tflops,
            editTokens,
            unmeasured,
            extend,
            servedPage.None,
            servedPage.Port,
            json,
        }
            .InOnePlace()
            .WithPage(Help);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var resume = Invocation.Command(parsed.Tokens.Select(token => token.Value));
                using var deadline = Deadline.Of($"Interrupted. Nothing that was committed is lost; go on with:\n  {resume}", cancellation);
                var counted = PlanQuestion.Of(parsed.GetValue(dryRun), parsed.GetValue(tflops), parsed.GetValue(editTokens));
                var isLocal = parsed.GetValue(cluster) is null;
                var place = CommonOptions.Place(
                    parsed.GetValue(device)!,
                    parsed.GetValue(threads),
                    parsed.GetValue(checkpointing),
                    inThisProcess: isLocal
                );
                // What is odd about the tasks is said below the page's address, which comes first.
                var notes = new List<string>();
                var read = LoadedSweep.Read(parsed.GetValue(file)!, parsed.GetValue(set)!, say: notes.Add, shapeOnly: counted.Tflops is not null);
                var sweep = read with { Engine = read.Engine with { Place = place } };
                var slots = CommonOptions.CheckWorkers(parsed.GetValue(workers));

                // What a cluster's devices have is known to whoever gives --memory, one slot's.
                if (parsed.GetValue(memory) is not null || (isLocal && counted.Tflops is null))
                {
                    var slotsOfADevice = (slots + place.Devices.Count - 1) / place.Devices.Count;
                    MemoryCheck.Demand(
                        sweep,
                        isLocal ? slotsOfADevice : 1,
                        CommonOptions.ReadMemory(parsed.GetValue(memory), isLocal ? place.Devices : [])
                    );
                }

                if (parsed.GetValue(dryRun))
                {
                    notes.ForEach(Terminal.SayOnce);
                    return DryRun.Print(sweep, slots, counted, parsed.GetValue(json), cancellation);
                }

                if (parsed.GetValue(cluster) is { } settings)
                {
                    notes.ForEach(Terminal.SayOnce);
                    await using var link = await ClusterLink.Open(settings, cancellation);
                    return await new ClusterSweeps(link, parsed.GetValue(json)).Run(
                        sweep,
                        parsed.GetValue(numericClass),
                        parsed.GetValue(extend),
                        cancellation
                    );
                }

                Grid.CheckFree(parsed.GetValue(store)!);
                await using var page = await LivePage.Open(parsed.GetValue(store)!, servedPage.Of(parsed), hosts: true, cancellation);
                notes.ForEach(Terminal.SayOnce);
                return await SweepRunner.Run(
                    sweep,
                    parsed.GetValue(store)!,
                    slots,
                    parsed.GetValue(json),
                    resume,
                    cancellation,
                    parsed.GetValue(unmeasured),
                    page,
                    parsed.GetValue(extend)
                );
            }
        );
        return command;
    }
}
