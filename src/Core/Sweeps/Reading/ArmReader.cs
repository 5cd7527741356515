using System.Text.Json;
using Seal.Core.Catalogs;
using Seal.Core.Files;
using Seal.Core.Proposers;
using Seal.Core.Runs;

namespace Seal.Core.Sweeps.Reading;

/// <param name="Arm">The arm, as it goes into a run's identity.</param>
/// <param name="Own">Puts the arm's own settings in the place of a cell's.</param>
internal sealed record ReadArm(ArmSpec Arm, Func<RunSettings, RunSettings> Own)
{
    public ReadArm(ArmSpec arm)
        : this(arm, ArmSettings.None.Apply) { }
}

/// <summary>Reads <c>[[arms]]</c>.</summary>
internal static class ArmReader
{
    private const int Most = 64;

    private static Rule Proposer => Rule.Named(Catalog.Current.Proposers.Select(proposer => proposer.Kind));

    private static readonly Rule Edit = new(
        "a self-edit: its JSON as text in quotes, or a table { … }",
        node =>
            node switch
            {
                TomlScalar { Text: { } text } when string.IsNullOrWhiteSpace(text) => RuleResult.Wrong("is empty"),
                TomlScalar { Text: { } text } => RuleResult.Good(text, text),
                TomlTable table => Json(table),
                _ => RuleResult.Wrong($"is {node.Kind}"),
            }
    );

    /// <summary>What runs where no arm is named.</summary>
    public static ReadArm Default { get; } = new(new ArmSpec("seal", PolicyProposer.Name));

    public static IReadOnlyList<ReadArm> Read(
        TomlEntry? arms,
        IReadOnlyList<SettingKey> keys,
        SweepErrors errors,
        Func<string, Origin, string> resolve
    )
    {
        if (arms is null)
        {
            return [Default];
        }

        if (arms.Value is not TomlArray { Items: { Count: > 0 } items } || !items.All(item => item is TomlTable))
        {
            errors.Add(
                arms.Origin,
                "arms",
                $"is {arms.Value.Kind}; expected tables, each under [[arms]] with a name and a proposer; leave arms out for one arm \"seal\"."
            );
            return [];
        }

        if (items.Count > Most)
        {
            errors.Add(arms.Origin, "arms", $"{items.Count} arms are more than {Most}; split the sweep.");
            return [];
        }

        var read = new List<ReadArm>();
        foreach (var table in items.Cast<TomlTable>())
        {
            if (One(table, keys, errors, resolve) is { } arm)
            {
                if (read.Exists(other => other.Arm.Name == arm.Arm.Name))
                {
                    errors.Add(
                        table.Find("name")!.Origin,
                        "arms.name",
                        $"two arms are named \"{arm.Arm.Name}\"; expected different names; rename one."
                    );
                }

                read.Add(arm);
            }
        }

        return read;
    }

    private static ReadArm? One(TomlTable table, IReadOnlyList<SettingKey> keys, SweepErrors errors, Func<string, Origin, string> resolve)
    {
        var section = new Section(errors, "arms", table);
        var name = section.Require("name", Rule.Name, "name the arm; it is a row of the result table");
        var proposer = section.Require("proposer", Proposer, "say where the arm's self-edits come from");
        var edit = section.Read<string>("edit", Edit);
        var file = section.Read<string>("file", Rule.Text);
        var method = section.Read<string>("method", Rule.Named(RunMethods.Names));
        var seeds = section.List<long>("seeds", Rule.Whole(0, long.MaxValue), single: true);
        var set = ArmSettings.Read(section.Entry("set"), keys, errors);
        section.RefuseOthers();
        if (name is null || proposer is null)
        {
            return null;
        }

        Belongs(section, "edit", ConstantProposer.Name, proposer, name, errors);
        Belongs(section, "file", FileProposer.Name, proposer, name, errors);
        var arm = new ArmSpec(name, proposer, edit, Set: set.Texts, Seeds: seeds, Method: Method(section, method, proposer, name, errors));
        if (file is null || proposer != FileProposer.Name)
        {
            return new ReadArm(arm, set.Apply);
        }

        var origin = section.Entry("file")!.Origin;
        var edits = EditsFile.Read(resolve(file, origin), file, origin, errors);
        return new ReadArm(arm with { Edits = edits is null ? null : ArmEdits.Of(edits) }, set.Apply);
    }

    /// <summary>The method of an arm; null where it is the one that the arm has anyway, so that one arm has one spelling.</summary>
    private static string? Method(Section section, string? method, string proposer, string arm, SweepErrors errors)
    {
        if (method is null)
        {
            return null;
        }

        if (RunMethods.Problem(new ArmSpec(arm, proposer, Method: method)) is { } problem)
        {
            errors.Add(section.Entry("method")!.Origin, section.Full("method"), problem);
        }

        return method == RunMethods.DefaultOf(Catalog.Current.Proposer(proposer)) ? null : method;
    }

    private static void Belongs(Section section, string key, string to, string proposer, string arm, SweepErrors errors)
    {
        var entry = section.Entry(key);
        if (proposer == to && entry is null)
        {
            section.Missing(key, key == "edit" ? Edit.Expected : "the path of a JSON file", $"arm \"{arm}\" with proposer \"{to}\" needs it");
        }
        else if (proposer != to && entry is not null)
        {
            errors.Add(
                entry.Origin,
                section.Full(key),
                $"goes with proposer = \"{to}\", but arm \"{arm}\" has \"{proposer}\"; remove it, or change the proposer."
            );
        }
    }

    private static RuleResult Json(TomlTable table)
    {
        try
        {
            var json = table.ToJson();
            return RuleResult.Good(json, json);
        }
        catch (FormatException wrong)
        {
            return RuleResult.Wrong(wrong.Message);
        }
    }
}

/// <summary>Reads a file of self-edits: <c>{"task id or *": [edit, …], …}</c>, each edit a text or an object.</summary>
internal static class EditsFile
{
    private const int MostBytes = 16 << 20;
    private const int MostDepth = 16;

    public static SortedDictionary<string, IReadOnlyList<string>>? Read(string path, string shown, Origin origin, SweepErrors errors)
    {
        try
        {
            using var document = Json.UserJson.Parse(UserFile.ReadAllBytes(path, MostBytes), MostDepth);
            return Read(document.RootElement);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            errors.Add(origin, "arms.file", $"{shown} is not JSON of the form {{\"<task id or *>\": [<self-edit>, …]}}: {wrong.Message}");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            errors.Add(origin, "arms.file", $"{shown} cannot be read ({path}): {wrong.Message}");
        }

        return null;
    }

    private static SortedDictionary<string, IReadOnlyList<string>> Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.EnumerateObject().Any())
        {
            throw new JsonException("expected an object with at least one task.");
        }

        // Sorted, so that equal files make equal specs however their tasks are ordered.
        var edits = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var task in root.EnumerateObject())
        {
            if (task.Value.ValueKind != JsonValueKind.Array || task.Value.GetArrayLength() == 0)
            {
                throw new JsonException($"\"{task.Name}\" must be a list of at least one self-edit.");
            }

            edits.Add(
                task.Name,
                [
                    .. task
                        .Value.EnumerateArray()
                        .Select(edit =>
                            edit.ValueKind switch
                            {
                                JsonValueKind.String => edit.GetString()!,
                                JsonValueKind.Object => JsonSerializer.Serialize(edit, Json.SealJson.Options),
                                _ => throw new JsonException($"\"{task.Name}\" holds {edit.ValueKind}; a self-edit is a text or an object."),
                            }
                        ),
                ]
            );
        }

        return edits;
    }
}
