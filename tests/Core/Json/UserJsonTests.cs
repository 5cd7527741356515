using System.Text;
using System.Text.Json;
using Seal.Core.Json;

namespace Seal.Core.Tests.Json;

public sealed class UserJsonTests
{
    [Theory]
    [InlineData("{\"a\":1,\n\"b\":2,\n\"a\":3}", "a", 3)]
    [InlineData("{\"x\":[{\"a\":1},{\"a\":1,\n\"\\u0061\":1}]}", "a", 2)]
    [InlineData("{\"\":1,\"\":1}", "", 1)]
    public void Parse_KeyThatStandsTwiceInOneObject_IsRefusedByNameAndLine(string json, string key, int line)
    {
        var refused = Assert.Throws<DuplicateKeyException>(() => UserJson.Parse(json));

        Assert.Equal((key, line), (refused.Key, refused.Line));
        Assert.Equal($"line {line}: the key \"{key}\" stands twice in one object; keep one of the two.", refused.Message);
    }

    [Theory]
    [InlineData("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":1}]}")]
    [InlineData("{\"a\":1,\"A\":2}")]
    [InlineData("\uFEFF{\"a\":1}")]
    public void Parse_KeysOfDifferentObjectsOrCase_IsTaken(string json)
    {
        using var document = UserJson.Parse(Encoding.UTF8.GetBytes(json));

        Assert.True(document.RootElement.TryGetProperty("a", out _));
    }

    [Theory]
    [InlineData("{\"a\":1} x")]
    [InlineData("{\"a\":1}{}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1} // note")]
    [InlineData("{'a':1}")]
    [InlineData("\uFEFF\uFEFF{}")]
    [InlineData("")]
    [InlineData("{\"a\":1,\"a\":")]
    [InlineData("[[[[[1]]]]]")]
    [InlineData("{\"\\ud800\":1}")]
    public void Parse_WhatIsNoStrictJson_IsRefused(string json) => Assert.ThrowsAny<JsonException>(() => UserJson.Parse(json, maxDepth: 4));

    [Fact]
    public void Parse_FileOfAnotherKind_IsToldWithWhatToDo()
    {
        foreach (
            var encoding in new[]
            {
                new UnicodeEncoding(bigEndian: false, byteOrderMark: true),
                new UnicodeEncoding(bigEndian: true, byteOrderMark: true),
            }
        )
        {
            Assert.Contains("save it as UTF-8", Told([.. encoding.GetPreamble(), .. encoding.GetBytes("{}")]), StringComparison.Ordinal);
            Assert.Contains("save it as UTF-8", Told(encoding.GetBytes("{}")), StringComparison.Ordinal);
        }

        Assert.Contains(
            "git lfs pull",
            Told("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"u8.ToArray()),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("save it as UTF-8", Told("{1"u8.ToArray()), StringComparison.Ordinal);

        static string Told(byte[] file) => Assert.ThrowsAny<JsonException>(() => UserJson.Parse(file)).Message;
    }

    /// <summary>Two readers of JSON are two opinions on which files are good.</summary>
    [Fact]
    public void Source_OutsideTheJsonFolder_ParsesNoDocumentItself()
    {
        var sources = Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.StartsWith("src/Core/Json/", StringComparison.Ordinal));
        string[] parsers = ["JsonDocument.Parse", "JsonNode.Parse", "JsonElement.Parse", "JsonSerializer.Deserialize"];

        Assert.DoesNotContain(sources, path => parsers.Any(File.ReadAllText(Path.Combine(Repository.Root, path)).Contains));
    }
}
