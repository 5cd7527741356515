using System.Globalization;
using Seal.Models.Pretraining;

namespace Seal.Client.Display;

/// <summary>Progress of pretraining, one line a report.</summary>
internal static class PretrainLines
{
    public static string Of(PretrainProgress progress)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"step {progress.Step} of {progress.Steps}, loss {progress.Loss:F3}, {progress.Tokens} tokens, {progress.TokensPerSecond:F0} tokens/s");
        return progress.Evaluation is { } evaluation
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{line}; held-out loss {evaluation.HeldOutLoss:F3}, {evaluation.Solved} of {evaluation.Probes} probes exact")
            : line;
    }
}
