using System.Diagnostics;
using System.Text;

namespace Seal.EndToEnd.Support;

/// <summary>How a process ended.</summary>
/// <param name="Code">Exit code; 128 + n for signal n.</param>
/// <param name="Out">Everything on standard output.</param>
/// <param name="Err">Everything on standard error.</param>
/// <param name="Elapsed">Start to end.</param>
internal sealed record SealExit(int Code, string Out, string Err, TimeSpan Elapsed)
{
    public override string ToString() => $"exit {Code} after {Elapsed.TotalSeconds:0.0} s\n--- stdout\n{Out}\n--- stderr\n{Err}";
}

/// <summary>The console as a process of its own. Disposing kills what still runs.</summary>
internal sealed class SealProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly Process _process;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _err = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    private SealProcess(string console, IEnumerable<string> arguments, string folder, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(console);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Processes of tests live for seconds: what they would learn for better code costs them a tenth of their processor time.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        Posix.HearInterrupts();
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(_out, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_err, line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public TimeSpan Elapsed => _watch.Elapsed;

    public string Err => Text(_err);

    /// <param name="arguments">What stands after <c>seal</c>.</param>
    /// <param name="folder">Current folder; the repository's root by default.</param>
    /// <param name="fakeStep">How long the fake engine takes over a training step.</param>
    /// <param name="console">Another build of the console.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    public static SealProcess Start(
        IEnumerable<string> arguments,
        string? folder = null,
        TimeSpan fakeStep = default,
        string? console = null,
        Dictionary<string, string>? environment = null
    )
    {
        var variables = environment ?? [];
        if (fakeStep > TimeSpan.Zero)
        {
            variables["SEAL_FAKE_STEP_MS"] = $"{fakeStep.TotalMilliseconds:0}";
        }

        return new SealProcess(console ?? Repository.Console, arguments, folder ?? Repository.Root, variables);
    }

    /// <summary>Starts a process and waits for its end.</summary>
    public static async Task<SealExit> Run(IEnumerable<string> arguments, string? folder = null, TimeSpan fakeStep = default, string? console = null)
    {
        using var process = Start(arguments, folder, fakeStep, console);
        return await process.Exit();
    }

    public void Signal(int signal) => Posix.Send(_process.Id, signal);

    /// <param name="longest">How long to wait; five minutes by default.</param>
    /// <exception cref="TimeoutException">It is still running then.</exception>
    public async Task<SealExit> Exit(TimeSpan? longest = null)
    {
        using var patience = new CancellationTokenSource(longest ?? Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException(
                $"seal {string.Join(' ', _process.StartInfo.ArgumentList.Skip(1))} still runs after {longest ?? Patience}:\n{Text(_err)}"
            );
        }

        _watch.Stop();
        return new SealExit(_process.ExitCode, Text(_out), Text(_err), _watch.Elapsed);
    }

    /// <summary>Waits until something is so, or the process has ended.</summary>
    /// <returns>False if the process ended first.</returns>
    /// <exception cref="TimeoutException">Neither happened within five minutes.</exception>
    public async Task<bool> Until(Func<bool> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (_process.HasExited)
            {
                return false;
            }

            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new TimeoutException($"Nothing happened for {Patience}:\n{Text(_err)}");
            }

            await Task.Delay(BetweenLooks);
        }

        return true;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.AppendLine(line);
            }
        }
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
