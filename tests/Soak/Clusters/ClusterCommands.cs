using System.CommandLine;

namespace Seal.Soak.Clusters;

/// <summary>The soaks of a cluster: real silos, a real Redis, a real blob store.</summary>
internal static class ClusterCommands
{
    public static IEnumerable<Command> All() => [Kills(), Zombie(), Store(), Grid(), Slots()];

    private static Command Kills()
    {
        var (engine, set, seed) = (Engine(), Set(), Seed());
        var kills = new Option<int>("--kills")
        {
            Description = "How many in all; sweep follows on sweep until they are done.",
            DefaultValueFactory = _ => 20,
        };
        var logs = new Option<string?>("--logs")
        {
            Description = "Write what the silos log there, a file a sweep; of silos that were killed what their last process said.",
            HelpName = "folder",
        };
        var command = new Command(
            "cluster",
            "kill -9 of a random silo of three, again and again: 0 lost, 0 committed twice, leased again within 15 s (p95), equal bytes."
        )
        {
            kills,
            seed,
            engine,
            set,
            logs,
        };
        command.SetAction(
            (parsed, cancellation) =>
                new KillSoak(
                    ClusterSweep.Of(parsed.GetValue(engine)!, parsed.GetValue(set)!),
                    parsed.GetValue(kills),
                    parsed.GetValue(seed),
                    parsed.GetValue(logs),
                    Console.Out
                ).ToEnd(cancellation)
        );
        return command;
    }

    private static Command Zombie()
    {
        var (engine, set) = (Engine(), Set());
        var still = new Option<int>("--seconds") { Description = "How long the silo stands still.", DefaultValueFactory = _ => 40 };
        var command = new Command("zombie", "SIGSTOP, then SIGCONT of one silo of three: it commits nothing, the sweep goes on without it.")
        {
            still,
            engine,
            set,
        };
        command.SetAction(
            (parsed, cancellation) =>
                new ZombieSoak(
                    ClusterSweep.Of(parsed.GetValue(engine)!, parsed.GetValue(set)!),
                    TimeSpan.FromSeconds(parsed.GetValue(still)),
                    Console.Out
                ).ToEnd(cancellation)
        );
        return command;
    }

    private static Command Store()
    {
        var (set, seed) = (Set(), Seed());
        var refuse = new Option<double>("--refuse") { Description = "Share of blob calls answered 503.", DefaultValueFactory = _ => 0.2 };
        var lose = new Option<double>("--lose")
        {
            Description = "Share of blob calls that are carried out and whose answer is lost.",
            DefaultValueFactory = _ => 0.05,
        };
        var outage = new Option<int>("--outage") { Description = "Seconds that the store is down, once.", DefaultValueFactory = _ => 60 };
        var command = new Command(
            "store",
            "A blob store that hiccups and goes away, a Redis that is restarted: nothing corrupt, no false conflict, equal bytes, 80 % of the speed."
        )
        {
            refuse,
            lose,
            outage,
            seed,
            set,
        };
        command.SetAction(
            (parsed, cancellation) =>
                new StoreSoak(
                    ClusterSweep.Of("fake", parsed.GetValue(set)!),
                    new StoreHarm(
                        parsed.GetValue(refuse),
                        parsed.GetValue(lose),
                        TimeSpan.FromSeconds(parsed.GetValue(outage)),
                        parsed.GetValue(seed)
                    ),
                    Console.Out
                ).ToEnd(cancellation)
        );
        return command;
    }

    private static Command Grid()
    {
        var candidates = new Option<int>("--candidates") { Description = "About how many.", DefaultValueFactory = _ => 1000 };
        var command = new Command(
            "grid",
            "What the grid costs a candidate: processor time of the control silo (20 ms), client calls (p99 50 ms), memory. Wants idle cores."
        )
        {
            candidates,
        };
        command.SetAction((parsed, cancellation) => new GridSoak(parsed.GetValue(candidates), Console.Out).ToEnd(cancellation));
        return command;
    }

    private static Command Slots()
    {
        var slots = new Option<int[]>("--slots")
        {
            Description = "How many, one cluster after another.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [16, 64, 256],
        };
        var perSilo = new Option<int>("--per-silo") { Description = "Slots of each trainer.", DefaultValueFactory = _ => 8 };
        slots.Validators.Add(given => Demand(given, "--slots", given.Tokens.Select(token => token.Value)));
        perSilo.Validators.Add(given => Demand(given, "--per-silo", given.Tokens.Select(token => token.Value)));
        var waves = new Option<int>("--waves") { Description = "Trials a slot while all are open.", DefaultValueFactory = _ => 4 };
        var command = new Command("slots", "Trials of about a minute under one control silo: the share of their time that slots train (95 %).")
        {
            slots,
            perSilo,
            waves,
        };
        command.SetAction(
            (parsed, cancellation) =>
                new SlotsSoak(parsed.GetValue(slots)!, parsed.GetValue(perSilo), parsed.GetValue(waves), Console.Out).ToEnd(cancellation)
        );
        return command;
    }

    private static void Demand(System.CommandLine.Parsing.OptionResult given, string name, IEnumerable<string> words)
    {
        if (words.Any(word => !int.TryParse(word, out var number) || number is < 1 or > 1024))
        {
            given.AddError($"{name}: expected 1 to 1024.");
        }
    }

    private static Option<string> Engine()
    {
        var engine = new Option<string>("--engine") { Description = "fake or torch.", DefaultValueFactory = _ => "fake" };
        engine.AcceptOnlyFromAmong("fake", "torch");
        return engine;
    }

    private static Option<string[]> Set() =>
        new("--set") { Description = "Override a key of the sweep. May be repeated.", DefaultValueFactory = _ => [] };

    private static Option<ulong> Seed() => new("--seed") { Description = "Decides who is harmed and when.", DefaultValueFactory = _ => 1 };
}
