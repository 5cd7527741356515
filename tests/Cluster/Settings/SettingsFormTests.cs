using Seal.Cluster.Settings;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Settings;

/// <summary>Settings that are there but are not what they should be: refused by name before anything is opened, instead of failing later in a
/// library's words.</summary>
public sealed class SettingsFormTests
{
    private const string Secret = "hunter2";

    private static readonly string[] Good = ["Cluster.Redis=localhost:6379", "Store.Blob.ConnectionString=UseDevelopmentStorage=true"];

    [Theory]
    [InlineData("Cluster.Redis=localhost:6379,passwort=hunter2", "Cluster.Redis must be of StackExchange.Redis' form")]
    [InlineData("Cluster.Redis=password=hunter2", "Cluster.Redis must be of StackExchange.Redis' form")]
    [InlineData("Store.Blob.ConnectionString=hunter2", "Store.Blob.ConnectionString must be that of a storage account")]
    [InlineData(
        "Store.Blob.ConnectionString=AccountName=a;AccountKey=hunter2;BlobEndpoint=nowhere",
        "Store.Blob.ConnectionString must be that of a storage account"
    )]
    [InlineData("Store.Blob.Endpoint=https://a.blob.core.windows.net/?sig=hunter2", "Store.Blob.Endpoint must be an address such as")]
    [InlineData("Store.Blob.Endpoint=https://user:hunter2@a.blob.core.windows.net", "Store.Blob.Endpoint must be an address such as")]
    [InlineData("Store.Blob.Endpoint=http://a.blob.core.windows.net", "that is done over https only")]
    [InlineData("hunter2", "must be given Section.Key=value")]
    [InlineData("Store.Blob.Container=seal--1", "without '--'")]
    [InlineData("Store.Blob.Container=seal-", "without '-' at its end")]
    [InlineData("Silo.LogLevel=7", "Silo.LogLevel must be one of Trace")]
    [InlineData("Silo.Address=0.0.0.0", "must be the one address under which the others reach this silo")]
    [InlineData("Work.DrainTime=1", "Work.DrainTime must be a time as hh:mm:ss; got 1")]
    [InlineData("Work.Engines=torch,fake,torch", "got 'torch' twice")]
    [InlineData("Silo=trainer", "Silo is a section and has no value of its own")]
    public void ForSilo_ValueOfTheWrongForm_IsRefusedByNameAndNotRepeatedWhereItMayBeSecret(string setting, string expected)
    {
        var refused = Assert.Throws<SettingsException>(() => SettingsChecks.ForSilo(SettingsReader.Read(null, [.. Good, setting])));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Work": { "Engines": ["torch", "fake"] } }""", "Work.Engines must be one value")]
    [InlineData("""{ "Cluster": { "Redis": { "Host": "x" } } }""", "Cluster.Redis must be one value")]
    public void Read_ListOrSectionWhereAValueIsExpected_IsRefusedAndNotTakenForNothing(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        var refused = Assert.Throws<SettingsException>(() => SettingsReader.Read(folder.Write("silo.json", json), Good));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ValueThatALaterSourceTakesAway_CountsAsNotGiven()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("silo.json", """{ "Store": { "Folder": "/data" }, "Security": { "Certificate": "a.pem" } }""");

        var settings = SettingsChecks.ForSilo(SettingsReader.Read(file, [.. Good, "Store.Folder=", "Security.Certificate=", "Store.Blob.Endpoint="]));

        Assert.Null(settings.Store.Folder);
        Assert.Null(settings.Store.Blob.Endpoint);
        Assert.False(settings.Security.HasTls);
    }
}
