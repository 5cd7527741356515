using Seal.Arc.Tasks;
using Seal.Arc.TaskSources;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Sweeps;

namespace Seal.Arc;

/// <summary>Few-shot ARC: a task's demonstrations are the context, a self-edit says how to fine-tune on them, the test input is the
/// question.</summary>
public sealed class ArcDomain : IDomain
{
    public string Id => "arc";

    public IReadOnlyList<string> Reads => IDomain.SharedKeys;

    public IDomainSession Open(RunSettings settings, ModelInfo model) => new ArcDomainSession(settings, model);

    public string TrialIdentity(RunSettings settings, EvaluationKind kind) => SealJson.ToText(ArcTrialSettings.Of(settings, kind));

    public TaskSets Load(TaskSource source) => ArcTaskSets.Load(source);

    public string? Validate(TaskDocument task, bool needsTestOutputs) => ArcTaskJson.Validate(task, needsTestOutputs);
}
