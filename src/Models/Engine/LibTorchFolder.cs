using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Seal.Models.Engine;

/// <summary>
/// libtorch from a folder: that of the user's choice, <c>SEAL_LIBTORCH</c> (of a PyTorch that is there already, say, which makes a GPU silo out of
/// any PyTorch image and a published folder of some 40 MB compressed), else that of <c>seal setup</c> (<see cref="LibTorchHome"/>). Loaded by path
/// before TorchSharp looks for one, so that the loader finds these by their names.
/// </summary>
public static partial class LibTorchFolder
{
    /// <summary>Names the folder, e.g. <c>…/site-packages/torch/lib</c>.</summary>
    public const string Variable = "SEAL_LIBTORCH";

    private const string Binding = "LibTorchSharp";

    private static readonly string[] Needed = ["c10", "torch_cpu"];
    private static readonly string[] OfCuda = ["c10_cuda", "torch_cuda"];

    private static readonly Lazy<string?> Loaded = new(() => Load(Environment.GetEnvironmentVariable(Variable)));

    /// <summary>The folder that libtorch was loaded from, or null where the build's own is used.</summary>
    /// <exception cref="TorchLoadException">There is no libtorch that fits.</exception>
    public static string? Current => Loaded.Value;

    /// <summary>The libtorch that this build carries, if it carries one.</summary>
    public static string? Carried =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Library(folder, "torch_cpu"))
            .FirstOrDefault(File.Exists);

    private static string? Load(string? named)
    {
        if (string.IsNullOrEmpty(named))
        {
            if (Carried is not null)
            {
                return null;
            }

            if (LibTorchHome.Found is { } home)
            {
                return LoadFrom(home, "'seal setup --force' restores it again");
            }

            // Without one TorchSharp copies half a gigabyte out of the packages' cache, if there is one.
            return !OperatingSystem.IsLinux() || NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out _)
                ? null
                : throw new TorchLoadException(
                    $"This build carries no libtorch (-p:TorchBackend=none). Set {Variable} to the folder of one, such as PyTorch's torch/lib, or run "
                        + $"'seal setup' once."
                );
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new TorchLoadException($"{Variable} is for Linux; unset it to use the libtorch of this build.");
        }

        if (Carried is { } own)
        {
            throw new TorchLoadException(
                $"{Variable} is set, and this build carries a libtorch of its own ({own}): two of them in one process do not go together. Unset it, "
                    + $"or publish without one: 'dotnet publish src/Client -c Release -p:TorchBackend=none -o seal'."
            );
        }

        return LoadFrom(
            Path.GetFullPath(named),
            $"{Variable} names the folder of PyTorch's libraries: python3 -c \"import torch, os; "
                + $"print(os.path.join(os.path.dirname(torch.__file__), 'lib'))\""
        );
    }

    private static string LoadFrom(string folder, string advice)
    {
        FindBindingIn(folder, LibTorchHome.Found);
        foreach (var name in Needed.Concat(OfCuda.Where(name => File.Exists(Library(folder, name)))).Append("torch"))
        {
            var file = Library(folder, name);
            if (!File.Exists(file))
            {
                throw new TorchLoadException($"{folder}: there is no {Path.GetFileName(file)}; {advice}.");
            }

            Open(() => NativeLibrary.Load(file), file);
        }

        Open(() => NativeLibrary.Load(Binding, typeof(torch).Assembly, null), folder);
        return folder;
    }

    /// <summary>Called by the runtime for libraries that it finds nowhere: a console without libtorch carries no binding either.</summary>
    private static void FindBindingIn(params string?[] folders) =>
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) =>
            folders.OfType<string>().Select(folder => Library(folder, name)).FirstOrDefault(File.Exists) is { } file ? NativeLibrary.Load(file) : 0;

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
                    ? $"The libtorch in {what} has no symbol {missing.Groups[1].Value}, which TorchSharp's binding (made for libtorch "
                        + $"2.10) needs. Use PyTorch 2.10 or 2.11."
                    : $"{what} does not load: {refused.Message.ReplaceLineEndings(" ")}"
            );
        }
    }

    private static string Library(string folder, string name) =>
        Path.Combine(
            folder,
            OperatingSystem.IsWindows() ? $"{name}.dll"
                : OperatingSystem.IsMacOS() ? $"lib{name}.dylib"
                : $"lib{name}.so"
        );

    [GeneratedRegex(@"undefined symbol: (\w+)")]
    private static partial Regex UndefinedSymbol();
}

/// <summary>libtorch cannot be loaded as <see cref="LibTorchFolder.Variable"/> wishes; the message says why and what to do.</summary>
public sealed class TorchLoadException(string message) : InvalidOperationException(message);
