using System.Text.RegularExpressions;

namespace Seal.Client.Setup;

/// <summary>Says what a failed restore means and what to do.</summary>
internal static partial class RestoreTrouble
{
    private const int LinesShown = 6;

    /// <param name="output">What dotnet wrote.</param>
    /// <param name="package">What was wanted.</param>
    /// <param name="torchSharp">The version of TorchSharp that was wanted.</param>
    /// <param name="log">The file that has all of the output.</param>
    public static CommandException Of(string output, LibTorchPackage package, string torchSharp, string log)
    {
        string[] errors = [.. output.Split('\n', StringSplitOptions.TrimEntries).Where(line => ErrorCode().IsMatch(line)).Distinct()];
        var codes = errors.Select(line => ErrorCode().Match(line).Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var said = string.Join(
            '\n',
            (errors.Length > 0 ? errors : output.Trim().Split('\n').TakeLast(LinesShown)).Select(line => $"  {Brief(line)}")
        );
        if (codes.Overlaps(["NU1300", "NU1301", "NU1302", "NU1303"]))
        {
            return new CommandException(
                ExitCode.Unreachable,
                $"A package source cannot be reached or used:\n{said}\nCheck the network and what 'dotnet nuget list source' shows; then run the same "
                    + $"command again, which goes on with what is loaded."
            );
        }

        if (codes.Overlaps(["NU1100", "NU1101", "NU1102", "NU1103"]))
        {
            return new CommandException(
                ExitCode.NotFoundOrConflict,
                $"Your package sources do not have all that is needed, {package.Id} {package.Version} and TorchSharp {torchSharp}:\n{said}\n"
                    + $"'dotnet nuget list source' shows the sources; 'dotnet nuget add source' adds one that has them."
            );
        }

        return new CommandException(
            ExitCode.Unreachable,
            $"libtorch could not be restored:\n{said}\nAll that dotnet wrote is in {log}. The same command goes on with what is loaded."
        );
    }

    /// <summary>Without the generated project's path before the error and after it.</summary>
    private static string Brief(string line) => ProjectPath().Replace(line, "");

    [GeneratedRegex(@"error (\w+\d+)")]
    private static partial Regex ErrorCode();

    [GeneratedRegex(@"^.*?seal-setup\.csproj(\(\d+,\d+\))? ?: | \[[^\]]*seal-setup\.csproj[^\]]*\]$")]
    private static partial Regex ProjectPath();
}
