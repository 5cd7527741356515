using System.CommandLine;
using System.Globalization;
using Seal.Client.Clusters;
using Seal.Client.Display;
using Seal.Client.Policies;
using Seal.Client.Sweeps;
using Seal.Core.Gates;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Steering;
using Spectre.Console;

namespace Seal.Client.Commands;

/// <summary><c>seal policy</c>: which versions of a policy there are, which one is used and is to be used, and what the gate found.</summary>
internal static class PolicyCommand
{
    private const int LongestWords = 500;

    private const string ListHelp = """
        A version is the policy after a round; version 0 is the base model. Under [gate] a version that was not promoted is not used:
        the next round begins with the one before it (docs/safety.md).
        Exit codes: 0 listed; 2 which sweep?; 4 no such sweep or run, or none that learns; 5 the store cannot be read.

        Examples:
          seal policy list
          seal policy list default-seal-s1 --sweep quickstart --json
        """;

    private const string ShowHelp = """
        Each rule with its cases, what it measured, the interval and the limit, and the tasks that show it best with the phase that has them:
        'seal show <run>/gate-2/<task>' has an answer, of rewards 'seal show <run>/train-2/<task>' what was tried.
        Exit codes: 0 shown; 2 which sweep?; 4 no such sweep, run or version; 5 the store cannot be read.

        Example:
          seal policy show default-seal-s1 2
        """;

    private const string MoveHelp = """
        The next round begins with that version, and so does the evaluation after this one; what came after is left, and what was tried is
        not tried again. The versions stay as they are. Who and why are part of the sweep from then on: its results have them, and the same
        sweep with the same word gives the same bytes, whenever it was given. A word takes the place of those that were said after the same
        round or a later one: which these are is told. Where no process runs the sweep, 'seal sweep resume' goes on.
        Exit codes: 0 done, or nothing to do; 2 wrong words, or which sweep?; 4 no such sweep, run or version, or rollback to a later one than
        is in use; 5 the store cannot be read.

        Examples:
          seal policy rollback default-seal-s1 1 --why "forgets tall grids"
          seal policy promote default-seal-s1 3 --why "looked at its ten worst answers" --after 3
        """;

    public static Command Create() =>
        new("policy", "Look at the versions of a run's policy and at what the gate found; say which one is used.")
        {
            List(),
            Show(),
            Move("rollback", "Use an earlier version of the policy from here on.", isBack: true),
            Move("promote", "Use a version that is not in use, whatever the gate has said.", isBack: false),
        };

    private static Command List()
    {
        var run = new Argument<string?>("run") { Description = "The run; all that learn by default.", Arity = ArgumentArity.ZeroOrOne };
        var (sweep, store, cluster, json) = (Sweep(), CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var command = new Command("list", "The versions of the policy, and which one is used.") { run, sweep, store, cluster, json }
            .InOnePlace()
            .WithPage(ListHelp);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                var name = await StoredSweeps.Open(place).Choose(parsed.GetValue(sweep));
                var runs = await RunVersions.Read(place, name, parsed.GetValue(run), cancellation);
                foreach (var one in runs)
                {
                    Terminal.Tell(Table(one));
                    foreach (var move in one.Pending)
                    {
                        Terminal.Tell(
                            $"Written down and not carried out yet: after {Terminal.Count(move.After, "round")} version {Number(move.Version)} "
                                + $"is used, by {move.By}: {move.Why}"
                        );
                    }
                }

                if (parsed.GetValue(json))
                {
                    Terminal.Document(new { sweep = name, runs = runs.Select(Document) });
                }

                return ExitCode.Ok;
            }
        );
        return command;
    }

    private static Command Show()
    {
        var run = new Argument<string>("run") { Description = "The run, e.g. default-seal-s1." };
        var version = new Argument<int>("version") { Description = "The round that it came out of; 0 is the base model." };
        var (sweep, store, cluster, json) = (Sweep(), CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var command = new Command("show", "One version: what it was trained on, and the gate's evidence.")
        {
            run,
            version,
            sweep,
            store,
            cluster,
            json,
        }
            .InOnePlace()
            .WithPage(ShowHelp);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                var name = await StoredSweeps.Open(place).Choose(parsed.GetValue(sweep));
                var one = (await RunVersions.Read(place, name, parsed.GetValue(run), cancellation))[0];
                var number = parsed.GetValue(version);
                var found =
                    one.Versions.FirstOrDefault(known => RunVersions.Number(known) == number)
                    ?? throw new CommandException(
                        ExitCode.NotFoundOrConflict,
                        $"The run {one.Run.Context.Run} has no version {Number(number)}; it has "
                            + $"{string.Join(", ", one.Versions.Select(known => Number(RunVersions.Number(known))))}. "
                            + "A round that kept nothing makes none."
                    );
                Tell(one, found);
                if (parsed.GetValue(json))
                {
                    Terminal.Document(Document(one, found));
                }

                return ExitCode.Ok;
            }
        );
        return command;
    }

    private static Command Move(string verb, string help, bool isBack)
    {
        var run = new Argument<string>("run") { Description = "The run, e.g. default-seal-s1." };
        var version = new Argument<int>("version") { Description = "The round that it came out of; 0 is the base model." };
        var why = new Option<string>("--why")
        {
            Description = "Why, for people.",
            HelpName = "words",
            Required = true,
        };
        var by = new Option<string?>("--by") { Description = "Who says so; you by default.", HelpName = "name" };
        var after = new Option<int?>("--after")
        {
            Description = "After which round; the last that has ended by default. An earlier one begins the rounds behind it anew.",
            HelpName = "n",
        };
        var (sweep, store, cluster, json) = (Sweep(), CommonOptions.Store(), CommonOptions.Cluster(), CommonOptions.Json());
        var command = new Command(verb, help) { run, version, why, by, after, sweep, store, cluster, json }
            .InOnePlace()
            .WithPage(MoveHelp);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var place = await CommonOptions.StoreAt(parsed.GetValue(store)!, parsed.GetValue(cluster), cancellation);
                var name = await StoredSweeps.Open(place).Choose(parsed.GetValue(sweep));
                var one = (await RunVersions.Read(place, name, parsed.GetValue(run), cancellation))[0];
                var move = new PolicyMove(
                    parsed.GetValue(after) ?? one.Rounds,
                    parsed.GetValue(version),
                    Line("--by", parsed.GetValue(by) ?? Environment.UserName),
                    Line("--why", parsed.GetValue(why)!)
                );
                if (Check(one, move, isBack) is { } done)
                {
                    return Steered.Nothing(await StoredSweeps.Open(place).Status(name), done, parsed.GetValue(json));
                }

                var moved = one.Run.Context.Run;
                foreach (var replaced in one.ReplacedBy(move))
                {
                    Terminal.Tell(
                        $"This takes the place of what {replaced.By} said after {Terminal.Count(replaced.After, "round")}: version "
                            + $"{Number(replaced.Version)}, {replaced.Why}"
                    );
                }

                var said = $"has the policy of {moved} set to version {Number(move.Version)} after {Terminal.Count(move.After, "round")}";
                if (parsed.GetValue(cluster) is not { } settings)
                {
                    return await new SweepSteering(parsed.GetValue(store)!, parsed.GetValue(json)).Steer(name, Wished, said, cancellation);
                }

                await using var link = await ClusterLink.Open(settings, cancellation);
                return await new ClusterSweeps(link, parsed.GetValue(json)).Steer(name, Wished, said, cancellation);

                SteeringCommand Wished(SweepControl control, bool ended) =>
                    new(
                        control.Revision + 1,
                        Guid.NewGuid().ToString("n"),
                        // What was wished of it last, perhaps when it had ended already, must not keep it from going on.
                        ended ? SweepMode.Run : null,
                        Move: new RunMove(moved, move)
                    );
            }
        );
        return command;
    }

    /// <returns>Why there is nothing to do, or null.</returns>
    /// <exception cref="CommandException">The run has no such version or round, or the verb is the wrong one.</exception>
    private static string? Check(RunVersions run, PolicyMove move, bool isBack)
    {
        var name = run.Run.Context.Run;
        if (move.After < 1 || move.After > run.Rounds)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                run.Rounds == 0
                    ? $"No round of {name} has ended: there is no version but the base model yet."
                    : $"--after: {Terminal.Count(run.Rounds, "round")} of {name} have ended; expected 1 to {Number(run.Rounds)}."
            );
        }

        int[] known = [.. run.Versions.Select(RunVersions.Number).Where(number => number <= move.After)];
        if (!known.Contains(move.Version))
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"After {Terminal.Count(move.After, "round")} the policy of {name} has no version {Number(move.Version)}; it has "
                    + $"{string.Join(", ", known.Select(Number))}. A round that kept nothing makes none."
            );
        }

        if (move.IsByGate)
        {
            throw new CommandException(ExitCode.Usage, $"--by: \"{PolicyMove.Gate}\" is what the gate's own moves say; expected a person.");
        }

        if (run.Run.Context.Settings.Moves?.Contains(move) == true)
        {
            // Said before, in these words: whether there is nothing to do is told by whoever is asked.
            return null;
        }

        // Of earlier rounds it does not matter what is in use now; what is wished and not carried out yet is as good as carried out.
        var stands = run.Pending.FirstOrDefault(wished => wished.After == move.After)?.Version ?? run.StandsNumber;
        if (move.After == run.Rounds && move.Version == stands)
        {
            return $"version {Number(stands)} of {name} is in use";
        }

        if (move.After == run.Rounds && isBack && move.Version > stands)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"Version {Number(move.Version)} is later than {Number(stands)}, which is in use; {Invocation.Command("policy", "promote")} uses it."
            );
        }

        return null;
    }

    /// <exception cref="CommandException">No words, too many, or more than a line.</exception>
    private static string Line(string option, string words) =>
        string.IsNullOrWhiteSpace(words) || words.Length > LongestWords || words.Any(char.IsControl)
            ? throw new CommandException(ExitCode.Usage, $"{option}: expected one line of 1 to {Number(LongestWords)} characters.")
            : words.Trim();

    private static Option<string?> Sweep() =>
        new("--sweep") { Description = "The sweep; may be left out where the store has one.", HelpName = "name" };

    private static FittedTable Table(RunVersions run)
    {
        var table = new FittedTable(
            $"policy of {run.Run.Context.Run}",
            Column.Number("version"),
            "adapter",
            "trained on",
            Column.Number("pairs"),
            "gate",
            "used"
        );
        foreach (var version in run.Versions)
        {
            table.AddRow(
                Number(RunVersions.Number(version)),
                version.Sha256[..12],
                version.Parent?[..12] ?? "",
                version.Phase is null ? "" : Number(version.Pairs),
                run.Gate(version),
                version.Sha256 == run.Stands ? "yes" : ""
            );
        }

        return table;
    }

    private static void Tell(RunVersions run, PolicyVersion version)
    {
        var number = RunVersions.Number(version);
        Terminal.Tell(
            version.Phase is null
                ? $"Version 0 of {run.Run.Context.Run} is the base model {version.Sha256}."
                : $"Version {Number(number)} of {run.Run.Context.Run}: adapter {version.Sha256}, trained on {Number(version.Pairs)} kept pairs of "
                    + $"{version.Phase}, on top of {version.Parent}{(run.Gate(version) is { Length: > 0 } gate ? $"; {gate}" : "")}"
                    + $"{(version.Sha256 == run.Stands ? "; in use" : "")}."
        );
        foreach (var move in run.Moves(number))
        {
            Terminal.Tell($"After {Terminal.Count(move.After, "round")} the policy was set to it by {move.Who}: {move.Why}");
        }

        var rules = run.Looks(number).SelectMany(look => look.Verdict.Rules).ToArray();
        if (rules.Length == 0)
        {
            Terminal.Tell(version.Phase is null ? "Other versions are compared with it." : "No gate has looked at it.");
            return;
        }

        var table = new FittedTable(
            "what the gate found",
            "rule",
            "verdict",
            Column.Number("cases"),
            Column.Number("found"),
            "interval",
            Column.Number("limit"),
            "why"
        );
        foreach (var rule in rules)
        {
            table.AddRow(
                rule.Rule,
                rule.Outcome.Word(),
                Number(rule.Cases),
                rule.Measured,
                rule.Between,
                Share(rule.Limit),
                Markup.Escape(rule.Told)
            );
        }

        Terminal.Tell(table);
        foreach (var (phase, verdict) in run.Looks(number))
        {
            foreach (var rule in verdict.Rules.Where(rule => rule.Worst.Count > 0))
            {
                Terminal.Tell($"{rule.Rule}, most in {rule.CasesOf(phase)} on: {string.Join(", ", rule.Worst)}");
            }
        }
    }

    private static object Document(RunVersions run) =>
        new
        {
            run = run.Run.Context.Run,
            inUse = run.Stands,
            versions = run.Versions.Select(version => Document(run, version)),
        };

    private static object Document(RunVersions run, PolicyVersion version) =>
        new
        {
            version = RunVersions.Number(version),
            sha256 = version.Sha256,
            parent = version.Parent,
            phase = version.Phase,
            pairs = version.Pairs,
            gate = run.Gate(version) is { Length: > 0 } word ? word : null,
            inUse = version.Sha256 == run.Stands,
            moves = run.Moves(RunVersions.Number(version))
                .Select(move => new
                {
                    after = move.After,
                    by = move.By,
                    why = move.Why,
                }),
            rules = run.Looks(RunVersions.Number(version))
                .SelectMany(look =>
                    look.Verdict.Rules.Select(rule => new
                    {
                        phase = look.Phase.ToString(),
                        rule = rule.Rule,
                        verdict = rule.Outcome.Word(),
                        cases = rule.Cases,
                        found = rule.Found,
                        low = rule.Low,
                        high = rule.High,
                        limit = rule.Limit,
                        why = rule.Why,
                        worst = rule.Worst,
                    })
                ),
        };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Share(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);
}
