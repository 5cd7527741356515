using Seal.Client.Sweeps;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Files;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Sweeps;

namespace Seal.Client.Gates;

/// <summary>Trials of a gate in a text file, a line each: what is there already is not tried again, after Ctrl-C, a kill or a power cut.</summary>
/// <param name="path">The file; null to keep nothing.</param>
internal sealed class TrialTable(string? path)
{
    private readonly Lock _lock = new();

    /// <summary>Reads what is there, and makes the file fit to be added to.</summary>
    /// <param name="sweep">Settings of its first run, its model and engine: what a trial depends on beside task, seed and self-edit.</param>
    /// <param name="format">Names the form of the lines.</param>
    /// <param name="kind">How trials are judged.</param>
    /// <param name="head">Names of the columns.</param>
    /// <returns>The lines; some may be no trial, as the last one of an interrupted run.</returns>
    /// <exception cref="CommandException">The file is of another model, other settings or another build.</exception>
    public IReadOnlyList<string> TakeUp(LoadedSweep sweep, string format, EvaluationKind kind, string head)
    {
        if (path is null)
        {
            return [];
        }

        var settings = sweep.Runs[0].Settings;
        var made =
            "# "
            + SealJson.Hash(
                new
                {
                    Format = format,
                    Model = sweep.Model.Key,
                    sweep.Engine.NumericClass,
                    Trial = InnerSeeds.Identity(EngineChoice.Domain(settings.Domain), settings, kind),
                }
            );
        UserFile.Check(path);
        if (!File.Exists(path) || new FileInfo(path).Length == 0)
        {
            File.WriteAllText(path, $"{made}\n{head}\n");
            return [];
        }

        if (File.ReadLines(path).First() != made)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{path}: was made with another model or other settings ([inner], [evaluate], [engine], proposal.schema, the domain's own), whose "
                    + "trials are not to be mixed with these, or by another build or kind of processor; give another --out."
            );
        }

        using (var file = File.Open(path, FileMode.Open))
        {
            // A line that an interruption cut short is ended, so that the next trial has one of its own.
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n')
            {
                file.WriteByte((byte)'\n');
            }
        }

        return File.ReadAllLines(path);
    }

    /// <summary>Runs trials, several workers side by side, each with an engine of its own.</summary>
    /// <param name="sweep">Settings of its first run, its model and engine.</param>
    /// <param name="open">What is to be tried.</param>
    /// <param name="workers">Trials at a time.</param>
    /// <param name="run">Runs one of them.</param>
    /// <param name="done">Takes a trial and returns its line; one at a time.</param>
    /// <param name="cancellation">Ends it; what is done is kept.</param>
    public void Run<TOpen, TTrial>(
        LoadedSweep sweep,
        IReadOnlyList<TOpen> open,
        int workers,
        Func<IModelHandle, IDomainSession, TOpen, TTrial> run,
        Func<TTrial, string> done,
        CancellationToken cancellation
    )
    {
        var settings = sweep.Runs[0].Settings;
        var next = -1;
        Task[] threads =
        [
            .. Enumerable
                .Range(0, Math.Min(workers, open.Count))
                .Select(_ => Task.Factory.StartNew(Work, cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default)),
        ];
        // Not WaitAll, which would wrap what went wrong.
        Task.WhenAll(threads).GetAwaiter().GetResult();

        void Work()
        {
            using var engine = sweep.Engine.Create();
            var model = engine.Open(sweep.Model, new SingleModel(sweep.ModelFolder));
            var session = EngineChoice.Domain(settings.Domain).Open(settings, model.Info);
            while (Interlocked.Increment(ref next) is var i && i < open.Count)
            {
                cancellation.ThrowIfCancellationRequested();
                var trial = run(model, session, open[i]);
                lock (_lock)
                {
                    var line = done(trial);
                    if (path is not null)
                    {
                        File.AppendAllText(path, line + "\n");
                    }
                }
            }
        }
    }
}
