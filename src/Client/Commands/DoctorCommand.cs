using System.CommandLine;
using Seal.Client.Doctor;

namespace Seal.Client.Commands;

/// <summary><c>seal doctor</c>: can this machine run sweeps, and if not, why.</summary>
internal static class DoctorCommand
{
    private const string Help = """
        Exit 0 if nothing failed (warnings do not count), else 5.

        Examples:
          seal doctor
          seal doctor --store /data/seal --model models/grid-mini --json
          seal doctor --device cuda
        """;

    public static Command Create()
    {
        var (store, json) = (CommonOptions.Store(), CommonOptions.Json());
        var model = new Option<string>("--model")
        {
            Description = "Model folder to try.",
            DefaultValueFactory = _ => "models/grid-mini",
            HelpName = "folder",
        };
        var device = new Option<string>("--device")
        {
            Description = "Check this device too: cpu, cuda, cuda:1 (a tiny model is trained on it and on the processor, and twice on it).",
            DefaultValueFactory = _ => "cpu",
            HelpName = "device",
        };
        var command = new Command("doctor", "Check whether this machine can run sweeps, and say what to do where it cannot. Leaves nothing behind.")
        {
            store,
            model,
            device,
            json,
        }.WithPage(Help);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var deadline = Deadline.Of("Interrupted.", cancellation);
                var findings = new List<Finding>();
                await foreach (var finding in Examine(parsed.GetValue(store)!, parsed.GetValue(model)!, parsed.GetValue(device)!, cancellation))
                {
                    findings.Add(finding);
                    Tell(finding);
                }

                var healthy = findings.All(finding => finding.Health != Health.Fail);
                if (parsed.GetValue(json))
                {
                    Terminal.Document(new { healthy, findings });
                }

                return healthy ? ExitCode.Ok : ExitCode.Unreachable;
            }
        );
        return command;
    }

    private static async IAsyncEnumerable<Finding> Examine(
        string root,
        string model,
        string device,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var checks = new Checks(cancellation);
        yield return await checks.Run("runtime", MachineChecks.Runtime);
        yield return await checks.Run("cores", MachineChecks.Cores);
        yield return await checks.Run("memory", MachineChecks.Memory);
        var torch = await checks.Run("libtorch", MachineChecks.Torch);
        yield return torch;
        if (torch.Health != Health.Fail)
        {
            yield return await checks.Run("numeric class", MachineChecks.NumericClass);
            yield return await checks.Run("model", () => MachineChecks.Model(model, cancellation));
            if (device != "cpu")
            {
                await foreach (var finding in new DeviceChecks(device).Run(checks, cancellation))
                {
                    yield return finding;
                }
            }
        }

        yield return await checks.Run("loopback", () => MachineChecks.Loopback(cancellation));
        var (scratch, refused) = Scratch(root);
        var store = new StoreChecks(root, scratch ?? Present(root));
        yield return await checks.Run("disk", store.Space);
        if (scratch is null)
        {
            const string Advice = "Mend the permissions or make room, or put the store elsewhere with --store.";
            yield return Finding.Fail("lock", "not tried: it takes a folder that can be written", Advice);
            yield return Finding.Fail("store", $"{root} cannot be written: {refused}", Advice);
            yield return Finding.Fail("grid", "not tried: it takes a folder that can be written", Advice);
            yield break;
        }

        try
        {
            yield return await checks.Run("lock", store.Lock);
            yield return await checks.Run("store", store.Sync);
            yield return await checks.Run("grid", () => store.Grid(cancellation));
        }
        finally
        {
            Remove(scratch);
        }
    }

    /// <summary>A folder in the store, or where the store would be made: on the same disk, and gone afterwards.</summary>
    private static (string? Folder, string? Refused) Scratch(string root)
    {
        var scratch = Path.Combine(Present(root), $".seal-doctor-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(scratch);
            return (scratch, null);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return (null, refused.Message);
        }
    }

    /// <summary>The store, or the nearest folder above that is there.</summary>
    private static string Present(string root)
    {
        var folder = Path.GetFullPath(root);
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
        {
            folder = above;
        }

        return folder;
    }

    private static void Remove(string scratch)
    {
        try
        {
            Directory.Delete(scratch, recursive: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Terminal.Say($"{scratch} could not be removed again ({refused.Message}); it is of no use to anybody.");
        }
    }

    private static void Tell(Finding finding)
    {
        var (word, colour) = finding.Health switch
        {
            Health.Ok => ("ok  ", "green"),
            Health.Warn => ("warn", "yellow"),
            _ => ("FAIL", "red"),
        };
        Terminal.Tell(word, colour, $" {finding.Check, -13} {finding.Found}{(finding.Advice is null ? "" : $"\n     {"", -13} → {finding.Advice}")}");
    }
}
