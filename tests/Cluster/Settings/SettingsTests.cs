using Seal.Cluster.Settings;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Settings;

/// <summary>Settings that cannot work are refused before anything starts, and the message says what to do.</summary>
[Collection(Alone.Name)]
public sealed class SettingsTests
{
    private static readonly string[] Good = ["Cluster.Redis=localhost:6379", "Store.Folder=/tmp/seal"];

    [Theory]
    [InlineData("Silo.Role=boss", "Silo.Role must be one of control, trainer, all; got 'boss'")]
    [InlineData("Cluster.Id=My Cluster", "Cluster.Id must match")]
    [InlineData("Cluster.Redis=", "Cluster.Redis must name")]
    [InlineData("Silo.SiloPort=0", "Silo.SiloPort must be in 1..65535; got 0")]
    [InlineData("Silo.SiloPort=many", "Silo.SiloPort must be a whole number; got many")]
    [InlineData("Silo.GatewayPort=11111", "Silo.SiloPort and Silo.GatewayPort must differ")]
    [InlineData("Silo.Adress=127.0.0.1", "Silo.Adress is no setting; did you mean Address?")]
    [InlineData("Work.Engines=jax", "Work.Engines must name some of torch, torch-bf16, fake; got 'jax'")]
    [InlineData("Work.Slots=-1", "Work.Slots must be in 0..1024")]
    [InlineData("Work.DrainTime=soon", "Work.DrainTime must be a time as hh:mm:ss; got soon")]
    [InlineData("Store.Blob.ConnectionString=x", "exactly one of Folder, Blob.ConnectionString, Blob.Endpoint; got 2")]
    [InlineData("Store.Folder=", "exactly one of Folder, Blob.ConnectionString, Blob.Endpoint; got 0")]
    [InlineData("Store.Blob.Container=UP", "Store.Blob.Container must match")]
    [InlineData("Security.Certificate=none.pem", "missing Key, Authority")]
    [InlineData("Silo.Address=example.org", "Silo.Address must be an IP address")]
    [InlineData("Silo.Address=0.0.0.0", "or say --insecure")]
    [InlineData("Silo.WebAddress=10.1.2.3", "Silo.WebAddress 10.1.2.3 can be reached from other machines")]
    public void ForSilo_SettingThatCannotWork_IsRefusedWithItsNameAndAdvice(string setting, string expected)
    {
        var refused = Assert.Throws<SettingsException>(() => SettingsChecks.ForSilo(SettingsReader.Read(null, [.. Good, setting])));
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Silo.Address=10.1.2.3", "Security.Insecure=true")]
    [InlineData("Silo.Address=::1", "Silo.Role=trainer")]
    public void ForSilo_GoodSettings_AreTaken(params string[] settings) =>
        Assert.NotNull(SettingsChecks.ForSilo(SettingsReader.Read(null, [.. Good, .. settings])));

    [Fact]
    public void ForSilo_SeveralProblems_AreToldTogether()
    {
        var refused = Assert.Throws<SettingsException>(() => SettingsChecks.ForSilo(SettingsReader.Read(null, ["Silo.Role=x", "Work.Slots=-1"])));
        Assert.Equal(4, refused.Problems.Count);
    }

    [Fact]
    public void Refusal_OfAnything_NeverRepeatsASecret()
    {
        var refused = Assert.Throws<SettingsException>(() =>
            SettingsChecks.ForSilo(
                SettingsReader.Read(
                    null,
                    ["Cluster.Redis=host,password=hunter2", "Store.Blob.ConnectionString=AccountKey=hunter2", "Store.Folder=/x", "Silo.Role=x"]
                )
            )
        );
        Assert.DoesNotContain("hunter2", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileEnvironmentAndArguments_TheLaterWins()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("silo.json", """{ "Cluster": { "Id": "file", "Redis": "file" }, "Silo": { "Name": "file", "SiloPort": 5 } }""");
        Environment.SetEnvironmentVariable("SEAL__CLUSTER__REDIS", "environment");
        Environment.SetEnvironmentVariable("SEAL__SILO__NAME", "environment");
        try
        {
            var settings = SettingsReader.Read(file, ["Silo.Name=argument"]);
            Assert.Equal(
                ("file", "environment", "argument", 5),
                (settings.Cluster.Id, settings.Cluster.Redis, settings.Silo.Name, settings.Silo.SiloPort)
            );
        }
        finally
        {
            Environment.SetEnvironmentVariable("SEAL__CLUSTER__REDIS", null);
            Environment.SetEnvironmentVariable("SEAL__SILO__NAME", null);
        }
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{ "Cluster": 3, "Sillo": {} }""")]
    public void Read_FileThatIsNone_IsRefused(string text)
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<SettingsException>(() => SettingsReader.Read(folder.Write("silo.json", text), []));
    }

    [Fact]
    public void Read_JsonWithAMistake_TellsTheFileAndThePlaceInIt()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Write("silo.json", "{\n  \"Cluster\": { \"Id\": }\n}");
        var thrown = Assert.Throws<SettingsException>(() => SettingsReader.Read(file, []));
        Assert.Contains(file, thrown.Problems[0], StringComparison.Ordinal);
        Assert.Contains("LineNumber: 1", thrown.Problems[0], StringComparison.Ordinal);
    }
}
