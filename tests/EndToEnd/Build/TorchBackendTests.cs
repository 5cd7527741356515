using System.Diagnostics;
using System.Text.Json;
using Seal.EndToEnd.Support;

namespace Seal.EndToEnd.Build;

/// <summary>
/// <c>-p:TorchBackend=…</c> decides which libtorch the console carries. The CUDA package is many gigabytes and is not restored here: what the build
/// would ask for is evaluated.
/// </summary>
public sealed class TorchBackendTests
{
    [Fact]
    public async Task Evaluate_WithoutAChoice_TakesTheCpuLibraryOfThisPlatform()
    {
        var packages = await Packages();

        var platform =
            OperatingSystem.IsLinux() ? "linux-x64"
            : OperatingSystem.IsMacOS() ? "osx-arm64"
            : "win-x64";
        Assert.Equal([$"libtorch-cpu-{platform}"], packages.Where(IsTorchNative));
    }

    [Fact]
    public async Task Evaluate_WithCuda_TakesTheCudaPackageAndNoCpuLibrary() =>
        Assert.Equal(["TorchSharp-cuda-linux"], (await Packages("-p:TorchBackend=cuda")).Where(IsTorchNative));

    [Fact]
    public async Task Build_WithAnUnknownBackend_IsRefusedWithTheChoices()
    {
        var (code, text) = await MsBuild("-t:CollectPackageReferences", "-p:TorchBackend=rocm");

        Assert.NotEqual(0, code);
        Assert.Contains("TorchBackend must be cpu, cuda or none; got 'rocm'. Use e.g. -p:TorchBackend=cpu.", text, StringComparison.Ordinal);
    }

    private static bool IsTorchNative(string package) =>
        package.StartsWith("libtorch-", StringComparison.OrdinalIgnoreCase) || package.StartsWith("TorchSharp-", StringComparison.OrdinalIgnoreCase);

    private static async Task<IReadOnlyList<string>> Packages(params string[] properties)
    {
        var (code, text) = await MsBuild(["-getItem:PackageReference", .. properties]);
        Assert.True(code == 0, text);
        using var document = JsonDocument.Parse(text);
        return
        [
            .. document
                .RootElement.GetProperty("Items")
                .GetProperty("PackageReference")
                .EnumerateArray()
                .Select(item => item.GetProperty("Identity").GetString()!),
        ];
    }

    private static async Task<(int Code, string Text)> MsBuild(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        };
        string[] all = ["msbuild", "src/Client/Seal.Client.csproj", "-nologo", "-nodeReuse:false", .. arguments];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        // The test host runs inside a build of its own, whose settings are not this one's.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        using var process = Process.Start(start)!;
        var text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, text);
    }
}
