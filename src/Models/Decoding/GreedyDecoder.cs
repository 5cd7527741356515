using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Models.Llama;
using Seal.Models.Llama.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace Seal.Models.Decoding;

/// <summary>Greedy continuations of several prompts side by side; ties go to the smallest id.</summary>
internal static class GreedyDecoder
{
    /// <param name="onlyFinite">Refuse logits that are not finite. A job goes on with what it gets: a text made of these scores nothing.</param>
    /// <exception cref="InvalidOperationException">The logits are not finite.</exception>
    public static IReadOnlyList<int[]> Generate(
        LlamaModel model,
        IReadOnlyList<GenerateRequest> requests,
        CancellationToken cancellation,
        bool onlyFinite = false
    )
    {
        model.Enter();
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var texts = requests.Select(request => new Text(request)).ToArray();
        if (texts.Length == 0)
        {
            return [];
        }

        var prompts = new Prefill[texts.Length];
        for (var r = 0; r < texts.Length; r++)
        {
            cancellation.ThrowIfCancellationRequested();
            prompts[r] = Prefill.Read(model, requests[r].Prompt, texts[r].PromptPositions);
            texts[r].Take((int)Likeliest(prompts[r].Logits.unsqueeze(0), onlyFinite)[0]);
        }

        var longest = requests.Max(request => request.Prompt.Length) + requests.Max(request => request.MaxNewTokens);
        using var cache = new DecodingCache(model, texts.Length, longest);
        cache.Start(prompts);
        while (Array.Exists(texts, text => !text.Ended))
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var hidden = cache.Feed(
                Array.ConvertAll(texts, text => text.Last),
                Array.ConvertAll(texts, text => text.LastPosition),
                [.. texts.Select(text => !text.Ended)],
                1
            );
            var ids = Likeliest(LlamaDecoder.Logits(model.Weights, hidden, fewRows: true), onlyFinite);
            for (var r = 0; r < texts.Length; r++)
            {
                texts[r].Take((int)ids[r]);
            }
        }

        return [.. texts.Select(text => text.Tokens)];
    }

    /// <param name="logits">[R, vocabulary].</param>
    /// <param name="onlyFinite">Refuse a largest logit that is not finite; NaN counts as the largest, so that none goes unseen.</param>
    private static long[] Likeliest(Tensor logits, bool onlyFinite)
    {
        var best = logits.argmax(1); // [R]
        if (onlyFinite && !logits.gather(1, best.unsqueeze(1)).isfinite().all().ToBoolean())
        {
            throw new InvalidOperationException("no token can be chosen: the logits are not finite; the weights hold NaN or overflow.");
        }

        return best.Values<long>().ToArray();
    }

    private sealed class Text
    {
        private readonly GenerateRequest _request;
        private readonly IPositionTracker _tracker;
        private readonly List<int> _tokens = [];

        public Text(GenerateRequest request)
        {
            _request = request;
            _tracker = request.Positions.Start();
            PromptPositions = [.. request.Prompt.Select(_tracker.Next)];
            Ended = request.MaxNewTokens <= 0;
        }

        public TokenPosition[] PromptPositions { get; }

        public bool Ended { get; private set; }

        /// <summary>The token to feed next; anything once the text has ended.</summary>
        public int Last { get; private set; }

        public TokenPosition LastPosition { get; private set; }

        public int[] Tokens => [.. _tokens];

        public void Take(int token)
        {
            if (Ended)
            {
                return;
            }

            if (_request.Stop.Contains(token))
            {
                Ended = true;
                return;
            }

            _tokens.Add(token);
            Last = token;
            LastPosition = _tracker.Next(token);
            Ended = _tokens.Count >= _request.MaxNewTokens;
        }
    }
}
