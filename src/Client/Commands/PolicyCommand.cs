using System.CommandLine;
using System.Globalization;
using Seal.Client.Display;
using Seal.Client.Policies;
using Seal.Client.Sweeps;
using Seal.Core.Gates;
using Seal.Core.Results;
using Spectre.Console;

namespace Seal.Client.Commands;

/// <summary><c>seal policy</c>: which versions of a policy there are, which one is used, and what the gate found.</summary>
internal static class PolicyCommand
{
    private const string ListHelp = """
        A version is the policy after a round; version 0 is the base model. Under [gate] a version that was not promoted is not used:
        the next round begins with the one before it (docs/safety.md).
        Exit codes: 0 listed; 2 which sweep?; 4 no such sweep or run, or none that learns; 5 the store cannot be read.

        Examples:
          seal policy list
          seal policy list default-seal-s1 --sweep quickstart --json
        """;

    private const string ShowHelp = """
        Each rule with its cases, what it measured, the interval and the limit, and the tasks that show it best:
        'seal show <run>/gate-<version>/<task>' has their answers.
        Exit codes: 0 shown; 2 which sweep?; 4 no such sweep, run or version; 5 the store cannot be read.

        Example:
          seal policy show default-seal-s1 2
        """;

    public static Command Create() => new("policy", "Look at the versions of a run's policy, and at what the gate found.") { List(), Show() };

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
                Share(rule.Found),
                rule.Between,
                Share(rule.Limit),
                Markup.Escape(rule.Why)
            );
        }

        Terminal.Tell(table);
        foreach (var rule in rules.Where(rule => rule.Worst.Count > 0))
        {
            Terminal.Tell($"{rule.Rule}, most on: {string.Join(", ", rule.Worst)}");
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
