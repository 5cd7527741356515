using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Seal.Arc;
using Seal.Core.Artifacts;
using Seal.Core.Catalogs;
using Seal.Core.Json;
using Seal.Core.Sweeps;
using Seal.Knowledge;
using Seal.Knowledge.Passages;

namespace Seal.Silo.Plugins;

/// <summary>
/// Loads plug-ins: assemblies that whoever starts a process names on its command line or in its settings. Never from a submission: a plug-in is code
/// that runs with all rights of the process.
/// </summary>
public static class PluginLoader
{
    /// <summary>Whoever reads the catalog first, and whether or not plug-ins were looked for: a process that has this assembly has its
    /// domains.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Nobody calls this library before it has read a sweep.")]
    internal static void KnowDomains() => Catalog.Standard = Own;

    /// <summary>Without plug-ins.</summary>
    public static Catalog Own { get; } = Catalog.Own with { Domains = [new ArcDomain(), new KnowledgeDomain(), new PassagesDomain()] };

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
            var files = new Files(Path.GetDirectoryName(full)!, path);
            var assembly = files.Load(full);
            return catalog.With(Made(assembly, path), new PluginId(assembly.GetName().Name!, files.Sha256));
        }
        catch (Exception wrong) when (wrong is BadImageFormatException or FileLoadException or FileNotFoundException or TypeLoadException)
        {
            throw new SweepException(
                $"plug-in {path}: cannot be loaded: {wrong.Message} It must be a .NET assembly built against the Seal.Core of this version.",
                wrong
            );
        }
        catch (Exception wrong) when (wrong is not (SweepException or OutOfMemoryException))
        {
            // Code of the plug-in has run: whatever it throws is its own.
            var why = wrong is ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } ? first : wrong.GetBaseException();
            throw new SweepException(
                $"plug-in {path}: {why.GetType().Name}: {why.Message} Was it built against another version of Seal.Core? This one is "
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

    /// <summary>The files of one plug-in: its assembly, and those beside it that it needs. Each is read once, so what runs is what was hashed, and a
    /// later build may write over them.</summary>
    private sealed class Files(string folder, string shown)
    {
        private static readonly ConcurrentDictionary<string, Assembly> Loaded = new(StringComparer.OrdinalIgnoreCase);

        private static readonly Lazy<Dictionary<string, string>> OfTheProcess = new(() =>
            ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .GroupBy(file => Path.GetFileNameWithoutExtension(file), StringComparer.OrdinalIgnoreCase)
                .ToDictionary(same => same.Key, same => same.First(), StringComparer.OrdinalIgnoreCase)
        );

        private readonly SortedDictionary<string, string> _hashes = new(StringComparer.Ordinal);

        static Files() => AssemblyLoadContext.Default.Resolving += (_, name) => Loaded.GetValueOrDefault(name.Name ?? "");

        /// <summary>Of all its files, by their names: the same in every process that can load them.</summary>
        public string Sha256 => SealJson.Hash<string[]>([.. _hashes.Select(file => $"{file.Key} {file.Value}")]);

        /// <summary>The plug-in, with everything that it brings along.</summary>
        public Assembly Load(string file)
        {
            var plugin = Read(Path.GetFileNameWithoutExtension(file), file);
            var open = new Stack<Assembly>([plugin]);
            while (open.TryPop(out var next))
            {
                foreach (var name in next.GetReferencedAssemblies().Select(reference => reference.Name!))
                {
                    if (Needed(name) is { } loaded)
                    {
                        open.Push(loaded);
                    }
                }
            }

            return plugin;
        }

        /// <summary>An assembly that is not looked into yet; null where there is nothing more to look into.</summary>
        private Assembly? Needed(string name)
        {
            var file = Path.Combine(folder, name + ".dll");
            var own = OfTheProcess.Value.GetValueOrDefault(name);
            if (_hashes.ContainsKey(name) || (own is not null && (name.StartsWith("Seal.", StringComparison.Ordinal) || !File.Exists(file))))
            {
                return null;
            }

            if (!File.Exists(file))
            {
                throw new SweepException(
                    $"plug-in {shown}: needs {name}.dll, which is neither beside it nor part of this program; build it with "
                        + "<CopyLocalLockFileAssemblies>true</CopyLocalLockFileAssemblies>, so that what it needs lies beside it."
                );
            }

            if (own is null)
            {
                return Read(name, file);
            }

            // The program's own copy is the one that runs.
            var bytes = File.ReadAllBytes(file);
            if (!bytes.AsSpan().SequenceEqual(File.ReadAllBytes(own)))
            {
                throw new SweepException(
                    $"plug-in {shown}: {name}.dll beside it is not the one that this program has itself; take the same version, or remove it."
                );
            }

            _hashes.Add(name, ArtifactKey.Sha256(bytes));
            return null;
        }

        private Assembly Read(string name, string file)
        {
            var bytes = File.ReadAllBytes(file);
            _hashes.Add(name, ArtifactKey.Sha256(bytes));
            using var stream = new MemoryStream(bytes, writable: false);
            return Loaded.GetOrAdd(name, _ => AssemblyLoadContext.Default.LoadFromStream(stream));
        }
    }
}
