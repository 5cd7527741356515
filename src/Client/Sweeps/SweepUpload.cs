using System.Text;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Silo.Storage;

namespace Seal.Client.Sweeps;

/// <summary>Puts what a sweep names into the store: tasks, files of self-edits, and the base model or where it is.</summary>
internal static class SweepUpload
{
    /// <param name="sweep">The sweep.</param>
    /// <param name="store">Where to.</param>
    /// <param name="numericClass">The class it is to run in.</param>
    /// <param name="wholeModel">Copy the model's files; else only the folder's path is noted, for a store of this machine.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static async Task<SweepSubmission> Put(
        LoadedSweep sweep,
        IArtifactStore store,
        string numericClass,
        bool wholeModel,
        CancellationToken cancellation
    )
    {
        var training = await Tasks(store, sweep.Training, cancellation);
        var evaluation = await Tasks(store, sweep.Evaluation, cancellation);
        var retention = await Tasks(store, sweep.Retention, cancellation);
        if (sweep.ModelFolder is { } folder)
        {
            await (
                wholeModel
                    ? ModelRegistry.Upload(store, sweep.Model.BaseSha256, folder, cancellation)
                    : ModelRegistry.Register(store, sweep.Model.BaseSha256, folder, cancellation)
            );
        }

        foreach (var edits in sweep.Runs.Select(run => run.Arm.Edits).OfType<ArmEdits>().DistinctBy(edits => edits.Sha256))
        {
            await Blobs.Ensure(store, edits.ToBytes(), cancellation);
        }

        var runs = sweep.Runs.Select(run => new RunSubmission(
            new RunContext(sweep.Spec.Name, run.Name, run.Settings, run.Arm, run.Seed, numericClass),
            run.Cell.Name
        ));
        return new SweepSubmission([.. runs], sweep.Model, training, evaluation) { Retention = retention.Count > 0 ? retention : null };
    }

    private static async Task<IReadOnlyList<TaskRef>> Tasks(IArtifactStore store, IReadOnlyList<TaskDocument> tasks, CancellationToken cancellation)
    {
        var references = new List<TaskRef>();
        foreach (var task in tasks)
        {
            references.Add(
                new TaskRef(task.Id, await Blobs.Ensure(store, Encoding.UTF8.GetBytes(task.Json), cancellation))
                {
                    Labels = task.Labels,
                    Groups = task.Groups,
                }
            );
        }

        return references;
    }
}
