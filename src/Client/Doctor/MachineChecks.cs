using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Seal.Core.Engines;
using Seal.Core.Sequences;
using Seal.Models.Engine;
using TorchSharp;

namespace Seal.Client.Doctor;

/// <summary>Runtime, native library, processor, memory, loopback, model.</summary>
internal static class MachineChecks
{
    private const double Gibibyte = 1L << 30;
    private const int LeastMajor = 10;

    public static Finding Runtime()
    {
        var found = $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}";
        return Environment.Version.Major >= LeastMajor
            ? Finding.Ok("runtime", found)
            : Finding.Fail("runtime", found, $"Install the .NET {LeastMajor} SDK.");
    }

    public static Finding Torch()
    {
        const string Check = "libtorch";
        try
        {
            var (version, sum) = Multiply();
            return sum == 8
                ? Finding.Ok(Check, $"{version} loads and multiplies{(LibTorchFolder.Current is { } folder ? $", from {folder}" : "")}")
                : Finding.Fail(
                    Check,
                    $"{version} loads, but 2 × 2 ones times themselves sum to {sum}, not 8",
                    "The library or the machine computes wrongly; reinstall, then test the memory."
                );
        }
        catch (TorchMissingException)
        {
            return Finding.Fail(
                Check,
                "this build carries none: it steers clusters, and computes nothing itself",
                $"Run '{Invocation.Command("setup")}' once; it restores libtorch from your NuGet feed."
            );
        }
        catch (TorchLoadException refused)
        {
            return Finding.Fail(Check, refused.Message, $"Set, mend or unset {LibTorchFolder.Variable} (docs/gpu.md).");
        }
        catch (Exception broken)
            when (broken
                    is TypeInitializationException
                        or NumericClassException
                        or DllNotFoundException
                        or NotSupportedException
                        or BadImageFormatException
                        or ExternalException
                        or EntryPointNotFoundException
            )
        {
            var root = broken.GetBaseException().Message.ReplaceLineEndings(" ");
            return Finding.Fail(
                Check,
                $"does not load: {root}",
                "Build the project on this machine ('dotnet build -c Release src/Client'), which fetches libtorch for its platform and mends it for "
                    + "older glibc; linux-x64, osx-arm64 and win-x64 have one. "
                    + "Sweeps with engine.kind = \"fake\" run without it."
            );
        }
    }

    public static Finding NumericClass()
    {
        var found = Models.Engine.NumericClass.Current;
        return found.Contains("x64-default", StringComparison.Ordinal)
            ? Finding.Warn("numeric class", found, "The processor has no AVX2: expect a tenth of the speed.")
            : Finding.Ok("numeric class", $"{found}: results are byte-equal on machines of this class");
    }

    public static Finding Cores() =>
        Environment.ProcessorCount >= 2
            ? Finding.Ok("cores", $"{Environment.ProcessorCount}; 'run' uses one worker per core")
            : Finding.Warn("cores", "1", "Everything works, at half the speed of the smallest machine that is planned for.");

    public static Finding Memory()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gibibyte;
        var found = FormattableString.Invariant($"{memory:0.0} GiB");
        return memory < 2 ? Finding.Warn("memory", found, "Give the process 2 GiB or more, or use --workers 1.") : Finding.Ok("memory", found);
    }

    public static async Task<Finding> Loopback(CancellationToken cancellation)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            using var client = new TcpClient();
            await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancellation);
            return Finding.Ok("loopback", "a free port can be opened and reached");
        }
        catch (SocketException refused)
        {
            return Finding.Fail("loopback", refused.Message, "The grid talks over 127.0.0.1; allow that in the sandbox or firewall.");
        }
    }

    public static Finding Model(string folder, CancellationToken cancellation)
    {
        const string Check = "model";
        folder = Sweeps.Shipped.Find(folder);
        if (!Directory.Exists(folder))
        {
            return Finding.Warn(Check, $"{folder} is not there", "Run this in the project's folder, or name a model with --model <folder>.");
        }

        try
        {
            var hash = ModelFolder.ContentHash(folder);
            using var engine = new TorchEngine();
            var model = engine.Open(new ModelRef(hash, []), new Sweeps.SingleModel(folder));
            int[] tokens = [.. Enumerable.Range(0, 16).Select(i => i % model.Info.Tokenizer.VocabularySize)];
            var score = model.Score(null, [new TokenSequence(tokens, [.. tokens.Select(_ => 1f)])], cancellation)[0];
            return score.LogProbabilities.All(float.IsFinite)
                ? Finding.Ok(Check, $"{folder} {hash[..12]}: a forward pass is finite")
                : Finding.Fail(Check, $"{folder} {hash[..12]}: a forward pass is not finite", "The weights are damaged; fetch the model again.");
        }
        catch (Exception broken) when (broken is ModelFormatException or IOException or UnauthorizedAccessException)
        {
            return Finding.Fail(Check, broken.Message, "Fetch the model again, or name another with --model.");
        }
    }

    // By itself, so that a missing library is found when this is called and not before.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (string Version, float Sum) Multiply()
    {
        var version = LibTorch.Version; // before TorchSharp looks for a library itself
        using var scope = torch.NewDisposeScope();
        var ones = torch.ones(2, 2);
        return (version, torch.mm(ones, ones).sum().item<float>());
    }
}
