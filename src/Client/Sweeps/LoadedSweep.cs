using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Gates;
using Seal.Core.Jobs;
using Seal.Core.Proposers;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Models.Engine;
using Seal.Models.Llama;

namespace Seal.Client.Sweeps;

/// <summary>A sweep file with everything it names read and checked: tasks, model, self-edits. Nothing has been written yet.</summary>
/// <param name="Spec">The file.</param>
/// <param name="Training">Training tasks.</param>
/// <param name="Evaluation">Evaluation tasks.</param>
/// <param name="ModelFolder">The base model's folder; null with the fake engine.</param>
/// <param name="Model">The base model's content address.</param>
/// <param name="Engine">What runs it.</param>
public sealed record LoadedSweep(
    SweepSpec Spec,
    IReadOnlyList<TaskDocument> Training,
    IReadOnlyList<TaskDocument> Evaluation,
    string? ModelFolder,
    ModelRef Model,
    EngineChoice Engine
)
{
    /// <summary>Tasks for the gate.</summary>
    public IReadOnlyList<TaskDocument> Retention { get; init; } = [];

    /// <summary>Its runs, in plan order.</summary>
    public IReadOnlyList<RunPlan> Runs => Spec.Runs;

    /// <exception cref="SweepException">Something in it cannot be used; the message says what and where.</exception>
    /// <exception cref="ModelFormatException">The model cannot be used.</exception>
    /// <param name="path">The file, as the user gave it.</param>
    /// <param name="overrides">What <c>--set</c> says.</param>
    /// <param name="alone">An arm in the place of the file's, for work that is no run of the sweep; see <see cref="SweepFile.Read"/>.</param>
    /// <param name="warns">Say what is odd about its tasks; what is wrong is refused in any case.</param>
    /// <param name="say">Where that is said; on the terminal by default.</param>
    /// <param name="shapeOnly">For a plan that is only counted: of the model its configuration and vocabulary are read, and no weight needs to be
    /// there.</param>
    public static LoadedSweep Read(
        string path,
        IReadOnlyList<string> overrides,
        ArmSpec? alone = null,
        bool warns = true,
        Action<string>? say = null,
        bool shapeOnly = false
    )
    {
        path = Shipped.Find(path);
        var spec = SweepFile.Read(path, SweepOverrides.Parse(overrides), alone: alone);
        try
        {
            return Load(spec, warns, say ?? Terminal.SayOnce, shapeOnly);
        }
        catch (SweepException wrong)
        {
            throw new SweepException($"{path}: {wrong.Message}", wrong);
        }
    }

    private static LoadedSweep Load(SweepSpec spec, bool warns, Action<string> say, bool shapeOnly)
    {
        // Before tasks are read: whose tasks they are, the domain decides.
        var domain = EngineChoice.Domain(spec.Runs[0].Settings.Domain);
        var engine = EngineChoice.Of(spec);
        var tasks = domain.Load(spec.Tasks);
        var (training, evaluation) = (tasks.Train, tasks.Evaluate);
        var folder = engine.IsFake ? null : spec.Model.Path;
        var sha256 =
            folder is null ? FakeEngine.BaseSha256
            : shapeOnly ? ""
            : Core.Engines.ModelFolder.ContentHash(folder);
        var sweep = new LoadedSweep(spec, training, evaluation, folder, new ModelRef(sha256, []), engine) { Retention = tasks.Retention };
        if (folder is not null && !shapeOnly)
        {
            MemoryCheck.DemandWeights(folder, engine.Dtype.Bytes(), BaseModels.Bytes.OfTheProcessor);
        }

        sweep.CheckGate();
        sweep.CheckEditFiles();
        sweep.Preflight(shapeOnly);
        foreach (var note in tasks.Notes)
        {
            say($"{spec.Name}: {note}");
        }

        foreach (var warning in warns ? tasks.Warnings : [])
        {
            say($"{spec.Name}: warning: {warning}");
        }

        return sweep;
    }

    /// <summary>The sweep with its reward table's arms alone, under a name of its own.</summary>
    /// <exception cref="SweepException">It has none.</exception>
    public LoadedSweep TableOnly()
    {
        if (!Spec.Arms.Any(arm => arm.Source.IsTable))
        {
            throw new SweepException(
                $"{Spec.Name}: none of the arms makes a reward table; add one with proposer = \"{TableProposer.Name}\", as sweeps/table.toml has it."
            );
        }

        return this with
        {
            Spec = Spec.Only(StoreName.Shorten(Spec.Name + "-table"), arm => arm.Source.IsTable),
        };
    }

    /// <summary>Opens the model once and the domain with the settings of every cell and arm, so that what cannot work is refused before anything is
    /// started.</summary>
    private void Preflight(bool shapeOnly)
    {
        // A build without libtorch leaves the weights to the cluster.
        using var engine = (shapeOnly || TorchMissingException.IsMissing) && !Engine.IsFake ? null : Engine.Create();
        var model =
            engine?.Open(Model, new SingleModel(ModelFolder)).Info
            ?? (shapeOnly ? ModelDescription.OfShape(ModelFolder!) : ModelDescription.Of(ModelFolder!));
        foreach (var run in Runs.DistinctBy(run => run.Place))
        {
            var session = EngineChoice.Domain(run.Settings.Domain).Open(run.Settings, model);
            if (run.Arm.Source.NeedsSpace)
            {
                _ = session.Demand($"arms.{run.Arm.Name}: proposer \"{run.Arm.Proposer}\"");
            }

            foreach (var (place, edit) in run.Arm.Source.Written(run.Arm))
            {
                if (session.Parse(edit).Rejection is { } why)
                {
                    throw new SweepException(
                        $"arms.{run.Arm.Name}{place}: {why}. Expected a self-edit of schema '{run.Settings.Proposal.Schema}'"
                            + $"{(session.Space is { } space ? $", e.g. {space.Enumerate().First()}" : "")}; got {edit}"
                    );
                }
            }
        }
    }

    /// <summary>A gate that asks for groups of tasks finds some that are large enough; else no version would ever be used.</summary>
    private void CheckGate()
    {
        var asks = Runs.Any(run => run.Settings.Gate?.Rules.Contains(GateRules.Groups) == true && RunMethods.Learns(run.Arm));
        TaskRef[] tasks = [.. Retention.Select(task => new TaskRef(task.Id, "") { Labels = task.Labels, Groups = task.Groups })];
        if (asks && !GateRules.HaveGroups([.. tasks.Select(task => task.InGroups)]))
        {
            throw new SweepException(
                $"gate.rules: \"{GateRules.Groups}\" needs groups of at least 20 retention tasks with as many beside them, and there is none among "
                    + $"these {tasks.Length}; ask for more tasks, or name the rules without it."
            );
        }
    }

    /// <summary>Which tasks a sweep has is known only now: ids may be drawn or generated.</summary>
    private void CheckEditFiles()
    {
        foreach (var arm in Spec.Arms.Where(arm => arm.Edits is not null))
        {
            if (FileEdits.Problem(arm.Edits!.Texts, [.. Training.Select(task => task.Id)], [.. Evaluation.Select(task => task.Id)]) is { } wrong)
            {
                throw new SweepException($"arms.{arm.Name}.file: {wrong}");
            }
        }
    }
}
