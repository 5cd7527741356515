using System.Diagnostics;
using Seal.EndToEnd.Support;

namespace Seal.Soak.Builds;

/// <summary>Another build of this repository: a commit, with a patch where it is to differ, in a work tree of its own.</summary>
/// <param name="Console">Its <c>seal.dll</c>.</param>
/// <param name="Silo">Its <c>seal-silo.dll</c>.</param>
internal sealed record OtherBuild(string Console, string Silo)
{
    /// <exception cref="InvalidOperationException">git or the build failed; says with what.</exception>
    public static async Task<OtherBuild> Make(string commit, string? patch, string folder, TextWriter output, CancellationToken cancellation)
    {
        var sha = (await Run("git", ["rev-parse", $"{commit}^{{commit}}"], Repository.Root, cancellation)).Trim();
        var tree = Path.Combine(folder, patch is null ? sha[..12] : $"{sha[..12]}-{Path.GetFileNameWithoutExtension(patch)}");
        var build = new OtherBuild(
            Path.Combine(tree, "src", "Client", "bin", "Release", "net10.0", "seal.dll"),
            Path.Combine(tree, "src", "SiloHost", "bin", "Release", "net10.0", "seal-silo.dll")
        );
        if (File.Exists(build.Console) && File.Exists(build.Silo))
        {
            return build;
        }

        output.WriteLine($"building {commit}{(patch is null ? "" : $" with {Path.GetFileName(patch)}")} in {tree} …");
        if (!Directory.Exists(tree))
        {
            // A clone and no work tree of this repository: nothing is left in its list of work trees.
            await Run("git", ["clone", "--quiet", "--shared", "--no-checkout", Repository.Root, tree], Repository.Root, cancellation);
            await Run("git", ["checkout", "--quiet", "--detach", sha], tree, cancellation);
            if (patch is not null)
            {
                await Run("git", ["apply", "-C1", Path.Combine(Repository.Root, patch)], tree, cancellation);
            }
        }

        foreach (var project in new[] { "src/Client", "src/SiloHost" })
        {
            await Run("dotnet", ["build", "-c", "Release", "-v", "q", project], tree, cancellation);
        }

        return build;
    }

    private static async Task<string> Run(string program, IReadOnlyList<string> words, string folder, CancellationToken cancellation)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, words)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', words)} ended with {process.ExitCode}:\n{await output}\n{await error}"
            );
    }
}
