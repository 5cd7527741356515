using System.Text.Json;

namespace Seal.Client.Tests.Support;

/// <summary>Runs the console in this process and catches what it says.</summary>
internal static class Shell
{
    public static Task<Said> Run(params string[] args) => Run(args, CancellationToken.None);

    /// <param name="args">The command line's words.</param>
    /// <param name="cancellation">Ctrl-C.</param>
    public static async Task<Said> Run(string[] args, CancellationToken cancellation)
    {
        var (code, output, error) = await Catch(() => SealConsole.Run(args, cancellation));
        return new Said(code, output, error);
    }

    /// <summary>What a part of the console gives, and what it says meanwhile.</summary>
    public static async Task<(T Result, string Output, string Error)> Catch<T>(Func<Task<T>> part)
    {
        // Tables keep the standard error that they meet first: it must not be one that is closed below.
        _ = Terminal.Human;
        var (output, error) = (Console.Out, Console.Error);
        using var caughtOutput = new StringWriter();
        using var caughtError = new StringWriter();
        Console.SetOut(caughtOutput);
        Console.SetError(caughtError);
        try
        {
            var result = await part();
            return (result, caughtOutput.ToString(), caughtError.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}

/// <param name="Code">Exit code.</param>
/// <param name="Output">Standard output: results.</param>
/// <param name="Error">Standard error: progress, hints, errors; with --json results as text too.</param>
internal sealed record Said(int Code, string Output, string Error)
{
    public JsonElement Document => JsonDocument.Parse(Output).RootElement;

    public override string ToString() => $"exit {Code}\n--- stdout\n{Output}\n--- stderr\n{Error}";
}
