using System.Collections.Concurrent;
using System.Text;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Jobs;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;
using Seal.Models;
using Seal.Models.Engine;
using Seal.Models.Tokenizers;
using Seal.Silo.Engines;
using Seal.Silo.Storage;

namespace Seal.Silo.Reading;

/// <summary>
/// Makes the texts of a candidate again, as its domain made them for its trial: only they are not stored. Needs the vocabulary of the base model, and
/// none of its weights. For many threads.
/// </summary>
/// <param name="store">The store.</param>
public sealed class TrialTextReader(IArtifactStore store)
{
    private const int MostTexts = 3;

    private readonly ConcurrentDictionary<string, ModelInfo> _models = new(StringComparer.Ordinal);

    /// <param name="run">The candidate's run.</param>
    /// <param name="phase">Its phase.</param>
    /// <param name="baseSha256">The base model of its sweep.</param>
    /// <param name="task">Its task's id.</param>
    /// <param name="document">The task's document.</param>
    /// <param name="payload">Its self-edit; null where there is none: then there is the prompt alone.</param>
    /// <param name="cancellation">Nobody waits for it any more.</param>
    /// <returns>The texts, or why they cannot be made here.</returns>
    public async Task<(TrialTexts? Texts, string? Problem)> Read(
        RunContext run,
        PhaseId phase,
        string baseSha256,
        string task,
        byte[] document,
        string? payload,
        CancellationToken cancellation = default
    )
    {
        try
        {
            return await Model(baseSha256, cancellation) is { } model
                ? (Made(run, phase, model, new TaskDocument(task, Encoding.UTF8.GetString(document)), payload), null)
                : (null, "the base model is not on this machine.");
        }
        catch (Exception unmade) when (unmade is not OperationCanceledException)
        {
            // A domain of anyone's: whatever it throws, the rest of the candidate is still shown.
            return (null, unmade.Message);
        }
    }

    private static TrialTexts Made(RunContext run, PhaseId phase, ModelInfo model, TaskDocument task, string? payload)
    {
        var session = EngineChoice.Domain(run.Settings.Domain).Open(run.Settings, model);
        var prompt = model.Tokenizer.Decode(session.Prompt(task).Tokens);
        if (payload is null)
        {
            return new TrialTexts(prompt, 0, 0, [], null);
        }

        var plan = session.PlanInnerLoop(task, payload, InnerSeeds.Of(run, phase, task.Id, payload));
        var texts = plan.Training?.Sequences ?? [];
        return new TrialTexts(
            prompt,
            texts.Count,
            plan.Steps,
            [.. texts.Take(MostTexts).Select(text => Split(text, model.Tokenizer))],
            plan.Refusal ?? (plan.NoTraining ? "nothing is trained: the model answers in context." : null)
        );
    }

    private static TrainingText Split(TokenSequence text, ITokenizer tokenizer)
    {
        var first = 1;
        while (first < text.Length && text.Weights[first] == 0)
        {
            first++;
        }

        return new TrainingText(tokenizer.Decode(text.Tokens.AsSpan(0, first)), tokenizer.Decode(text.Tokens.AsSpan(first)), text.Length);
    }

    /// <summary>Null where this machine does not have its folder.</summary>
    private async Task<ModelInfo?> Model(string baseSha256, CancellationToken cancellation)
    {
        if (_models.TryGetValue(baseSha256, out var known))
        {
            return known;
        }

        if (baseSha256 == FakeEngine.BaseSha256)
        {
            return _models[baseSha256] = new ModelInfo(GridTokenizer.CreateDefault(), FakeEngine.ContextLength, UsesGridPositions: true);
        }

        return await ModelRegistry.FolderHere(store, baseSha256, cancellation) is { } folder
            ? _models[baseSha256] = ModelDescription.Of(folder)
            : null;
    }
}
