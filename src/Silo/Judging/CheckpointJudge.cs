using Seal.Core.Engines;
using Seal.Core.Judges;
using Seal.Core.Sequences;

namespace Seal.Silo.Judging;

/// <summary>
/// A chat checkpoint on this machine, asked for verdicts: is <c>yes</c> or <c>no</c> the likelier first word of its reply? There is always a verdict,
/// and on one numeric class it is always the same. One question at a time, whoever asks.
/// </summary>
/// <param name="checkpoint">The model.</param>
/// <param name="createEngine">Makes the engine that it is opened on, when the first question is asked.</param>
public sealed class CheckpointJudge(JudgeCheckpoint checkpoint, Func<IEngine> createEngine) : IModelJudge
{
    private static readonly string[] Yes = ["Yes", "yes"];
    private static readonly string[] No = ["No", "no"];

    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1);
    private IEngine? _engine;
    private IModelHandle? _model;
    private bool _isDisposed;

    public void Demand(string judge) => checkpoint.Demand(judge);

    public IReadOnlyList<bool> Verdicts(IReadOnlyList<JudgeQuery> queries, CancellationToken cancellation) =>
        [.. queries.Select(query => Ask(query, _ => { }, cancellation).GetAwaiter().GetResult())];

    /// <summary>Whoever waits for their turn says so now and then: a job that waits is not stuck.</summary>
    public async Task<bool> Ask(JudgeQuery query, Action<string> onWait, CancellationToken cancellation)
    {
        Demand(query.Judge);
        while (!await _turn.WaitAsync(SignOfLife, cancellation))
        {
            onWait("other questions are before this one");
        }

        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return Verdict(query, cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Once nobody asks any more.</summary>
    public void Dispose()
    {
        _turn.Wait();
        _isDisposed = true;
        _engine?.Dispose();
        (_engine, _model) = (null, null);
        _turn.Release();
    }

    private bool Verdict(JudgeQuery query, CancellationToken cancellation)
    {
        _engine ??= createEngine();
        _model ??= _engine.Open(new ModelRef(checkpoint.Sha256, []), new Files(checkpoint.Folder));
        var tokenizer = _model.Info.Tokenizer;
        var prompt = tokenizer.Encode(Chat(tokenizer).Render([new ChatMessage("user", Plain(query.Prompt))], addGenerationPrompt: true));
        if (prompt.Length >= _model.Info.ContextLength)
        {
            throw new JudgeException(
                $"The judge {query.Judge} reads {_model.Info.ContextLength} tokens, and the question \"{Start(query.Question)}\" with its "
                    + $"answers has {prompt.Length}. Take a judge with a longer context, or lower passages.answer_tokens."
            );
        }

        TokenSequence[] replies = [.. Yes.Concat(No).Select(word => Reply(prompt, tokenizer.Encode(word)))];
        double[] likely = [.. _model.Score(null, replies, cancellation).Zip(replies, Probability)];
        return likely.Take(Yes.Length).Sum() > likely.Skip(Yes.Length).Sum();
    }

    private IChatTokenizer Chat(ITokenizer tokenizer) =>
        tokenizer as IChatTokenizer
        ?? throw new JudgeException(
            $"The checkpoint in {JudgeCheckpoint.FolderVariable} ({checkpoint.Folder}) has no chat template: it is a base model, or its "
                + $"tokenizer_config.json is missing. Take a chat checkpoint."
        );

    /// <summary>An answer that spells a special token must not end the user's turn.</summary>
    private static string Plain(string text) => text.Replace("<", "< ", StringComparison.Ordinal);

    private static TokenSequence Reply(int[] prompt, int[] word) => new([.. prompt, .. word], [.. prompt.Select(_ => 0f), .. word.Select(_ => 1f)]);

    private static double Probability(SequenceScore score, TokenSequence reply) =>
        Math.Exp(score.LogProbabilities.Where((_, t) => reply.Weights[t] != 0).Sum(likely => (double)likely));

    private static string Start(string text) => text.Length > 60 ? text[..60] + "…" : text;

    private sealed class Files(string folder) : IModelFiles
    {
        public string BaseFolder(string sha256) => folder;

        public byte[] Adapter(string sha256) => throw new InvalidOperationException("A judge has no adapters.");
    }
}
