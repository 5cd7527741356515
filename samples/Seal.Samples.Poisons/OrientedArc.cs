using Seal.Arc;
using Seal.Arc.Tasks;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Sweeps;

namespace Seal.Samples.Poisons;

/// <summary>The ARC domain, whose training tasks are labelled by the orientation of their test input: for a reward that pays for one of them
/// alone.</summary>
public sealed class OrientedArc : IDomain
{
    private readonly ArcDomain _arc = new();

    /// <inheritdoc/>
    public string Id => "oriented-arc";

    /// <inheritdoc/>
    public IReadOnlyList<string> Reads => _arc.Reads;

    /// <inheritdoc/>
    public IDomainSession Open(RunSettings settings, ModelInfo model) => _arc.Open(settings, model);

    /// <inheritdoc/>
    public string TrialIdentity(RunSettings settings, EvaluationKind kind) => _arc.TrialIdentity(settings, kind);

    /// <inheritdoc/>
    public TaskSets Load(TaskSource source)
    {
        var sets = _arc.Load(source);
        return sets with { Train = [.. sets.Train.Select(task => task with { Labels = new TaskLabels(Orientation(task), Orientation(task)) })] };
    }

    /// <inheritdoc/>
    public string? Validate(TaskDocument task, bool needsTestOutputs) => _arc.Validate(task, needsTestOutputs);

    private static string Orientation(TaskDocument task)
    {
        var input = ArcTaskJson.Parse(task).Test[0].Input;
        return input.Width > input.Height ? "wide"
            : input.Width < input.Height ? "tall"
            : "square";
    }
}
