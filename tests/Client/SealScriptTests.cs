using System.Diagnostics;
using Seal.Client.Tests.Support;

namespace Seal.Client.Tests;

/// <summary>The script <c>seal</c> at the root, in a small tree and with a <c>dotnet</c> that writes down how it was called.</summary>
public sealed class SealScriptTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SealScriptTests()
    {
        File.Copy(Places.InRepository("seal"), Path.Combine(_folder.Path, "seal"));
        _folder.Write("global.json", "{}");
        _folder.Write("Directory.Build.props", "<Project/>");
        _folder.Write("build/Some.targets", "<Project/>");
        _folder.Write("src/Core/One.cs", "one");
        _folder.Write("src/Core/Two.cs", "two");
        // Builds are noted; a file "broken" makes them fail. Else it is the console: it says what it was given and ends with 3.
        var dotnet = _folder.Write(
            "bin/dotnet",
            """
            #!/bin/sh
            if [ "$1" = build ]; then
                echo "$*" >>"$CALLS"
                [ -f src/broken ] && { echo "error CS0001: broken"; exit 1; }
                mkdir -p src/Client/bin/Release/net10.0 src/Client/obj && : >src/Client/bin/Release/net10.0/seal.dll
                exit 0
            fi
            shift
            printf '%s|' "$SEAL_PROGRAM" "$@"
            exit 3
            """
        );
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(dotnet, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_UnchangedSources_BuildsOnce_AndPassesWordsAndExitCodeOn()
    {
        var (code, output, error) = Run("run", "a b.toml", "--set", "x='1'");
        Assert.Equal((3, "./seal|run|a b.toml|--set|x='1'|"), (code, output));
        Assert.Contains("building the console", error, StringComparison.Ordinal);

        Assert.Equal((3, "./seal|--version|", ""), Run("--version"));
        Assert.Equal(1, Builds);
    }

    [Theory]
    [InlineData("change")]
    [InlineData("add")]
    [InlineData("remove")]
    [InlineData("props")]
    public void Run_ChangedSources_BuildsAgain(string what)
    {
        Run();
        Action change = what switch
        {
            "change" => () => Touch("src/Core/One.cs"),
            "add" => () => _folder.Write("src/Core/Three.cs", "three"),
            "remove" => () => File.Delete(Path.Combine(_folder.Path, "src/Core/Two.cs")),
            _ => () => Touch("Directory.Build.props"),
        };
        change();
        Run();
        Run();
        Assert.Equal(2, Builds);
    }

    [Fact]
    public void Run_BuildThatFails_ShowsWhyAndIsTriedAgain()
    {
        var broken = _folder.Write("src/broken", "");
        var (code, output, error) = Run("list");
        Assert.Equal((1, ""), (code, output));
        Assert.Contains("error CS0001: broken", error, StringComparison.Ordinal);

        File.Delete(broken);
        Assert.Equal(3, Run("list").Code);
        Assert.Equal(2, Builds);
    }

    [Fact]
    public void Run_WithoutDotnet_SaysWhatIsNeeded()
    {
        var (code, _, error) = Run(path: "", words: []);
        Assert.Equal(2, code);
        Assert.Contains(".NET 10 SDK", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_FreshClone_LeavesTheAnalyzersOut_AndALaterBuildDoesNot()
    {
        Run();
        Touch("src/Core/One.cs");
        Run();
        Assert.Equal([true, false], Calls.Select(call => call.Contains("-p:RunAnalyzers=false", StringComparison.Ordinal)));
    }

    private string[] Calls => File.ReadAllLines(Path.Combine(_folder.Path, "calls"));

    private int Builds => Calls.Length;

    private void Touch(string file) => File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, file), DateTime.UtcNow);

    private (int Code, string Output, string Error) Run(params string[] words) => Run(words, Path.Combine(_folder.Path, "bin") + ":");

    private (int Code, string Output, string Error) Run(string[] words, string path)
    {
        // Tools of the system, but no dotnet of the machine.
        var tools = Directory.CreateDirectory(Path.Combine(_folder.Path, "tools")).FullName;
        foreach (
            var tool in new[] { "sh", "dirname", "readlink", "find", "sort", "cksum", "head", "cat", "mkdir", "mv" }.Where(tool =>
                !File.Exists(Path.Combine(tools, tool))
            )
        )
        {
            File.CreateSymbolicLink(
                Path.Combine(tools, tool),
                new[] { "/bin", "/usr/bin" }.Select(folder => Path.Combine(folder, tool)).First(File.Exists)
            );
        }

        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = path + tools;
        start.Environment["CALLS"] = Path.Combine(_folder.Path, "calls");
        foreach (var word in words.Prepend("./seal"))
        {
            start.ArgumentList.Add(word);
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }
}
