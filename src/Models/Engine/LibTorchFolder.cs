using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Seal.Models.Engine;

/// <summary>
/// libtorch from a folder of the user's choice, <c>SEAL_LIBTORCH</c>: that of a PyTorch that is there already, say, which makes a GPU silo out of
/// any PyTorch image and a published folder of some 40 MB compressed. Loaded by path before TorchSharp looks for one, so that the loader finds
/// these by their names.
/// </summary>
public static partial class LibTorchFolder
{
    /// <summary>Names the folder, e.g. <c>…/site-packages/torch/lib</c>.</summary>
    public const string Variable = "SEAL_LIBTORCH";

    private static readonly string[] Needed = ["c10", "torch_cpu"];
    private static readonly string[] OfCuda = ["c10_cuda", "torch_cuda"];

    private static readonly Lazy<string?> Loaded = new(() => Load(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>The folder that libtorch was loaded from, or null where the build's own is used.</summary>
    /// <exception cref="TorchLoadException">There is no libtorch that fits.</exception>
    public static string? Current => Loaded.Value;

    private static string? Load(string? folder)
    {
        if (string.IsNullOrEmpty(folder))
        {
            // Without one TorchSharp copies half a gigabyte out of the packages' cache, if there is one.
            return !OperatingSystem.IsLinux() || Own() is not null || NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out _)
                ? null
                : throw new TorchLoadException(
                    $"This build carries no libtorch (-p:TorchBackend=none). Set {Variable} to the folder of one, such as PyTorch's torch/lib."
                );
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new TorchLoadException($"{Variable} is for Linux; unset it to use the libtorch of this build.");
        }

        if (Own() is { } own)
        {
            throw new TorchLoadException(
                $"{Variable} is set, and this build carries a libtorch of its own ({own}): two of them in one process do not go together. Unset it, "
                    + $"or publish without one: 'dotnet publish src/Client -c Release -p:TorchBackend=none -o seal'."
            );
        }

        folder = Path.GetFullPath(folder);
        foreach (var name in Needed.Concat(OfCuda.Where(name => File.Exists(Library(folder, name)))).Append("torch"))
        {
            var file = Library(folder, name);
            if (!File.Exists(file))
            {
                throw new TorchLoadException(
                    $"{Variable}: there is no {Path.GetFileName(file)} in {folder}. Name the folder of PyTorch's libraries: python3 -c \"import "
                        + $"torch, os; print(os.path.join(os.path.dirname(torch.__file__), 'lib'))\"."
                );
            }

            Open(() => NativeLibrary.Load(file), file);
        }

        Open(() => NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null), folder);
        return folder;
    }

    private static void Open(Action load, string what)
    {
        try
        {
            load();
        }
        catch (Exception refused) when (refused is DllNotFoundException or BadImageFormatException)
        {
            var missing = UndefinedSymbol().Match(refused.Message);
            throw new TorchLoadException(
                missing.Success
                    ? $"{Variable}: the libtorch in {what} has no symbol {missing.Groups[1].Value}, which TorchSharp's binding (made for libtorch "
                        + $"2.10) needs. Use PyTorch 2.10 or 2.11."
                    : $"{Variable}: {what} does not load: {refused.Message.ReplaceLineEndings(" ")}"
            );
        }
    }

    /// <summary>A libtorch that the runtime would find for this build.</summary>
    private static string? Own() =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Library(folder, "torch_cpu"))
            .FirstOrDefault(File.Exists);

    private static string Library(string folder, string name) => Path.Combine(folder, $"lib{name}.so");

    [GeneratedRegex(@"undefined symbol: (\w+)")]
    private static partial Regex UndefinedSymbol();
}

/// <summary>libtorch cannot be loaded as <see cref="LibTorchFolder.Variable"/> wishes; the message says why and what to do.</summary>
public sealed class TorchLoadException(string message) : InvalidOperationException(message);
