using Seal.Client.Sweeps;
using Seal.Core.Artifacts;
using Seal.Core.Gates;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;
using Seal.Silo.Reading;

namespace Seal.Client.Policies;

/// <summary>The versions of one run's policy, as its documents have them.</summary>
/// <param name="Run">The run.</param>
/// <param name="Entries">Its phases that have ended, oldest first.</param>
/// <param name="Versions">The base model first.</param>
internal sealed record RunVersions(RunSubmission Run, IReadOnlyList<PhaseEntry> Entries, IReadOnlyList<PolicyVersion> Versions)
{
    /// <summary>The version that a gate is still looking at; null for none.</summary>
    public PolicyVersion? Open { get; } =
        new RunLog(RunScript.Of(Run.Context), Entries).UnderWay is { Phase: { IsGate: true, Number: > 0 and var number } }
            ? Versions.FirstOrDefault(version => Number(version) == number)
            : null;

    /// <summary>The version that stands: what the next round begins with, and what is left at the end.</summary>
    public string Stands => Open?.Parent ?? (Entries.Count > 0 ? Entries[^1].PolicySha256 : Versions[0].Sha256);

    /// <summary>Whether a version may be used: no gate has refused it or is still looking at it, or a person has said that it is to be used; and
    /// nobody has gone back from it since.</summary>
    public bool IsGood(PolicyVersion version) =>
        !IsLeft(version)
        && ((version.Gate is null or GateOutcome.Promoted && !ReferenceEquals(version, Open)) || Moves(Number(version)).Any(move => !move.IsByGate));

    /// <summary>Whether the policy was set back from a version, or from one that learned from it, and not to it again.</summary>
    public bool IsLeft(PolicyVersion version) =>
        Number(version) is var number
        && Entries.Select(entry => entry.Move).OfType<PolicyMove>().LastOrDefault(move => move.Version == number || Leaves(move, number)) is { } last
        && last.Version != number;

    /// <summary>Where the policy was set back from a version, or from one that learned from it.</summary>
    public IEnumerable<PolicyMove> MovesFrom(int version) =>
        Entries.Select(entry => entry.Move).OfType<PolicyMove>().Where(move => Leaves(move, version));

    /// <summary>What is wished and has not been carried out yet.</summary>
    public IEnumerable<PolicyMove> Pending => (Run.Context.Settings.Moves ?? []).Except(Entries.Select(entry => entry.Move).OfType<PolicyMove>());

    /// <summary>What was said of the run's policy and no longer stands once something else is said.</summary>
    public IEnumerable<PolicyMove> ReplacedBy(PolicyMove move) =>
        (Run.Context.Settings.Moves ?? []).Where(said => said.After >= move.After && said != move);

    private static bool Leaves(PolicyMove move, int version) => move.Version < version && version <= move.After;

    /// <summary>Where the policy was set to a version, by a person or by the gate.</summary>
    public IEnumerable<PolicyMove> Moves(int version) =>
        Entries.Select(entry => entry.Move).OfType<PolicyMove>().Where(move => move.Version == version);

    /// <summary>Rounds that have ended.</summary>
    public int Rounds => Entries.Count(entry => entry.Phase.IsRound);

    /// <summary>The number of the version that stands.</summary>
    public int StandsNumber => Versions.Where(version => version.Sha256 == Stands).Max(Number);

    /// <summary>What the gate says of a version, in a word; empty where none has looked.</summary>
    public string Gate(PolicyVersion version) => ReferenceEquals(version, Open) ? "not-decided" : version.Gate?.Word() ?? "";

    /// <summary>Of a version, the round that it came out of; 0 for the base model.</summary>
    public static int Number(PolicyVersion version) => version.Phase is { } phase ? PhaseId.Parse(phase)!.Value.Number : 0;

    /// <summary>What the gate found of a version, each look with the phase that it was.</summary>
    public IEnumerable<(PhaseId Phase, GateVerdict Verdict)> Looks(int version) =>
        Entries.Where(entry => entry.Gate is not null && entry.Phase.Number == version).Select(entry => (entry.Phase, entry.Gate!));

    /// <summary>Runs of a sweep that train their policy, or one of them.</summary>
    /// <exception cref="CommandException">There is no such run, or none that learns (4).</exception>
    public static async Task<IReadOnlyList<RunVersions>> Read(StorePlace place, string sweep, string? run, CancellationToken cancellation)
    {
        var reader = new SweepReader(place.Store, new DocumentCache());
        var state =
            await reader.State(sweep, cancellation)
            ?? throw new CommandException(ExitCode.NotFoundOrConflict, $"{place.Name} has no sweep '{sweep}'.");
        var learning = state.Submission!.Runs.Where(one => RunMethods.Learns(one.Context.Arm)).ToArray();
        var wanted = run is null ? learning : [.. learning.Where(one => one.Context.Run == run)];
        if (wanted.Length == 0)
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                learning.Length == 0
                    ? $"No run of the sweep {sweep} trains its policy."
                    : $"The sweep {sweep} has no run '{run}' that trains its policy; there is "
                        + $"{string.Join(", ", learning.Select(one => one.Context.Run))}."
            );
        }

        var found = new List<RunVersions>();
        foreach (var one in wanted)
        {
            // A fork that has not begun yet is still what it is a fork of.
            IReadOnlyList<PhaseEntry> entries = [];
            for (var fork = one.Context.Fork; fork >= 0 && entries.Count == 0; fork--)
            {
                entries = await reader.Entries(one.Context with { Fork = fork }, cancellation);
            }

            found.Add(new RunVersions(one, entries, PolicyVersion.Of(state.Submission.Model.BaseSha256, entries)));
        }

        return found;
    }
}
