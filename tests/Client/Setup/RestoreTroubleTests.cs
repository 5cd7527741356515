using Seal.Client.Setup;

namespace Seal.Client.Tests.Setup;

public sealed class RestoreTroubleTests
{
    private static readonly LibTorchPackage Package = LibTorchPackage.Of("linux", "x64", isCuda: false);

    [Theory]
    [InlineData("NU1301", ExitCode.Unreachable, "cannot be reached")]
    [InlineData("NU1101", ExitCode.NotFoundOrConflict, "dotnet nuget add source")]
    [InlineData("NU1102", ExitCode.NotFoundOrConflict, "dotnet nuget add source")]
    [InlineData("NU1100", ExitCode.NotFoundOrConflict, "dotnet nuget add source")]
    [InlineData("MSB4018", ExitCode.Unreachable, "restore.log")]
    public void Of_AnErrorOfRestore_SaysWhatToDo(string code, int exit, string advice)
    {
        var trouble = RestoreTrouble.Of(
            $"/home/me/x/seal-setup.csproj : error {code}: no such thing [/home/me/x/seal-setup.csproj]\n\nBuild FAILED.\n"
                + $"/home/me/x/seal-setup.csproj : error {code}: no such thing [/home/me/x/seal-setup.csproj]\n",
            Package,
            "0.107.0",
            "restore.log"
        );

        Assert.Equal(exit, trouble.ExitCode);
        Assert.Contains(advice, trouble.Message, StringComparison.Ordinal);
        Assert.Contains($"\n  error {code}: no such thing\n", trouble.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("seal-setup.csproj", trouble.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NoErrorThatIsKnown_ShowsTheLastLines()
    {
        var trouble = RestoreTrouble.Of("first\n2\n3\n4\n5\n6\nNo space left on device\n", Package, "0.107.0", "restore.log");

        Assert.Equal(ExitCode.Unreachable, trouble.ExitCode);
        Assert.Contains("No space left on device", trouble.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("first", trouble.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("linux", "x64", "libtorch-cpu-linux-x64")]
    [InlineData("osx", "arm64", "libtorch-cpu-osx-arm64")]
    [InlineData("win", "x64", "libtorch-cpu-win-x64")]
    public void Package_OfAPlatform_HasItsName(string system, string architecture, string id) =>
        Assert.Equal(id, LibTorchPackage.Of(system, architecture, isCuda: false).Id);

    [Theory]
    [InlineData("linux", "arm64", false)]
    [InlineData("osx", "x64", false)]
    [InlineData("win", "x64", true)]
    public void Package_WhereThereIsNone_IsRefusedByName(string system, string architecture, bool isCuda)
    {
        var refused = Assert.Throws<CommandException>(() => LibTorchPackage.Of(system, architecture, isCuda));

        Assert.Equal(ExitCode.Usage, refused.ExitCode);
        Assert.Contains($"{system}-{architecture}", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.401 [/usr/share/dotnet/sdk]\n", true)]
    [InlineData("8.0.100 [/a]\n11.0.100-preview.1 [/a]\n", true)]
    [InlineData("9.0.305 [/usr/share/dotnet/sdk]\n", false)]
    [InlineData("", false)]
    public void Sdk_OldOrNone_IsNotEnough(string listed, bool isEnough) => Assert.Equal(isEnough, DotnetSdk.IsEnough(listed));
}
