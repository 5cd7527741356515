using System.CommandLine;
using Seal.Soak;
using Seal.Soak.Clusters;

var kills = new Option<int>("--kills") { Description = "Runs, each killed once with kill -9 and resumed.", DefaultValueFactory = _ => 20 };
var seed = new Option<ulong>("--seed") { Description = "Decides the moments of the kills.", DefaultValueFactory = _ => 1 };
var sweep = new Option<string?>("--sweep") { Description = "The sweep file; sweeps/soak.toml by default: about a minute on two cores." };
var workers = new Option<int>("--workers") { Description = "Device slots.", DefaultValueFactory = _ => Environment.ProcessorCount };
var set = new Option<string[]>("--set")
{
    Description = "Override a key of the sweep file, as with seal run. May be repeated.",
    DefaultValueFactory = _ => [],
};
var root = new RootCommand(
    "Runs a sweep undisturbed, then again and again, each time killed at a random moment and resumed, and compares every policy hash, the report's "
        + "hash and the bytes of "
        + "results.json. Exit code 0: all equal, and nothing committed ran again; 1: not so."
)
{
    kills,
    seed,
    sweep,
    workers,
    set,
};
foreach (var command in ClusterCommands.All())
{
    root.Add(command);
}

var constants = new Command(
    "constants",
    "Runs the sweeps of tests/EndToEnd/results.tsv (about six minutes) and compares results.json with the hashes written down there."
);
constants.SetAction(_ => ConstantsCheck.Run(Console.Out));
root.Add(constants);
root.Add(Seal.Soak.Builds.BuildsCommand.Create());

root.SetAction(
    (parsed, cancellation) =>
        new SoakRun(
            parsed.GetValue(sweep),
            parsed.GetValue(kills),
            parsed.GetValue(seed),
            parsed.GetValue(workers),
            parsed.GetValue(set)!,
            Console.Out
        ).ToEnd(cancellation)
);
return await root.Parse(args).InvokeAsync();
