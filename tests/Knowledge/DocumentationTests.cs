using System.Globalization;
using System.Runtime.CompilerServices;
using Seal.Core.Domains;
using Seal.Knowledge.Passages;

namespace Seal.Knowledge.Tests;

/// <summary>docs/knowledge.md names every key of the two domains with what it is where a file does not name it.</summary>
public sealed class DocumentationTests
{
    [Theory]
    [InlineData(KnowledgeDomain.Name)]
    [InlineData(PassagesDomain.Name)]
    public void Page_EveryKey_StandsWithItsDefault(string domain)
    {
        IDomain one = domain == KnowledgeDomain.Name ? new KnowledgeDomain() : new PassagesDomain();
        var page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", "docs", "knowledge.md"));
        Assert.Empty(one.Settings.Where(key => !page.Contains(Row(domain, key), StringComparison.Ordinal)).Select(key => Row(domain, key)));
    }

    private static string Row(string domain, DomainSetting key) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| `{domain}.{key.Name}` | `{(key.Standard is bool truth ? (truth ? "true" : "false") : key.Standard)}` | "
        );

    private static string Here([CallerFilePath] string path = "") => path;
}
