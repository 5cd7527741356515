using System.CommandLine;
using Seal.Client.Artifacts;
using Seal.Client.Display;
using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Core.Engines;
using Seal.Silo.Engines;
using Seal.Silo.Judging;
using Seal.Silo.Packs;

namespace Seal.Client.Commands;

/// <summary><c>seal artifacts pack</c>, <c>unpack</c> and <c>seal verify</c>: finished sweeps as files, and whether what they say is true.</summary>
internal static class PackCommands
{
    private const string Suffix = ".sealpack";

    private const string PackHelp = """
        The file holds the resolved sweep, its tasks, results.json and the losses and predictions of its trials. Equal sweeps give equal files.
        Exit codes: 0 ok; 2 the file is there already; 4 no such sweep, or it has not ended; 5 the store is damaged.

        Examples:
          seal artifacts pack quickstart
          seal artifacts pack table --output results/table.sealpack
        """;

    private const string UnpackHelp = """
        Puts the tasks and the trials of a pack into a store: the same sweep, run there, looks its trials up and computes none of them again.
        Exit codes: 0 ok; 4 no such file, or the store is another build's; 5 the file is damaged or was changed.

        Examples:
          seal artifacts unpack quickstart.sealpack --store /data/seal
          seal artifacts unpack quickstart.sealpack --results results.json
        """;

    private const string VerifyHelp = """
        Draws trials of a pack, trains each again on this machine, and compares: byte for byte where this machine is of the numeric class that made
        them, else by verdict (solved or not), and says so. The sample is a function of --seed. Exit codes: 0 all equal; 2 nothing can be run again;
        3 some are not equal; 4 no such file; 5 the file is damaged, or a setting, a seed or a result in it was changed.

        Examples:
          seal verify quickstart.sealpack
          seal verify quickstart.sealpack --sample 50 --seed 7 --workers 2 --json
        """;

    public static Command Pack()
    {
        var sweep = new Argument<string>("sweep") { Description = "The sweep's name." };
        var output = new Option<string?>("--output") { Description = $"The file; <sweep>{Suffix} if not given.", HelpName = "file" };
        var bare = new Option<bool>("--without-details") { Description = "Leave losses and predictions out: reports made from it have no pictures." };
        var (store, cluster) = (CommonOptions.Store(), CommonOptions.Cluster());
        var command = new Command("pack", "Write a finished sweep into one file that others can verify.") { sweep, output, bare, store, cluster }
            .InOnePlace()
            .WithPage(PackHelp);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                place.Demand();
                await place.DemandOwnFormat();
                var name = parsed.GetValue(sweep)!;
                var file = parsed.GetValue(output) ?? name + Suffix;
                if (File.Exists(file))
                {
                    throw new CommandException(ExitCode.Usage, $"{file} is there already; name another file with --output.");
                }

                if (!ArtifactKey.IsGood(name) || await place.Store.ReadAsync($"sweeps/{name}/results.json", cancellation) is null)
                {
                    throw new CommandException(
                        ExitCode.NotFoundOrConflict,
                        $"{place.Name} has no finished sweep '{name}'; 'sweep list' says what it has."
                    );
                }

                // Results of before are there still where it was asked for more, or for another version of a policy.
                if (!NothingToDo.IsEnded((await StoredSweeps.Open(place).State(name)).State))
                {
                    throw new CommandException(
                        ExitCode.NotFoundOrConflict,
                        $"The sweep {name} has not ended: since its results.json was written it was asked for more, or for another version of a "
                            + $"policy. Go on with:\n  {place.Command("resume", name)}"
                    );
                }

                var bytes = (await SweepPack.Of(place.Store, name, !parsed.GetValue(bare), cancellation)).ToBytes();
                if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
                {
                    Directory.CreateDirectory(folder);
                }

                await File.WriteAllBytesAsync(file, bytes, cancellation);
                Terminal.Tell(FormattableString.Invariant($"{file}: {bytes.Length / 1e6:0.0} MB, sha256 {ArtifactKey.Sha256(bytes)}"));
                return ExitCode.Ok;
            }
        );
        return command;
    }

    public static Command Unpack()
    {
        var file = PackArgument();
        var results = new Option<string?>("--results") { Description = "Write its results.json here, too.", HelpName = "file" };
        var (store, cluster) = (CommonOptions.Store(), CommonOptions.Cluster());
        var command = new Command("unpack", "Put the trials of a pack into a store, for the same sweep to look up.") { file, results, store, cluster }
            .InOnePlace()
            .WithPage(UnpackHelp);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var pack = await PackFile.Read(parsed.GetValue(file)!, cancellation);
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                await place.DemandOwnFormat();
                await StoreFormat.Claim(place.Store, cancellation);
                var trials = await PackStore.Write(pack, place.Store, cancellation);
                if (parsed.GetValue(results) is { } target)
                {
                    await File.WriteAllTextAsync(target, pack.Results, cancellation);
                }

                Terminal.Tell($"{place.Name} has {Terminal.Count(trials, "trial")} of {pack.Submission.Runs[0].Context.Sweep}.");
                return ExitCode.Ok;
            }
        );
        return command;
    }

    public static Command Verify()
    {
        var file = PackArgument();
        var sample = new Option<int>("--sample")
        {
            Description = "Trials to run again.",
            DefaultValueFactory = _ => 5,
            HelpName = "n",
        }.InRange(1, 1_000_000);
        var seed = new Option<long>("--seed")
        {
            Description = "Draws the sample.",
            DefaultValueFactory = _ => 1,
            HelpName = "n",
        }.InRange(0, long.MaxValue);
        var model = new Option<string?>("--model")
        {
            Description = "Folder of the base model; looked for in models/ if not given.",
            HelpName = "folder",
        };
        var (workers, device, json) = (CommonOptions.Workers(), CommonOptions.Device(), CommonOptions.Json());
        var command = new Command("verify", "Run a sample of a pack's trials again and compare.")
        {
            file,
            sample,
            seed,
            model,
            workers,
            device,
            json,
        }.WithPage(VerifyHelp);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var deadline = Deadline.Of("Interrupted. Nothing was written.", cancellation);
                var pack = await PackFile.Read(parsed.GetValue(file)!, cancellation);
                var place = CommonOptions.Place(parsed.GetValue(device)!, threads: 1, checkpointing: false, inThisProcess: true);
                var engine = EngineChoice.Of(pack.Submission) with { Place = place };
                var folder = engine.IsFake ? null : PackFile.BaseModel(parsed.GetValue(model), pack.Submission.Model.BaseSha256);
                using var judge = JudgeSource.OfEnvironment()?.Open(TimeProvider.System, engine.CreateForJudge);
                var verifier = new PackVerifier(pack, engine, new SingleModel(folder), judge);
                var sweep = pack.Submission.Runs[0].Context.Sweep;
                Terminal.Tell($"{sweep}: {Terminal.Count(verifier.Trials, "trial")}, results.json {pack.ResultsSha256()}, {verifier.NumericClass}");
                if (verifier.OfLearnedPolicies > 0)
                {
                    Terminal.Tell(
                        $"{Terminal.Count(verifier.OfLearnedPolicies, "trial")} more began from a policy that had learned; they are not in "
                            + $"the sample."
                    );
                }

                if (!verifier.ComparesBytes)
                {
                    Terminal.Tell($"This machine is of another class ({engine.NumericClass}): verdicts are compared, not bytes.");
                }

                if (verifier.Trials == 0)
                {
                    throw new CommandException(ExitCode.Usage, "Nothing can be verified: the pack has no trial that began from the base model.");
                }

                var checks = new List<PackCheck>();
                await foreach (
                    var check in verifier.Run(
                        parsed.GetValue(sample),
                        (ulong)parsed.GetValue(seed),
                        CommonOptions.CheckWorkers(parsed.GetValue(workers)),
                        cancellation
                    )
                )
                {
                    checks.Add(check);
                    PackLines.Tell(check);
                }

                var equal = checks.Count(check => check.IsEqual);
                Terminal.Tell(PackLines.Summary(verifier, checks));
                if (parsed.GetValue(json))
                {
                    Terminal.Document(
                        new
                        {
                            results = pack.ResultsSha256(),
                            trials = verifier.Trials,
                            bytes = verifier.ComparesBytes,
                            sample = checks.Count,
                            equal,
                            checks,
                        }
                    );
                }

                return equal == checks.Count ? ExitCode.Ok : ExitCode.Failures;
            }
        );
        return command;
    }

    private static Argument<string> PackArgument() =>
        new("file") { Description = "A pack, as 'artifacts pack' writes it.", HelpName = $"file{Suffix}" };
}
