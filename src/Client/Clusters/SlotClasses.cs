using Seal.Core.Catalogs;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Sweeps;
using Seal.Grains.Hosting;

namespace Seal.Client.Clusters;

/// <summary>Which numeric class a sweep runs in on a cluster: one that computes what the sweep's engine asks for, by the class's parts and not by
/// how its name looks.</summary>
internal static class SlotClasses
{
    /// <param name="engine">What the sweep asks for.</param>
    /// <param name="asked">The class that the user named, or null.</param>
    /// <param name="announced">Classes of the slots that there are.</param>
    /// <param name="place">What messages call the cluster.</param>
    /// <exception cref="CommandException">None serves the engine, or more than one does and none was named, or the one that was named does
    /// not.</exception>
    public static string Choose(EngineSettings engine, string? asked, IEnumerable<string> announced, string place)
    {
        var plugins = Catalog.Current.Plugins;
        var named = plugins.Select(plugin => $"the plug-in {plugin.Name} ({plugin.Sha256[..12]})");
        var wanted =
            $"{engine.Kind}{(engine.Kind == "fake" ? "" : $" in {engine.Dtype ?? "fp32"}")}"
            + $"{(plugins.Count == 0 ? "" : $" with {string.Join(", ", named)}")}";
        if (asked is not null && NumericClassName.Parse(asked) is not { } _)
        {
            throw new CommandException(
                ExitCode.Usage,
                $"--numeric-class: '{NameRules.Shown(asked)}' is no numeric class; 'seal sweep silos' shows those that there are."
            );
        }

        if (asked is not null && !Serves(asked))
        {
            throw new CommandException(
                ExitCode.Usage,
                $"--numeric-class: slots of {asked} do not compute what the sweep's [engine] asks for, {wanted}. Name a class that does, or change "
                    + $"engine.kind or engine.dtype."
            );
        }

        var classes = announced.Where(Serves).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (asked is not null)
        {
            return classes.Contains(asked, StringComparer.Ordinal) || classes.Length == 0
                ? asked
                : throw new CommandException(
                    ExitCode.NotFoundOrConflict,
                    $"{place} has no slot of numeric class {asked}; there is {string.Join(", ", classes)}."
                );
        }

        return classes switch
        {
            [var only] => only,
            [] when engine.Kind == "fake" => Catalog.Current.ClassOf(FakeEngine.Class),
            [] => throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"{place} has no slot for the engine {wanted} now, so the numeric class of the sweep is not known. Start a trainer"
                    + $"{(plugins.Count == 0 ? "" : " with these very files under Work.Plugins")}, or name it with --numeric-class."
            ),
            _ => throw new CommandException(
                ExitCode.Usage,
                $"{place} has slots of several numeric classes; a sweep runs in one. Name it with --numeric-class: {string.Join(", ", classes)}."
            ),
        };

        bool Serves(string name) => NumericClassName.Parse(name) is { } read && read.Serves(engine) && read.Plugins == Catalog.Current.PluginsHash;
    }
}
