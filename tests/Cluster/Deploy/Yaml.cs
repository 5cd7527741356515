using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Seal.Cluster.Tests.Deploy;

/// <summary>Just enough of YAML to look at manifests: maps, lists, texts, and merge keys.</summary>
internal static class Yaml
{
    public static IReadOnlyList<object> Documents(string text)
    {
        var parser = new MergingParser(new Parser(new StringReader(text)));
        var deserializer = new DeserializerBuilder().WithDuplicateKeyChecking().Build();
        var documents = new List<object>();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (parser.Accept<YamlDotNet.Core.Events.DocumentStart>(out _))
        {
            documents.Add(deserializer.Deserialize(parser)!);
        }

        return documents;
    }

    /// <summary>What is at a path such as <c>spec.template.0.name</c>; null if there is nothing.</summary>
    public static object? At(this object? node, string path)
    {
        foreach (var step in path.Split('.'))
        {
            node = node switch
            {
                IDictionary<object, object> map => map.TryGetValue(step, out var value) ? value : null,
                IList<object> list => int.TryParse(step, out var index) && index < list.Count ? list[index] : null,
                _ => null,
            };
        }

        return node;
    }

    public static string? Text(this object? node, string path) => node.At(path)?.ToString();

    public static IReadOnlyList<object> Items(this object? node, string path) => node.At(path) is IList<object> list ? [.. list] : [];

    public static IReadOnlyDictionary<string, object?> Map(this object? node, string path) =>
        node.At(path) is IDictionary<object, object> map
            ? map.ToDictionary(entry => entry.Key.ToString()!, entry => (object?)entry.Value, StringComparer.Ordinal)
            : new Dictionary<string, object?>();
}
