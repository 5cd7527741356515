using System.Globalization;
using Seal.Models.Pretraining;

namespace Seal.Client.Display;

/// <summary>Progress of pretraining, one line a report.</summary>
internal static class PretrainLines
{
    /// <summary>More steps than anybody asks for: the run goes by time.</summary>
    public const int Endless = 100_000_000;

    public static string Of(PretrainProgress progress)
    {
        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"step {progress.Step}{(progress.Steps < Endless ? $" of {progress.Steps}" : "")}, loss {progress.Loss:F3}, {progress.Tokens} tokens, "
                + $"{progress.TokensPerSecond:F0} tokens/s"
        );
        return progress.Evaluation is { } evaluation
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{line}; held-out loss {evaluation.HeldOutLoss:F3}, {evaluation.Solved} of {evaluation.Probes} probes exact"
            )
            : line;
    }
}
