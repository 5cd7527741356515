using System.Net.Sockets;
using System.Text;
using Seal.Core.Files;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Files;

public sealed class UserFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("seal-files-").FullName;

    private Socket? _socket;

    public void Dispose()
    {
        _socket?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("pipe", "is a named pipe; expected a regular file")]
    [InlineData("link to pipe", "is a named pipe; expected a regular file")]
    [InlineData("socket", "is a socket; expected a regular file")]
    [InlineData("device", "is a device; expected a regular file")]
    [InlineData("link to device", "is a device; expected a regular file")]
    [InlineData("folder", "is a folder; expected a file")]
    [InlineData("link to folder", "is a folder; expected a file")]
    public async Task Read_OfWhatIsNoRegularFile_IsRefusedWithoutWaiting(string what, string expected)
    {
        var path = Make(what);
        Assert.All(
            await Task.WhenAll(
                Refusal(() => UserFile.ReadAllBytes(path)),
                Refusal(() => UserFile.ReadAllText(path)),
                Refusal(() => UserFile.Open(path).Dispose()),
                Refusal(() => UserFile.OpenHandle(path).Dispose()),
                Refusal(() => UserFile.Check(path))
            ),
            refused => Assert.StartsWith($"{path}: {expected}", Assert.IsType<UserFileException>(refused).Message, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Read_OfARegularFileOrALinkToOne_IsItsBytes()
    {
        var path = Path.Combine(_folder, "file");
        File.WriteAllBytes(path, [0xEF, 0xBB, 0xBF, .. "grüß"u8]);
        var link = File.CreateSymbolicLink(Path.Combine(_folder, "link"), path).FullName;
        Assert.Equal(File.ReadAllBytes(path), UserFile.ReadAllBytes(link));
        Assert.Equal("grüß", UserFile.ReadAllText(link));
        using var stream = UserFile.Open(link);
        Assert.Equal(9, stream.Length);
    }

    [Fact]
    public void ReadAllBytes_OfAnEmptyFile_IsEmpty()
    {
        var path = Path.Combine(_folder, "file");
        File.WriteAllBytes(path, []);
        Assert.Empty(UserFile.ReadAllBytes(path));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(200_000)]
    public void ReadAllBytes_OverTheLimit_IsRefusedAndAtTheLimitRead(int length)
    {
        var path = Path.Combine(_folder, "file");
        File.WriteAllBytes(path, new byte[length]);
        Assert.Equal(length, UserFile.ReadAllBytes(path, length).Length);
        Assert.Contains(
            $"has {length} bytes; expected at most {length - 1}",
            Assert.Throws<UserFileException>(() => UserFile.ReadAllBytes(path, length - 1)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ReadAllBytes_OfAFileThatSaysItHasNoLength_CountsWhatItReads()
    {
        const string Path = "/proc/self/maps";
        Assert.Equal(0, new FileInfo(Path).Length);
        Assert.NotEmpty(UserFile.ReadAllBytes(Path));
        Assert.Contains(
            "expected at most 10",
            Assert.Throws<UserFileException>(() => UserFile.ReadAllBytes(Path, 10)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void ReadAllText_NotUtf8_IsRefused()
    {
        var path = Path.Combine(_folder, "file");
        File.WriteAllBytes(path, [0xFF, 0x20]);
        Assert.Throws<DecoderFallbackException>(() => UserFile.ReadAllText(path));
    }

    [Fact]
    public void Open_NothingThere_IsTheSystemsOwnException()
    {
        Assert.Throws<FileNotFoundException>(() => UserFile.Open(Path.Combine(_folder, "none")));
        Assert.Throws<DirectoryNotFoundException>(() => UserFile.Open(Path.Combine(_folder, "none", "none")));
    }

    [Theory]
    [InlineData("sweep")]
    [InlineData("template")]
    [InlineData("edits")]
    public async Task SweepFileRead_ThroughAPipe_IsRefusedByName(string role)
    {
        var pipe = SpecialFiles.Pipe(Path.Combine(_folder, "pipe"));
        var sweep = Path.Combine(_folder, "sweep.toml");
        var arm = role == "edits" ? "proposer = \"file\"\nfile = \"pipe\"" : "proposer = \"random\"";
        var template = role == "template" ? "[proposal]\ntemplate = \"pipe\"" : "";
        File.WriteAllText(
            sweep,
            $"name = \"x\"\n[tasks]\nsource = \"generated\"\nevaluate_count = 2\n[[arms]]\nname = \"a\"\n{arm}\n[engine]\nkind = "
                + $"\"fake\"\n{template}\n"
        );
        var refused = Assert.IsType<SweepException>(await Refusal(() => SweepFile.Read(role == "sweep" ? pipe : sweep, [])));
        Assert.Contains($"{pipe}: is a named pipe", refused.Message, StringComparison.Ordinal);
    }

    private string Make(string what)
    {
        var path = Path.Combine(_folder, "it");
        var target =
            what.EndsWith("pipe", StringComparison.Ordinal) ? SpecialFiles.Pipe(Path.Combine(_folder, "pipe"))
            : what == "socket" ? Path.Combine(_folder, "socket")
            : what.EndsWith("device", StringComparison.Ordinal) ? "/dev/zero"
            : Directory.CreateDirectory(Path.Combine(_folder, "folder")).FullName;
        _socket = what == "socket" ? SpecialFiles.Socket(target) : null;
        return what.StartsWith("link", StringComparison.Ordinal) ? File.CreateSymbolicLink(path, target).FullName : target;
    }

    private static Task<Exception?> Refusal(Action read) => Task.Run(() => (Exception?)Record.Exception(read)).WaitAsync(SpecialFiles.Patience);
}
