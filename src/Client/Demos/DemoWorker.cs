using System.Diagnostics;

namespace Seal.Client.Demos;

/// <summary>The process that runs the demo's sweep: this console again, as <c>seal run</c>. It may be killed at any moment.</summary>
internal sealed class DemoWorker : IDisposable
{
    private const int LastLines = 12;

    private readonly Process _process;
    private readonly Queue<string> _said = new();
    private bool _isDisposed;

    private DemoWorker(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Once it <see cref="HasEnded"/>.</summary>
    public int ExitCode
    {
        get
        {
            _process.WaitForExit(); // until its last words are here too
            return _process.ExitCode;
        }
    }

    /// <summary>The last lines that it wrote, for when it fails.</summary>
    public string LastWords
    {
        get
        {
            lock (_said)
            {
                return string.Join('\n', _said);
            }
        }
    }

    /// <param name="words">The command line after the program.</param>
    public static DemoWorker Start(params IReadOnlyList<string> words)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "seal.dll"));
        }

        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        var worker = new DemoWorker(new Process { StartInfo = start });
        worker._process.OutputDataReceived += (_, line) => worker.Keep(line.Data);
        worker._process.ErrorDataReceived += (_, line) => worker.Keep(line.Data);
        worker._process.Start();
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        return worker;
    }

    /// <summary>Ends it at once, without a word of warning: SIGKILL, on Windows TerminateProcess.</summary>
    public async Task Kill()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Kills it if it runs: nothing that it committed is lost.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_said)
        {
            _said.Enqueue(line);
            if (_said.Count > LastLines)
            {
                _said.Dequeue();
            }
        }
    }
}
