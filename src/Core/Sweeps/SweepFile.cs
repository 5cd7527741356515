using System.Text;
using Seal.Core.Catalogs;
using Seal.Core.Files;
using Seal.Core.Sweeps.Reading;

namespace Seal.Core.Sweeps;

/// <summary>Reads a sweep from TOML, strictly: what is not understood is refused, never skipped.</summary>
public static class SweepFile
{
    private const int MostBytes = 1 << 20;
    private const int MostSeeds = 1024;

    /// <summary>Reads, checks and expands a sweep file.</summary>
    /// <param name="path">The file, as the user gave it: it stands like this in messages. Paths in it are relative to its folder.</param>
    /// <param name="overrides">What <c>--set</c> says; paths in them are relative to <paramref name="currentFolder"/>.</param>
    /// <param name="currentFolder">Null for the process's own.</param>
    /// <param name="alone">
    /// For work that is no run of the sweep (a gate, one inner loop): stands in for the file's arms, whose own settings are for them alone. The
    /// spec then has one run, of the first cell and seed.
    /// </param>
    /// <exception cref="SweepException">Everything that is wrong, a line each: <c>file:line key: what; expected …; what to do</c>.</exception>
    public static SweepSpec Read(string path, IReadOnlyList<SweepOverride>? overrides = null, string? currentFolder = null, ArmSpec? alone = null)
    {
        var here = Path.GetFullPath(currentFolder ?? Directory.GetCurrentDirectory());
        var full = Path.GetFullPath(path, here);
        return Parse(Text(path, full), path, Path.GetDirectoryName(full)!, overrides, here, alone);
    }

    /// <summary>The same for a text that need not be a file.</summary>
    /// <param name="text">TOML.</param>
    /// <param name="name">Stands for the file in messages.</param>
    /// <param name="folder">What paths in the text are relative to.</param>
    /// <param name="overrides">What <c>--set</c> says.</param>
    /// <param name="currentFolder">What paths in the overrides are relative to; null for the process's own folder.</param>
    /// <param name="alone">As in <see cref="Read"/>.</param>
    /// <exception cref="SweepException">Everything that is wrong, a line each.</exception>
    public static SweepSpec Parse(
        string text,
        string name,
        string folder,
        IReadOnlyList<SweepOverride>? overrides = null,
        string? currentFolder = null,
        ArmSpec? alone = null
    )
    {
        var here = currentFolder ?? Directory.GetCurrentDirectory();
        var errors = new SweepErrors(name);
        var root = TomlReader.ReadFile(name, text, errors);

        // A tree with syntax errors or doubled keys is half a tree: what else it lacks would only mislead.
        errors.ThrowIfAny();
        SweepOverrides.Apply(overrides ?? [], root, errors);
        var spec = Spec(root, errors, (value, origin) => Path.GetFullPath(value, origin.NamesKey ? here : folder), alone);
        errors.ThrowIfAny();
        return spec!;
    }

    private static SweepSpec? Spec(TomlTable root, SweepErrors errors, Func<string, Origin, string> resolve, ArmSpec? alone)
    {
        var top = new Section(errors, "", root);
        var name = top.Require("name", Rule.Name, "add e.g. name = \"my-sweep\" at the top");
        var id = top.Read<string>("domain", Rule.Name) ?? SettingKeys.Defaults.Domain;
        var domain = Catalog.Current.Domains.FirstOrDefault(known => known.Id == id);
        var keys = SettingKeys.Of(domain);
        if (domain is null && id != SettingKeys.Defaults.Domain && root.Find(id) is not null)
        {
            // Its own section would be called unknown, and everything in it.
            errors.Add(
                root.Find("domain")!.Origin,
                "domain",
                $"the domain \"{id}\" is not known here; if it comes from a plug-in, add --plugin <dll>."
            );
            errors.ThrowIfAny();
        }

        var seeds = Seeds(top, errors);
        var model = Model(Table(top, "model", errors), root, resolve);
        var tasks = TaskReader.Read(Table(top, "tasks", errors), domain, errors, resolve);
        var arms = ArmReader.Read(top.Entry("arms"), keys, errors, resolve);
        foreach (var section in keys.Select(key => key.Section).Distinct())
        {
            top.Entry(section);
        }

        top.RefuseOthers([.. keys.Select(key => key.Full), .. TaskReader.Keys.Select(key => $"tasks.{key}"), "model.path"]);
        var cells = new GridReader(keys, errors, resolve).Read(root, SettingKeys.DefaultsOf(id, domain));
        if (errors.Any || name is null || model is null || tasks is null)
        {
            return null;
        }

        var spec = new SweepSpec(name, model, tasks, seeds, [.. arms.Select(arm => arm.Arm)], SweepPlan.Expand(cells, arms, seeds));
        SweepChecks.Check(spec, cells, root, errors);
        return alone is null
            ? spec
            : spec with
            {
                Seeds = [seeds[0]],
                Arms = [alone],
                Runs = SweepPlan.Expand([cells[0]], [new ReadArm(alone)], [seeds[0]]),
            };
    }

    private static IReadOnlyList<long> Seeds(Section top, SweepErrors errors)
    {
        if (!top.Has("seeds"))
        {
            top.Missing("seeds", "a list of whole numbers", "add e.g. seeds = [1]; each makes a run of every cell and arm");
            return [];
        }

        var seeds = top.List<long>("seeds", Rule.Whole(0, long.MaxValue), single: true) ?? [];
        if (top.Entry("seeds") is { Value: TomlArray { Items.Count: 0 or > MostSeeds } list } entry)
        {
            errors.Add(entry.Origin, "seeds", $"is {list.Kind}; expected 1..{MostSeeds} of them; add e.g. seeds = [1].");
        }

        return seeds;
    }

    private static ModelSource? Model(Section section, TomlTable root, Func<string, Origin, string> resolve)
    {
        // The stand-in engine has no weights to read.
        var fake = (root.Find("engine")?.Value as TomlTable)?.Find("kind")?.Value is TomlScalar { Value: "fake" };
        var path = fake && !section.Has("path") ? "" : section.Require("path", Rule.Text, "name the folder of the base model");
        section.RefuseOthers();
        return path is null ? null : new ModelSource(path.Length == 0 ? "" : resolve(path, section.Entry("path")!.Origin));
    }

    private static Section Table(Section top, string name, SweepErrors errors)
    {
        var entry = top.Entry(name);
        if (entry is { Value: not TomlTable })
        {
            errors.Add(entry.Origin, name, $"is {entry.Value.Kind}; expected a table; write [{name}] with its keys below.");
        }

        return new Section(errors, name, entry?.Value as TomlTable);
    }

    private static string Text(string path, string full)
    {
        try
        {
            if (Directory.Exists(full))
            {
                throw new SweepException($"{path}: is a folder; expected a sweep file, e.g. {Path.Combine(path, "quickstart-paper.toml")}");
            }

            return UserFile.ReadAllText(full, MostBytes);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SweepException($"{path}: there is no such file{Suggestion(path, full)}", missing);
        }
        catch (DecoderFallbackException wrong)
        {
            throw new SweepException($"{path}: is not UTF-8 text; a sweep file is TOML in UTF-8; is it the right file?", wrong);
        }
        catch (UserFileException wrong)
        {
            throw new SweepException(wrong.Message, wrong);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new SweepException($"{path}: cannot be read: {wrong.Message}", wrong);
        }
    }

    private static string Suggestion(string path, string full)
    {
        var folder = Path.GetDirectoryName(full);
        string[] others = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.toml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)]
            : [];
        var file = Path.GetFileName(full);
        // A sweep is often called by its name.
        var byName = Path.Combine("sweeps", file + ".toml");
        if (path == file && File.Exists(Path.Combine(folder ?? "", byName)))
        {
            return $"; did you mean {byName}?";
        }

        var near =
            Spelling.Closest(file, others)
            ?? others.FirstOrDefault(other => Path.GetFileNameWithoutExtension(other) == Path.GetFileNameWithoutExtension(file));
        return near is not null ? $"; did you mean {Path.Combine(Path.GetDirectoryName(path) ?? "", near)}?"
            : others.Length > 0 ? $"; its folder has {string.Join(", ", others.Take(8))}."
            : "; expected a TOML file that describes a sweep, e.g. sweeps/quickstart-paper.toml.";
    }
}
