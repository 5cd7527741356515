using Seal.Arc.TaskSources;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Proposers;
using Seal.Core.Sweeps;
using Seal.Models.Engine;

namespace Seal.Client.Sweeps;

/// <summary>A sweep file with everything it names read and checked: tasks, model, self-edits. Nothing has been written yet.</summary>
/// <param name="Spec">The file.</param>
/// <param name="Runs">Its runs, in plan order.</param>
/// <param name="Training">Training tasks.</param>
/// <param name="Evaluation">Evaluation tasks.</param>
/// <param name="ModelFolder">The base model's folder; null with the fake engine.</param>
/// <param name="Model">The base model's content address.</param>
/// <param name="Engine">What runs it.</param>
public sealed record LoadedSweep(
    SweepSpec Spec,
    IReadOnlyList<RunPlan> Runs,
    IReadOnlyList<TaskDocument> Training,
    IReadOnlyList<TaskDocument> Evaluation,
    string? ModelFolder,
    ModelRef Model,
    EngineChoice Engine)
{
    /// <exception cref="SweepException">Something in it cannot be used; the message says what and where.</exception>
    /// <exception cref="ModelFormatException">The model cannot be used.</exception>
    public static LoadedSweep Read(string path, IReadOnlyList<string> overrides)
    {
        var spec = SweepFile.Read(path, SweepOverrides.Parse(overrides));
        try
        {
            return Load(spec);
        }
        catch (SweepException wrong)
        {
            throw new SweepException($"{path}: {wrong.Message}", wrong);
        }
    }

    private static LoadedSweep Load(SweepSpec spec)
    {
        var runs = SweepPlan.Expand(spec);
        var engine = EngineChoice.Of(spec);
        var (training, evaluation) = ArcTaskSets.Load(spec.Tasks);
        var folder = engine.IsFake ? null : spec.Model.Path;
        var sha256 = folder is null ? FakeEngine.BaseSha256 : Core.Engines.ModelFolder.ContentHash(folder);
        var sweep = new LoadedSweep(spec, runs, training, evaluation, folder, new ModelRef(sha256, []), engine);
        if (folder is not null)
        {
            MemoryCheck.DemandWeights(folder, MemoryCheck.WeightBytes(engine.Dtype), BaseModels.Bytes.OfTheProcessor);
        }

        sweep.Preflight();
        return sweep;
    }

    /// <summary>The sweep with its reward table's arms alone, under a name of its own.</summary>
    /// <exception cref="SweepException">It has none.</exception>
    public LoadedSweep TableOnly()
    {
        ArmSpec[] arms = [.. Spec.Arms.Where(arm => arm.Proposer == TableProposer.Name)];
        if (arms.Length == 0)
        {
            throw new SweepException($"{Spec.Name}: none of the arms makes a reward table; add one with proposer = \"{TableProposer.Name}\", as sweeps/table.toml has it.");
        }

        var spec = Spec with { Name = StoreName.Shorten(Spec.Name + "-table"), Arms = arms };
        return this with { Spec = spec, Runs = SweepPlan.Expand(spec) };
    }

    /// <summary>Opens the model and every cell's domain once, so that what cannot work is refused before anything is started.</summary>
    private void Preflight()
    {
        // A build without libtorch leaves the weights to the cluster.
        using var engine = TorchMissingException.IsMissing && !Engine.IsFake ? null : Engine.Create();
        var model = engine?.Open(Model, new SingleModel(ModelFolder)).Info ?? ModelDescription.Of(ModelFolder!);
        foreach (var (cell, arm) in Runs.Select(run => (run.Cell, run.Arm)).Distinct())
        {
            var session = EngineChoice.Domains.First(domain => domain.Id == cell.Settings.Domain).Open(cell.Settings, model);
            foreach (var edit in Edits(arm))
            {
                if (session.Parse(edit).Rejection is { } why)
                {
                    throw new SweepException(
                        $"arms.{arm.Name}: {why}. Expected a self-edit of schema '{cell.Settings.Proposal.Schema}', e.g. {session.EnumerateEdits(1).First()}; got {edit}");
                }
            }
        }
    }

    private static IEnumerable<string> Edits(ArmSpec arm) => arm.Proposer switch
    {
        "constant" => [arm.Edit ?? string.Empty],
        "file" => (arm.Edits ?? new Dictionary<string, IReadOnlyList<string>>()).OrderBy(entry => entry.Key, StringComparer.Ordinal).SelectMany(entry => entry.Value),
        _ => [],
    };
}
