using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Json;
using Seal.Core.Randomness;
using Seal.Core.Sequences;
using Seal.Knowledge.InnerLoops;
using Seal.Knowledge.SelfEdits;
using Seal.Knowledge.World;

namespace Seal.Knowledge.Chains;

/// <summary>
/// Several passages in one trial: one training after the other, each merged into the model that writes and learns next (SEAL, section 5); one
/// training on all (continued pretraining); or one for each passage, of which every question is asked of its own. A policy's self-edit is about the
/// first passage; the others are written by the model as it is when their turn comes.
/// </summary>
/// <param name="loop">Trains and asks.</param>
/// <param name="asks">Asks a model for a self-edit about a passage, as a policy is asked.</param>
/// <param name="tokenizer">The vocabulary.</param>
/// <param name="passages">In the order of their turns.</param>
/// <param name="edit">The first passage's self-edit, or the rule for all of them; null to train nothing.</param>
/// <param name="seed">The inner seed.</param>
internal sealed class PassageChain(
    PassageLoop loop,
    Func<Passage, Seed, SampleRequest> asks,
    ITokenizer tokenizer,
    IReadOnlyList<Passage> passages,
    WorldEdit? edit,
    Seed seed
) : IChain
{
    private const int SamplesPerPrompt = 32;
    private const int LongestSample = 40;

    private readonly List<string> _written = [];
    private readonly List<double> _background = [];

    private bool Trains => edit is not (null or WorldEdit.Whole { Set: RuleSet.Context });

    public int Steps => Trains ? passages.Sum(passage => loop.Steps(edit!, passage)) : 0;

    public long Tokens => Trains ? passages.Sum(passage => loop.Tokens(edit!, passage)) : 0;

    public ChainResult Run(IChainModel model, CancellationToken cancellation)
    {
        _written.Clear();
        _background.Clear();
        var untouched = AskAll(passages.Count, model.Now, null, inFront: false, cancellation);
        AskBackground(model.Now, null, cancellation);
        if (!Trains)
        {
            return Done(untouched, [AskAll(passages.Count, model.Now, null, edit is not null, cancellation)], []);
        }

        return loop.Training.Together switch
        {
            "joint" => Joint(model, untouched, cancellation),
            "apart" => Apart(model, untouched, cancellation),
            _ => Merged(model, untouched, cancellation),
        };
    }

    private ChainResult Merged(IChainModel model, bool[][] untouched, CancellationToken cancellation)
    {
        var after = new List<bool[][]>();
        var merged = new List<bool>();
        var earlier = new List<TokenSequence>();
        for (var k = 0; k < passages.Count; k++)
        {
            var own = Texts(model, k, cancellation);
            var request = loop.Request(
                own,
                loop.Steps(edit!, passages[k]),
                loop.StepTokens(edit!),
                Turn(k),
                [.. Replayed(model.Now, k, earlier, cancellation)]
            );
            var trained = model.Train(request, cancellation);
            if (trained.Delta is not { } delta)
            {
                return new ChainResult(null, $"training {k + 1}: {trained.Failure}");
            }

            AskBackground(model.Now, delta, cancellation);
            var isKept = _background.Count == 0 || _background[^1] >= _background[0] - loop.Training.BackgroundMargin;
            if (isKept)
            {
                model.Merge(delta);
                earlier.AddRange(own.SkipLast(1));
            }
            else
            {
                _background[^1] = _background[^2];
            }

            merged.Add(isKept);
            after.Add(AskAll(k + 1, model.Now, null, inFront: false, cancellation));
        }

        return Done(untouched, after, merged);
    }

    private ChainResult Joint(IChainModel model, bool[][] untouched, CancellationToken cancellation)
    {
        TokenSequence[] all = [.. Enumerable.Range(0, passages.Count).SelectMany(k => Texts(model, k, cancellation))];
        var trained = model.Train(loop.Request(all, Steps, loop.StepTokens(edit!), seed.Derive("joint")), cancellation);
        if (trained.Delta is not { } delta)
        {
            return new ChainResult(null, trained.Failure);
        }

        AskBackground(model.Now, delta, cancellation);
        return Done(untouched, [AskAll(passages.Count, model.Now, delta, inFront: false, cancellation)], []);
    }

    /// <summary>No question names two passages' people, places or things, so which adapter it goes to follows from its words.</summary>
    private ChainResult Apart(IChainModel model, bool[][] untouched, CancellationToken cancellation)
    {
        var answers = new bool[passages.Count][];
        for (var k = 0; k < passages.Count; k++)
        {
            var trained = model.Train(
                loop.Request(Texts(model, k, cancellation), loop.Steps(edit!, passages[k]), loop.StepTokens(edit!), Turn(k)),
                cancellation
            );
            if (trained.Delta is not { } delta)
            {
                return new ChainResult(null, $"training {k + 1}: {trained.Failure}");
            }

            answers[k] = loop.Ask(model.Now, delta, passages[k], inFront: false, cancellation);
        }

        // A question about anything else goes to the model as it was.
        return Done(untouched, [answers], []);
    }

    private IReadOnlyList<TokenSequence> Texts(IChainModel model, int k, CancellationToken cancellation)
    {
        var own = k == 0 || edit is not WorldEdit.Lines ? edit! : Write(model.Now, k, cancellation);
        if (own is WorldEdit.Lines)
        {
            _written.Add(own.Text);
        }

        return loop.Texts(passages[k], own, Turn(k));
    }

    /// <summary>What the model, as it is now, writes about a passage; no lines where that is no self-edit.</summary>
    private WorldEdit.Lines Write(IModelHandle now, int k, CancellationToken cancellation)
    {
        var drawn = now.Sample(asks(passages[k], Turn(k).Derive("writing")), cancellation)[0];
        return WorldEdit.Parse(tokenizer.Decode(drawn.Tokens), out _) as WorldEdit.Lines ?? new WorldEdit.Lines([]);
    }

    /// <summary>What is trained on again beside passage k, each list as much.</summary>
    private IEnumerable<IReadOnlyList<TokenSequence>> Replayed(
        IModelHandle now,
        int k,
        IReadOnlyList<TokenSequence> earlier,
        CancellationToken cancellation
    )
    {
        var random = new CounterRandom(Turn(k).Derive("replay"));
        return loop.Training.Replay switch
        {
            "background" => [loop.Fill(Known(random), passages[k], edit!)],
            "background-and-edits" => [loop.Fill(Known(random), passages[k], edit!), earlier],
            "pretraining" => [loop.Fill(WorldPretraining.Remembered(loop.Writer, random), passages[k], edit!)],
            "edits" => [earlier],
            "samples" =>
            [
                [
                    .. Sampled(now, WorldWords.Question, Turn(k).Derive("questions"), cancellation),
                    .. Sampled(now, WorldWords.Text, Turn(k).Derive("statements"), cancellation),
                ],
            ],
            _ => [],
        };
    }

    private IEnumerable<TokenSequence> Known(CounterRandom random)
    {
        while (true)
        {
            yield return WorldPretraining.Known(loop.Writer, random);
        }
    }

    /// <summary>What the model says when it is given nothing but a mark: learned again, it holds the model to what it was (forward KL).</summary>
    private IEnumerable<TokenSequence> Sampled(IModelHandle now, string mark, Seed from, CancellationToken cancellation)
    {
        var prompt = tokenizer.Encode(mark);
        Seed[] seeds = [.. Enumerable.Range(0, SamplesPerPrompt).Select(i => from.Derive(i.ToString(CultureInfo.InvariantCulture)))];
        return now.Sample(new SampleRequest(prompt, SequentialPositions.Instance, null, seeds, 1, LongestSample), cancellation)
            .Select(drawn => (int[])[.. prompt, .. drawn.Tokens, .. drawn.Ended ? [tokenizer.EndOfText] : Array.Empty<int>()])
            .Select(tokens => new TokenSequence(tokens, [.. tokens.Select(_ => 1f)]));
    }

    private bool[][] AskAll(int count, IModelHandle now, ITrainedDelta? delta, bool inFront, CancellationToken cancellation) =>
        [.. passages.Take(count).Select(passage => loop.Ask(now, delta, passage, inFront, cancellation))];

    private void AskBackground(IModelHandle now, ITrainedDelta? delta, CancellationToken cancellation)
    {
        if (loop.Background(now, delta, cancellation) is { } share)
        {
            _background.Add(share);
        }
    }

    private ChainResult Done(bool[][] untouched, IReadOnlyList<bool[][]> after, List<bool> merged)
    {
        double Accuracy(int passage, bool[] right) => Marks.Accuracy(passages[passage], right);
        var before = untouched.Select((right, i) => Accuracy(i, right)).ToArray();
        double[][] rows = [.. after.Select(row => row.Select((right, i) => Accuracy(i, right)).ToArray())];
        List<Observation> seen =
        [
            .. Marks.Observed([.. passages.Zip(after[^1])]),
            new("untouched_accuracy", before.Average()),
            new("gain", rows[^1].Average() - before.Average()),
        ];
        if (merged.Count > 0)
        {
            var own = rows.Select(row => row[^1]).ToArray();
            seen.Add(new("own_edit_accuracy", own.Average()));
            seen.Add(new("own_edit_gain", own.Average() - before.Average()));
            seen.Add(new("merged", merged.Count(one => one) / (double)merged.Count));
        }

        if (_background.Count > 0)
        {
            seen.Add(new("background_accuracy", _background[^1]));
            seen.Add(new("background_change", _background[^1] - _background[0]));
            seen.Add(new(ObservationNames.NetAccuracy, rows[^1].Average() + _background[^1] - _background[0]));
        }

        var report = new ChainReport(before, rows, _background, merged, _written);
        return new ChainResult(new EvaluationResult(seen, SealJson.ToText(report)), null);
    }

    private Seed Turn(int k) => seed.Derive("passage", k.ToString(CultureInfo.InvariantCulture));
}
