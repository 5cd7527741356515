using System.Text.RegularExpressions;
using Seal.Cluster.Tests.Support;
using Seal.EndToEnd.Support;

namespace Seal.Cluster.Tests.Deploy;

/// <summary>The batch script with a stand-in for Slurm's <c>srun</c> and for the silo.</summary>
public sealed partial class SlurmTests
{
    private static readonly string Script = Path.Combine(Repository.Root, "deploy", "slurm", "trainers.sbatch");

    private static readonly string[] Directives =
    [
        "job-name",
        "nodes",
        "ntasks-per-node",
        "cpus-per-task",
        "mem",
        "time",
        "requeue",
        "signal",
        "gres",
        "partition",
    ];

    [Fact]
    public void Script_EveryDirective_IsOneOfSbatchs() =>
        Assert.All(Directive().Matches(File.ReadAllText(Script)), directive => Assert.Contains(directive.Groups[1].Value, Directives));

    [SkippableFact]
    public async Task Script_SiloThatCrashesThenIsAskedToStop_IsStartedAgainAndDrains()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Slurm's script wants bash.");
        using var folder = new TemporaryFolder();
        // Crashes at its first start; at the second it works until SIGTERM, and leaves in good order. Its line says that it can be asked to.
        Program(
            folder,
            "seal-silo",
            """
            trap 'echo drained >> "$LOG"; exit 0' TERM
            echo "$@" >> "$LOG"
            [ "$(wc -l < "$LOG")" -eq 1 ] && exit 134
            while :; do sleep 0.1; done
            """
        );
        Program(folder, "srun", "shift; exec \"$@\"");
        Program(folder, "getent", "printf '127.0.1.1 STREAM node\\n10.1.2.3 STREAM\\n'");
        Program(folder, "sleep", "case $1 in 5) exit 0;; esac; exec /bin/sleep \"$@\"");
        var log = folder.Write("log", "");
        using var batch = Batch(folder, log);
        await batch.Until(() => Task.FromResult(File.ReadAllLines(log).Length == 2));
        foreach (var process in Children(batch.Id))
        {
            Posix.Send(process, Posix.Terminate);
        }

        await batch.Exit();
        var lines = await File.ReadAllLinesAsync(log);
        Assert.Equal("drained", lines[^1]);
        Assert.Equal(3, lines.Length);
        Assert.Contains("--role trainer", lines[0], StringComparison.Ordinal);
        Assert.Contains("Silo.Address=10.1.2.3", lines[0], StringComparison.Ordinal);
        Assert.Contains("Work.Slots=3", lines[0], StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("10.1.2.3", "once")]
    [InlineData("127.0.1.1", "")]
    public async Task Script_WhatCannotWork_EndsTheJobInsteadOfTryingAllNight(string address, string started)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Slurm's script wants bash.");
        using var folder = new TemporaryFolder();
        // Refuses its settings.
        Program(folder, "seal-silo", "echo once >> \"$LOG\"; exit 2");
        Program(folder, "srun", "shift; exec \"$@\"");
        Program(folder, "getent", $"echo {address} STREAM node");
        var log = folder.Write("log", "");
        using var batch = Batch(folder, log);
        Assert.Equal(2, await batch.Exit());
        Assert.Equal(started, (await File.ReadAllTextAsync(log)).Trim());
    }

    /// <summary>Slurm signals every process of a step: the batch script's child that runs the trainer function.</summary>
    private static int[] Children(int parent) =>
        Directory
            .EnumerateDirectories("/proc")
            .Select(path => int.TryParse(Path.GetFileName(path), out var id) ? id : 0)
            .Where(id => id > 0 && Parent(id) == parent)
            .ToArray();

    private static int Parent(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0; // It has ended.
        }
    }

    /// <summary>The script as Slurm would start it, with the folder's programs before all others.</summary>
    private static Daemon Batch(TemporaryFolder folder, string log) =>
        new(
            "bash",
            [Script],
            folder.Path,
            new Dictionary<string, string>
            {
                ["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
                ["LOG"] = log,
                ["SEAL_SETTINGS"] = "trainer.json",
                ["SLURM_JOB_ID"] = "7",
                ["SLURM_CPUS_PER_TASK"] = "3",
            }
        );

    private static void Program(TemporaryFolder folder, string name, string script)
    {
        var file = folder.Write(name, $"#!/usr/bin/env bash\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [GeneratedRegex("^#SBATCH --([a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Directive();
}
