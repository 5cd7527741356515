using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using Seal.Arc;
using Seal.Core.Catalogs;
using Seal.Core.Sweeps;

namespace Seal.Silo.Plugins;

/// <summary>
/// Loads plug-ins: assemblies that whoever starts a process names on its command line or in its settings. Never from a submission: a plug-in is code
/// that runs with all rights of the process.
/// </summary>
public static class PluginLoader
{
    /// <summary>Without plug-ins.</summary>
    public static Catalog Own { get; } = Catalog.Own with { Domains = [new ArcDomain()] };

    /// <summary>Loads plug-ins, and makes what they add this process's catalog. Before anything else of the grid.</summary>
    /// <param name="paths">Assembly files; none is fine.</param>
    /// <exception cref="SweepException">One cannot be used; says which, why and what to do.</exception>
    public static void Use(IReadOnlyList<string> paths)
    {
        if (paths.Count > 0)
        {
            Catalog.Use(paths.Aggregate(Own, (catalog, path) => With(catalog, path)));
        }
    }

    /// <summary>The catalog with what one plug-in adds.</summary>
    /// <exception cref="SweepException">It cannot be used.</exception>
    public static Catalog With(Catalog catalog, string path)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new SweepException($"plug-in {path}: there is no such file; name the .dll that 'dotnet build' wrote.");
        }

        try
        {
            var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(full);
            var beside = Beside(assembly, Path.GetDirectoryName(full)!);
            return catalog.With(Made(assembly, path), new PluginId(assembly.GetName().Name!, Hash([full, .. beside])));
        }
        catch (Exception wrong) when (wrong is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException)
        {
            throw new SweepException(
                $"plug-in {path}: cannot be loaded: {wrong.Message} It must be a .NET assembly built against the Seal.Core of this version.",
                wrong
            );
        }
        catch (Exception wrong) when (wrong is TargetInvocationException or ReflectionTypeLoadException or MissingMethodException)
        {
            var why = wrong is ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } ? first : wrong.InnerException ?? wrong;
            throw new SweepException(
                $"plug-in {path}: {why.Message} Was it built against another version of Seal.Core? This one is "
                    + $"{typeof(Catalog).Assembly.GetName().Version}.",
                wrong
            );
        }
    }

    private static ISealPlugin Made(Assembly assembly, string path)
    {
        Type[] types =
        [
            .. assembly.GetExportedTypes().Where(type => type.IsAssignableTo(typeof(ISealPlugin)) && type is { IsClass: true, IsAbstract: false }),
        ];
        return types switch
        {
            [var only] when only.GetConstructor(Type.EmptyTypes) is not null => (ISealPlugin)Activator.CreateInstance(only)!,
            [var only] => throw new SweepException($"plug-in {path}: {only.Name} has no public constructor without parameters; add one."),
            [] => throw new SweepException(
                $"plug-in {path}: has no public class that implements {nameof(ISealPlugin)}; add one that lists what the assembly brings."
            ),
            _ => throw new SweepException(
                $"plug-in {path}: has {types.Length} classes that implement {nameof(ISealPlugin)} "
                    + $"({string.Join(", ", types.Select(type => type.Name))}); expected one."
            ),
        };
    }

    /// <summary>Assemblies that it brings along: those that it needs, the process does not have itself, and that lie beside it.</summary>
    private static IReadOnlyList<string> Beside(Assembly plugin, string folder)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var own = OfTheProcess();
        var open = new Stack<Assembly>([plugin]);
        while (open.TryPop(out var next))
        {
            foreach (var name in next.GetReferencedAssemblies().Select(reference => reference.Name!))
            {
                var file = Path.Combine(folder, name + ".dll");
                if (!own.Contains(name) && File.Exists(file) && found.Add(file))
                {
                    open.Push(AssemblyLoadContext.Default.LoadFromAssemblyPath(file));
                }
            }
        }

        return [.. found];
    }

    private static HashSet<string> OfTheProcess() =>
        ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(Path.GetFileNameWithoutExtension)
            .ToHashSet(StringComparer.OrdinalIgnoreCase)!;

    private static string Hash(IReadOnlyList<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files)
        {
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
