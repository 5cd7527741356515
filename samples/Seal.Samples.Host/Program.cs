using System.Text;
using Seal.Core.Artifacts;
using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Samples;
using Seal.Silo.Engines;
using Seal.Silo.Hosting;
using Seal.Silo.Plugins;

// A grid in this process, with the samples and without the console: host <sweep.toml> <store>. The engine is the stand-in without tensors.
var (file, folder) = (args[0], args[1]);

// Before the sweep is read: its names are the plug-in's. A program that does not know its plug-ins gives the paths that it was told.
PluginLoader.Use([typeof(SamplesPlugin).Assembly.Location]);
var spec = SweepFile.Read(file, SweepOverrides.Parse("engine.kind=fake", "tasks.train_count=3", "tasks.evaluate_count=2", "proposal.candidates=3"));
var tasks = Catalog.Current.Domains.Named(spec.Runs[0].Settings.Domain).Load(spec.Tasks);

var store = new DirectoryArtifactStore(folder);
var engine = EngineChoice.Of(spec);
await using var host = await SealHost.Start(
    store,
    new SealHostOptions
    {
        Workers = 2,
        CreateEngine = engine.Create,
        NumericClass = engine.NumericClass,
        Domains = Catalog.Current.Domains,
        Token = Guid.NewGuid().ToString("n"),
    }
);

// A submission names tasks and runs; what it names has to be in the store first.
var runs = spec.Runs.Select(run => new RunSubmission(
    new RunContext(spec.Name, run.Name, run.Settings, run.Arm, run.Seed, engine.NumericClass),
    run.Cell.Name
));
var model = new ModelRef(FakeEngine.BaseSha256, []);
var sweep = host.Grains.GetGrain<ISweepGrain>(spec.Name);
var reply = await sweep.Submit(new SweepSubmission([.. runs], model, await Put(tasks.Train), await Put(tasks.Evaluate)));
var status = reply.Status ?? throw new InvalidOperationException(string.Join('\n', reply.Differences));
while (status.State == SweepState.Running)
{
    status = (await sweep.WaitForEnd(TimeSpan.FromSeconds(20)))!;
}

Console.WriteLine($"{status.State}: {status.ReportSha256}");
Console.WriteLine(File.ReadAllText(Path.Combine(folder, "sweeps", spec.Name, "report.md")));

async Task<TaskRef[]> Put(IReadOnlyList<TaskDocument> documents) =>
    await Task.WhenAll(documents.Select(async task => new TaskRef(task.Id, await Blobs.Ensure(store, Encoding.UTF8.GetBytes(task.Json)))));
