using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Seal.Core.Gates;
using Seal.Core.Sweeps;
using Seal.Core.Sweeps.Reading;

namespace Seal.Core.Tests.Sweeps;

/// <summary>docs/settings.md says what each setting means, may be, and is where nobody sets it: made from the keys' rules, the records' summaries
/// and their defaults.</summary>
public sealed partial class SettingsPageTests
{
    private const string Head = """
        # Settings

        Every key of the sections of a sweep file, as the code has them.
        A list of values makes an axis of the grid; an arm's `set` takes one value.
        `--set inner.rank=8` sets a key for one run of the console, `--set arms.<name>.<key>=…` a key of an arm.
        A path in a sweep file is relative to the file, one in `--set` to the current folder.
        [sweeps.md](sweeps.md) has arms and files of self-edits.

        ## [model] and [tasks]

        | key | meaning |
        |---|---|
        | `model.path` | folder of the base model |
        | `tasks.source` | `generated` or `files` |
        | `tasks.path` | with `files`: a folder or file of ARC tasks, or a list of them; a folder's own `*.json` are read, not those of its folders |
        | `tasks.train`, `tasks.evaluate` | with `files`: ids of the training and evaluation tasks |
        | `tasks.evaluate_draw` | with `files`: so many evaluation tasks more, drawn from those that are not named; twins of training tasks and tasks without outputs are left out |
        | `tasks.train_count`, `tasks.evaluate_count` | with `generated`: how many tasks |
        | `tasks.fresh_count` | with `generated`: evaluation tasks of the training families, none a training task or a twin of one |
        | `tasks.retention` | with `files`: ids of the tasks that the gate asks every version of the policy |
        | `tasks.retention_count` | with `generated`: so many tasks for the gate, of the training families; none is a task of the other sets or a twin of one |
        | `tasks.train_families`, `tasks.evaluate_families` | with `generated`: families of the generators ([families.md](families.md)) |
        | `tasks.seed`, `tasks.max_side` | which tasks are drawn (`generated`, and `evaluate_draw`); with `generated`: their longest side |

        """;

    [Fact]
    public void Page_OfEverySetting_IsTheOneThatIsWrittenDown()
    {
        var page = Path.Combine(Repository.Root, "docs", "settings.md");
        var expected = Page();
        var found = Path.Combine(AppContext.BaseDirectory, "settings.md.found");
        File.WriteAllText(found, expected);

        Assert.True(File.Exists(page) && File.ReadAllText(page) == expected, $"docs/settings.md is not what the settings are; copy {found} there.");
    }

    [Fact]
    public void TasksOfThePage_AreAllThatAFileMayHave() =>
        Assert.All(TaskReader.Keys, key => Assert.Contains($"`tasks.{key}`", Head, StringComparison.Ordinal));

    private static string Page()
    {
        var page = new StringBuilder(Head);
        var summaries = XDocument.Load(Path.Combine(AppContext.BaseDirectory, "Seal.Core.xml"));
        foreach (var section in SettingKeys.All.GroupBy(key => key.Section))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## [{section.Key}]\n\n| key | default | may be | meaning |\n|---|---|---|---|\n");
            foreach (var key in section)
            {
                var holder = typeof(RunSettings).GetProperty(Pascal(section.Key))!;
                var property = holder.PropertyType.GetProperty(Pascal(key.Name))!;
                // A gate that nobody asks for has no settings; one that is asked for begins with these.
                var defaults = holder.GetValue(SettingKeys.Defaults) ?? new GateSettings([]);
                var meaning = Meaning(summaries, holder.PropertyType, property.Name);
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{key.Name}` | {Default(key, property.GetValue(defaults))} | {key.Rule.Expected} | {meaning} |\n"
                );
            }
        }

        return page.ToString();
    }

    /// <summary>What null stands for is said where values are read: the first word of a choice.</summary>
    private static string Default(SettingKey key, object? value) =>
        value switch
        {
            null when key.Name == "dtype" => "`fp32`",
            null when key.Name == "score" => "`exact`",
            null when key.Name == "tokens" => "`all`",
            null when key.Name == "augment" => "`none`",
            null when key.Name is "best" or "trials" or "top_p" => "1",
            null when key.Name == "targets" => "q, v, gate, up, down",
            null => "–",
            IReadOnlyList<string> { Count: 0 } => "none",
            bool truth => truth ? "true" : "false",
            Enum word => $"`{word.ToString().ToLowerInvariant()}`",
            string text => $"`{text}`",
            var number => Convert.ToString(number, CultureInfo.InvariantCulture)!,
        };

    private static string Meaning(XDocument summaries, Type type, string property)
    {
        var parameter = summaries
            .Descendants("member")
            .First(member =>
                member.Attribute("name")!.Value == $"T:{type.FullName}"
                || member.Attribute("name")!.Value.StartsWith($"M:{type.FullName}.#ctor", StringComparison.Ordinal)
            )
            .Elements("param")
            .FirstOrDefault(param => param.Attribute("name")!.Value == property);
        Assert.True(parameter is not null, $"{type.Name}.{property} has no summary.");
        var text = string.Concat(
            parameter
                .Nodes()
                .Select(node =>
                    node switch
                    {
                        XElement { Name.LocalName: "see" or "paramref" } reference =>
                            $"`{(reference.Attribute("cref") ?? reference.Attribute("name"))!.Value.Split('.')[^1].Split('(')[0]}`",
                        XElement element => $"`{element.Value}`",
                        _ => node.ToString(),
                    }
                )
        );
        return Spaces().Replace(text, " ").Trim().Replace("|", "\\|", StringComparison.Ordinal);
    }

    private static string Pascal(string name) => string.Concat(name.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
