using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Tokenizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Pretraining;

/// <summary>A run in progress.</summary>
internal sealed class PretrainRun : IDisposable
{
    private readonly PretrainOptions _options;
    private readonly PretrainVocabulary _vocabulary;
    private readonly PretrainCorpus _corpus;
    private readonly TimeProvider _clock;
    private readonly TrainedParameters _parameters;
    private readonly PretrainOptimizer _optimizer;
    private readonly ModelReader _reader;
    private readonly string _identity;
    private readonly long _startTime;
    private readonly double _earlierSeconds;
    private PretrainState _state;
    private (long Window, IReadOnlyList<TokenSequence[]> Batches)? _planned;

    public PretrainRun(PretrainOptions options, PretrainVocabulary vocabulary, PretrainCorpus corpus, TimeProvider clock, LlamaModel initial)
    {
        (_options, _vocabulary, _corpus, _clock) = (options, vocabulary, corpus, clock);
        _parameters = new TrainedParameters(initial);
        _optimizer = new PretrainOptimizer(_parameters, options);
        _reader = new ModelReader(initial.Config, _parameters.Weights);
        _identity = Pretrainer.Identity(options, vocabulary, corpus);
        _startTime = clock.GetTimestamp();
        _state =
            PretrainCheckpoint.Restore(options.Work, _identity, options.DecayStart, options.Steps, _parameters, _optimizer) ?? PretrainState.Start;
        _earlierSeconds = _state.Seconds;
    }

    private double Seconds => _earlierSeconds + _clock.GetElapsedTime(_startTime).TotalSeconds;

    public PretrainEvaluation ToEnd(IProgress<PretrainProgress>? progress, int reportEvery, CancellationToken cancellation)
    {
        using var log = new PretrainLog(_options.Work, _state.Step, _options.TensorBoard);
        PretrainEvaluation? evaluation = null;
        var (losses, tokens, since) = (new List<double>(), _state.Tokens, Seconds);
        while (_state.Step < _options.Steps)
        {
            if (cancellation.IsCancellationRequested)
            {
                Checkpoint();
                cancellation.ThrowIfCancellationRequested();
            }

            losses.AddRange(TrainWindow(Math.Min(reportEvery, _options.Steps - _state.Step), cancellation));
            var isLast = _state.Step == _options.Steps;
            evaluation = isLast || _state.Step % _options.EvaluateEvery == 0 ? Evaluate() : null;
            if (losses.Count > 0)
            {
                var report = new PretrainProgress(
                    _state.Step,
                    _options.Steps,
                    losses.Average(),
                    _state.Tokens,
                    (_state.Tokens - tokens) / Math.Max(1e-9, Seconds - since),
                    evaluation
                );
                log.Write(report, Seconds, _options.LearningRate * _options.Schedule(_state.Step - 1));
                progress?.Report(report);
            }

            if (evaluation is not null)
            {
                Save(Path.Combine(_options.Work, Pretrainer.LatestFolder), evaluation);
            }

            if (isLast || _state.Step % _options.CheckpointEvery == 0)
            {
                Checkpoint();
            }

            (losses, tokens, since) = ([], _state.Tokens, Seconds);
        }

        evaluation ??= Evaluate();
        Save(_options.Output, evaluation);
        return evaluation;
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _parameters.Dispose();
    }

    /// <summary>So many steps, or up to a step that is to be evaluated or checkpointed.</summary>
    private List<double> TrainWindow(int steps, CancellationToken cancellation)
    {
        var losses = new List<double>();
        var until = _state.Step + steps;
        while (_state.Step < until && !cancellation.IsCancellationRequested)
        {
            var batches = Batches(_state.Window);
            if (_state.Batch == batches.Count)
            {
                _state = _state with { Window = _state.Window + 1, Batch = 0 };
                continue;
            }

            losses.Add(TrainStep(batches[_state.Batch]));
            if (_state.Step % _options.EvaluateEvery == 0 || _state.Step % _options.CheckpointEvery == 0)
            {
                break;
            }
        }

        return losses;
    }

    private double TrainStep(TokenSequence[] batch)
    {
        using var scope = NewDisposeScope();
        var loss = _reader.Loss(batch);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new InvalidOperationException($"The loss is {value} at step {_state.Step}; lower the learning rate. The last checkpoint is kept.");
        }

        loss.backward();
        _optimizer.Step(_state.Step);
        _state = _state with { Step = _state.Step + 1, Batch = _state.Batch + 1, Tokens = _state.Tokens + batch.Sum(sequence => sequence.Length) };
        return value;
    }

    private IReadOnlyList<TokenSequence[]> Batches(long window)
    {
        if (_planned?.Window != window)
        {
            var batches = BatchPlan.Batches(_corpus.Text, window, _options.MaxTokens, _options.BatchTokens, new Seed(_options.Seed));
            _planned =
                batches.Count > 0
                    ? (window, batches)
                    : throw new InvalidOperationException(
                        $"None of {BatchPlan.Window} texts has at most {_options.MaxTokens} tokens; allow longer ones."
                    );
        }

        return _planned.Value.Batches;
    }

    private PretrainEvaluation Evaluate()
    {
        double losses = 0,
            weights = 0;
        foreach (var batch in _corpus.HeldOut.Where(sequence => sequence.Length <= _options.ContextLength).Chunk(8))
        {
            var (loss, weight, _) = _reader.Judge(batch);
            (losses, weights) = (losses + loss, weights + weight);
        }

        var families = new SortedDictionary<string, (int Solved, int Probes)>(StringComparer.Ordinal);
        foreach (var batch in _corpus.Probes.Chunk(8))
        {
            var (_, _, exact) = _reader.Judge([.. batch.Select(probe => probe.Sequence)]);
            for (var i = 0; i < batch.Length; i++)
            {
                var (solved, probes) = families.GetValueOrDefault(batch[i].Family);
                families[batch[i].Family] = (solved + (exact[i] ? 1 : 0), probes + 1);
            }
        }

        return new PretrainEvaluation(
            _state.Step,
            weights > 0 ? losses / weights : double.NaN,
            [.. families.Select(pair => new FamilyScore(pair.Key, pair.Value.Solved, pair.Value.Probes))]
        );
    }

    private void Checkpoint()
    {
        _state = _state with { Seconds = Seconds, DecayingTo = _state.Step > _options.DecayStart ? _options.Steps : 0 };
        PretrainCheckpoint.Write(_options.Work, _identity, _state, _parameters, _optimizer);
    }

    private void Save(string folder, PretrainEvaluation evaluation) =>
        AtomicFile.ReplaceFolder(
            folder,
            partial =>
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                using var model = _parameters.ToModel();
                model.Save(partial);
                File.WriteAllBytes(Path.Combine(partial, TokenizerLoader.FileName), _vocabulary.File.ToArray());
                var card = ModelCard.Write(_options, _vocabulary, _corpus, _parameters.Flat.numel(), _state with { Seconds = Seconds }, evaluation);
                File.WriteAllText(Path.Combine(partial, ModelCard.FileName), card);
            }
        );
}
