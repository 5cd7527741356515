using Seal.Core.Engines;
using Seal.Core.Grammars;
using Seal.Core.Randomness;
using Seal.Core.Sequences;

namespace Seal.Models.Decoding;

/// <summary>One sample as it grows: what was drawn, what the grammar forces next, what the model has not read yet.</summary>
internal sealed class SampledText
{
    private readonly SampleRequest _request;
    private readonly EndTokens _end;
    private readonly IPositionTracker _tracker;
    private readonly CounterRandom? _random;
    private readonly List<int> _tokens;
    private readonly List<double> _logProbabilities;
    private readonly List<double> _unmasked;
    private readonly Queue<(int Token, TokenPosition Position)> _pending = [];
    private ITokenConstraintState? _state;
    private bool _ended;

    /// <summary>The text that all samples start from: the prompt, and what the grammar forces behind it.</summary>
    public SampledText(SampleRequest request, EndTokens end)
    {
        _request = request;
        _end = end;
        _tracker = request.Positions.Start();
        _tokens = [];
        _logProbabilities = [];
        _unmasked = [];
        _state = request.Constraint?.Start;
        foreach (var token in request.Prompt)
        {
            _pending.Enqueue((token, _tracker.Next(token)));
        }

        TakeForced();
    }

    private SampledText(SampledText start, Seed seed)
    {
        _request = start._request;
        _end = start._end;
        _tracker = start._tracker.Fork();
        _random = new CounterRandom(seed);
        _tokens = [.. start._tokens];
        _logProbabilities = [.. start._logProbabilities];
        _unmasked = [.. start._unmasked];
        _state = start._state;
        _ended = start._ended;
    }

    public bool Done => _ended || _tokens.Count >= _request.MaxNewTokens || _state is { IsComplete: true };

    public int Pending => _pending.Count;

    /// <summary>A sample that goes on from here with its own seed. What is pending here is taken as read.</summary>
    public SampledText Fork(Seed seed) => new(this, seed);

    /// <summary>The next token that the model has to read.</summary>
    public (int Token, TokenPosition Position) Dequeue() => _pending.Dequeue();

    /// <summary>Draws the next token from these logits, then takes what the grammar forces.</summary>
    public void Draw(ReadOnlySpan<float> logits)
    {
        var choice = TokenChoice.Draw(logits, _state?.Allowed, _request.Temperature, _request.TopP, _random!);
        Take(choice.Token, choice.LogProbability, choice.UnmaskedLogProbability);
        TakeForced();
    }

    public SampleRecord ToRecord() => new([.. _tokens], [.. _logProbabilities], [.. _unmasked], _ended);

    private void TakeForced()
    {
        while (!Done && _state is { Allowed: [var forced] })
        {
            Take(forced, 0, double.NaN);
        }
    }

    private void Take(int token, double logProbability, double unmasked)
    {
        _state = _state?.Next(token);
        if (_end.Contains(token))
        {
            _ended = true;
            return;
        }

        _tokens.Add(token);
        _logProbabilities.Add(logProbability);
        _unmasked.Add(unmasked);
        _pending.Enqueue((token, _tracker.Next(token)));
    }
}
