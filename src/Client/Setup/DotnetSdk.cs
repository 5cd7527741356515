using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Seal.Client.Setup;

/// <summary>The <c>dotnet</c> program beside the runtime that this console runs on, else that of the search path.</summary>
internal static class DotnetSdk
{
    private const int LeastMajor = 10;
    private static readonly Dictionary<string, string> None = [];

    /// <summary>The program's path.</summary>
    public static string Program { get; } = Find();

    /// <summary>Refuses a machine that has the runtime alone.</summary>
    /// <exception cref="CommandException">There is no SDK that is new enough.</exception>
    public static async Task Demand(CancellationToken cancellation)
    {
        string listed;
        try
        {
            listed = (await Run(["--list-sdks"], Directory.GetCurrentDirectory(), None, _ => { }, cancellation)).Output;
        }
        catch (Win32Exception)
        {
            listed = "";
        }

        if (!IsEnough(listed))
        {
            throw new CommandException(
                ExitCode.Unreachable,
                $"'seal setup' restores packages with the .NET {LeastMajor} SDK, and there is none here: the runtime alone cannot. Install it "
                    + $"(https://dotnet.microsoft.com/download), then run the same command again."
            );
        }
    }

    /// <summary>The user's package cache; null where it cannot be told.</summary>
    public static async Task<string?> PackageCache(CancellationToken cancellation)
    {
        const string Key = "global-packages:";
        var (_, output) = await Run(["nuget", "locals", "global-packages", "--list"], Directory.GetCurrentDirectory(), None, _ => { }, cancellation);
        var line = output.Split('\n').FirstOrDefault(line => line.Contains(Key, StringComparison.Ordinal));
        return line is not null && line[(line.IndexOf(Key, StringComparison.Ordinal) + Key.Length)..].Trim() is { } folder && Directory.Exists(folder)
            ? folder
            : null;
    }

    /// <summary>Runs the program to its end; an interruption ends it, too.</summary>
    /// <param name="words">Its arguments.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="environment">Variables beside this process' own.</param>
    /// <param name="wait">Called about once a second while it runs.</param>
    /// <param name="cancellation">The interruption.</param>
    /// <returns>Its exit code and what it wrote.</returns>
    public static async Task<(int Code, string Output)> Run(
        IEnumerable<string> words,
        string folder,
        IReadOnlyDictionary<string, string> environment,
        Action<TimeSpan> wait,
        CancellationToken cancellation
    )
    {
        var start = new ProcessStartInfo(Program, words)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        // A console that a build started must not hand that build's settings on.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "true";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, error) = (
            process.StandardOutput.ReadToEndAsync(CancellationToken.None),
            process.StandardError.ReadToEndAsync(CancellationToken.None)
        );
        var watch = Stopwatch.StartNew();
        try
        {
            var end = process.WaitForExitAsync(cancellation);
            while (await Task.WhenAny(end, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None)) != end)
            {
                wait(watch.Elapsed);
            }

            await end;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + await error);
    }

    /// <param name="listed">What <c>dotnet --list-sdks</c> prints.</param>
    internal static bool IsEnough(string listed) =>
        listed
            .Split('\n', StringSplitOptions.TrimEntries)
            .Any(line => int.TryParse(line.Split('.')[0], CultureInfo.InvariantCulture, out var major) && major >= LeastMajor);

    private static string Find()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        // …/shared/Microsoft.NETCore.App/10.0.1/
        var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
            : File.Exists(beside) ? beside
            : name;
    }
}
