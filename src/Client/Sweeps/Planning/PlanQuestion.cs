namespace Seal.Client.Sweeps.Planning;

/// <summary>What is asked of a dry run beside its plan.</summary>
/// <param name="Tflops">10^12 operations a second of all devices together; null: seconds are measured on this machine.</param>
/// <param name="EditTokens">Longest self-edit of free text; null for what the settings allow.</param>
internal sealed record PlanQuestion(double? Tflops, int? EditTokens)
{
    /// <exception cref="CommandException">A number is out of its range, or nothing is planned.</exception>
    public static PlanQuestion Of(bool isDry, double? tflops, int? editTokens)
    {
        if (tflops is { } rate && !(rate > 0 && double.IsFinite(rate)))
        {
            throw new CommandException(ExitCode.Usage, "--tflops: expected a number greater than 0, e.g. 400.");
        }

        if (editTokens is < 1 or > 4096)
        {
            throw new CommandException(ExitCode.Usage, "--edit-tokens: expected a whole number in 1..4096.");
        }

        if (!isDry && (tflops ?? editTokens) is not null)
        {
            throw new CommandException(ExitCode.Usage, "--tflops and --edit-tokens go with --dry-run.");
        }

        return new PlanQuestion(tflops, editTokens);
    }
}
