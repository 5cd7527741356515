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
        """;

    public static Command Create()
    {
        var (store, json) = (CommonOptions.Store(), CommonOptions.Json());
        var model = new Option<string>("--model") { Description = "Model folder to try.", DefaultValueFactory = _ => "models/grid-mini", HelpName = "folder" };
        var command = new Command("doctor", "Check whether this machine can run sweeps, and say what to do where it cannot. Leaves nothing behind.") { store, model, json }.WithPage(Help);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var deadline = Deadline.Of("Interrupted.", cancellation);
            var findings = new List<Finding>();
            await foreach (var finding in Examine(parsed.GetValue(store)!, parsed.GetValue(model)!, cancellation))
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
        });
        return command;
    }

    private static async IAsyncEnumerable<Finding> Examine(
        string root, string model, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        yield return MachineChecks.Runtime();
        yield return MachineChecks.Cores();
        yield return MachineChecks.Memory();
        var torch = MachineChecks.Torch();
        yield return torch;
        if (torch.Health != Health.Fail)
        {
            yield return MachineChecks.NumericClass();
            yield return MachineChecks.Model(model, cancellation);
        }

        yield return await MachineChecks.Loopback(cancellation);
        var (scratch, refused) = Scratch(root);
        if (scratch is null)
        {
            yield return Finding.Fail("store", $"{root} cannot be written: {refused}", "Mend the permissions, or put the store elsewhere with --store.");
            yield break;
        }

        try
        {
            var checks = new StoreChecks(root, scratch);
            yield return checks.Space();
            yield return checks.Lock();
            yield return await checks.Sync();
            yield return await checks.Grid(cancellation);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>A folder in the store, or where the store would be made: on the same disk, and gone afterwards.</summary>
    private static (string? Folder, string? Refused) Scratch(string root)
    {
        var parent = Path.GetFullPath(root);
        while (!Directory.Exists(parent) && Path.GetDirectoryName(parent) is { } above)
        {
            parent = above;
        }

        var scratch = Path.Combine(parent, $".seal-doctor-{Environment.ProcessId}");
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

    private static void Tell(Finding finding)
    {
        var (word, colour) = finding.Health switch { Health.Ok => ("ok  ", "green"), Health.Warn => ("warn", "yellow"), _ => ("FAIL", "red") };
        Terminal.Mark(word, colour, $" {finding.Check,-13} {finding.Found}{(finding.Advice is null ? "" : $"\n     {"",-13} → {finding.Advice}")}");
    }
}
