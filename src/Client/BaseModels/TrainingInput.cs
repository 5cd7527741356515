using System.Text.Json;
using Seal.Core.Sequences;
using Seal.Models.Running;

namespace Seal.Client.BaseModels;

/// <summary>What <c>seal model train</c> reads: a batch for every step, and the schedule.</summary>
internal sealed record TrainingInput(IReadOnlyList<TrainingBatch> Batches, TrainingSchedule Schedule)
{
    private const int Ignored = -100;

    private static readonly string[] OfAStep = ["input_ids", "labels", "attention_mask"];
    private static readonly string[] Known = ["lr", "warmup", "total", "clip", "weight_decay", "steps", "batches", .. OfAStep];

    /// <param name="path">The file.</param>
    /// <param name="vocabulary">Ids are below this.</param>
    /// <param name="context">Tokens that a row may have.</param>
    /// <exception cref="CommandException">The file is not what <c>--help</c> describes; says where.</exception>
    public static TrainingInput Read(string path, int vocabulary, int context)
    {
        using var document = TokenRows.Open(path);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw TokenRows.Wrong(
                path,
                $"expected {{\"steps\": […], \"lr\": …, \"warmup\": …, \"total\": …, \"clip\": …}}; got {TokenRows.Told(root)}"
            );
        }

        RefuseStrangers(root, path, Known);
        var total = (int?)Number(root, "total", path, 1, int.MaxValue, whole: true);
        var schedule = new TrainingSchedule(
            Number(root, "lr", path, 0, 1e6) ?? throw TokenRows.Wrong(path, "lr is missing; it is the peak learning rate, e.g. 1e-3"),
            (int)(Number(root, "warmup", path, 0, int.MaxValue, whole: true) ?? 0),
            total,
            Number(root, "clip", path, 0, 1e9) ?? 0,
            Number(root, "weight_decay", path, 0, 1) ?? 0
        );
        return new TrainingInput([.. ReadBatches(root, path, vocabulary, context)], schedule);
    }

    private static IEnumerable<TrainingBatch> ReadBatches(JsonElement root, string path, int vocabulary, int context)
    {
        var key = root.TryGetProperty("steps", out var steps) ? "steps" : "batches";
        if (steps.ValueKind != JsonValueKind.Undefined || root.TryGetProperty("batches", out steps))
        {
            if (
                Known.FirstOrDefault(name => name != key && (name == "batches" || OfAStep.Contains(name)) && root.TryGetProperty(name, out _)) is
                { } twice
            )
            {
                throw TokenRows.Wrong(path, $"has both {key} and {twice}; the batches stand in one of the two");
            }

            if (steps.ValueKind != JsonValueKind.Array || steps.GetArrayLength() == 0)
            {
                throw TokenRows.Wrong(
                    path,
                    $"{key} must be a list of {{\"input_ids\": …, \"labels\": …, \"attention_mask\": …}}, one a step; got {TokenRows.Told(steps)}"
                );
            }

            var s = 0;
            foreach (var step in steps.EnumerateArray())
            {
                var where = $"{path}, step {++s}";
                if (step.ValueKind != JsonValueKind.Object)
                {
                    throw TokenRows.Wrong(where, $"expected an object; got {TokenRows.Told(step)}");
                }

                RefuseStrangers(step, where, OfAStep);
                yield return Batch(where, vocabulary, context, Get(step, "input_ids"), Get(step, "labels"), Get(step, "attention_mask"));
            }

            yield break;
        }

        // The same as three arrays [steps][rows][tokens].
        var ids = Get(root, "input_ids");
        if (ids is not { ValueKind: JsonValueKind.Array } || ids.Value.GetArrayLength() == 0)
        {
            throw TokenRows.Wrong(path, "there are no batches; expected steps: [{\"input_ids\": [[…], …], \"labels\": …, \"attention_mask\": …}, …]");
        }

        for (var s = 0; s < ids.Value.GetArrayLength(); s++)
        {
            yield return Batch($"{path}, step {s + 1}", vocabulary, context, ids.Value[s], At("labels", s), At("attention_mask", s));
        }

        JsonElement? At(string name, int step) =>
            Get(root, name) is not { } all ? null
            : all.ValueKind == JsonValueKind.Array && all.GetArrayLength() == ids.Value.GetArrayLength() ? all[step]
            : throw TokenRows.Wrong(path, $"{name} must have as many steps as input_ids");
    }

    private static TrainingBatch Batch(string where, int vocabulary, int context, JsonElement? input, JsonElement? label, JsonElement? mask)
    {
        var ids = TokenRows.Read(input ?? throw TokenRows.Wrong(where, "input_ids is missing"), $"{where}, input_ids", 0, vocabulary - 1, "token id");
        if (ids[0].Length > context)
        {
            throw TokenRows.Wrong(where, $"rows have {ids[0].Length} tokens, the model's context is {context} (max_position_embeddings)");
        }

        var labels = label is { } l ? TokenRows.Read(l, $"{where}, labels", Ignored, vocabulary - 1, "label (a token id, or -100 for none)") : ids;
        var masks = mask is { } m ? TokenRows.Read(m, $"{where}, attention_mask", 0, 1, "mask (1 for text, 0 for padding)") : null;
        foreach (var (name, rows) in new[] { ("labels", labels), ("attention_mask", masks ?? ids) })
        {
            if (rows.Length != ids.Length || rows[0].Length != ids[0].Length)
            {
                throw TokenRows.Wrong(
                    where,
                    $"{name} is [{rows.Length}, {rows[0].Length}], input_ids [{ids.Length}, {ids[0].Length}]; they must be alike"
                );
            }
        }

        var sequences = new TokenSequence[ids.Length];
        var attended = new int[ids.Length];
        for (var r = 0; r < ids.Length; r++)
        {
            for (var t = 0; t < ids[r].Length; t++)
            {
                if (labels[r][t] != Ignored && labels[r][t] != ids[r][t])
                {
                    throw TokenRows.Wrong(
                        $"{where}, labels, row {r + 1}, place {t + 1}",
                        $"{labels[r][t]} is neither the token id there ({ids[r][t]}) nor -100; labels are not shifted, the loss shifts them"
                    );
                }
            }

            attended[r] = masks is null ? ids[r].Length : Attended(masks[r], $"{where}, attention_mask, row {r + 1}");
            sequences[r] = new TokenSequence(ids[r], [.. labels[r].Select(value => value == Ignored ? 0f : 1f)]);
        }

        return sequences.Any(sequence => sequence.WeightedLength > 0)
            ? new TrainingBatch(sequences, attended)
            : throw TokenRows.Wrong(where, "no token counts in the loss: every label but the first of a row is -100");
    }

    private static int Attended(int[] mask, string where)
    {
        var length = Array.IndexOf(mask, 0) is >= 0 and var first ? first : mask.Length;
        return length > 0 && Array.IndexOf(mask, 1, length) < 0
            ? length
            : throw TokenRows.Wrong(where, "expected ones, then zeros (padding on the right), at least a one");
    }

    private static void RefuseStrangers(JsonElement parent, string where, string[] known)
    {
        if (
            parent.EnumerateObject().FirstOrDefault(property => !known.Contains(property.Name)) is
            { Value.ValueKind: not JsonValueKind.Undefined } stranger
        )
        {
            throw TokenRows.Wrong(where, $"there is no key '{stranger.Name}'; there are {string.Join(", ", known)}");
        }
    }

    private static JsonElement? Get(JsonElement parent, string key) =>
        parent.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static double? Number(JsonElement root, string key, string path, double least, double most, bool whole = false)
    {
        if (Get(root, key) is not { } element)
        {
            return null;
        }

        return
            element.ValueKind == JsonValueKind.Number
            && element.TryGetDouble(out var value)
            && value >= least
            && value <= most
            && (!whole || value == Math.Floor(value))
            ? value
            : throw TokenRows.Wrong(
                path,
                FormattableString.Invariant($"{key} is {TokenRows.Told(element)}; expected a {(whole ? "whole " : "")}number in {least}..{most}")
            );
    }
}
