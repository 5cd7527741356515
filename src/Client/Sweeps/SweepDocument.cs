using System.Text.Json.Serialization;
using Seal.Client.Display;
using Seal.Client.Reporting;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;

namespace Seal.Client.Sweeps;

/// <summary>The document that <c>--json</c> ends with; scripts rely on its shape.</summary>
/// <param name="Sweep">Name.</param>
/// <param name="State"><c>running</c>, <c>completed</c>, <c>incomplete</c>, <c>cancelled</c>; on a cluster also <c>paused</c>, <c>stopping</c>,
/// <c>stopped</c>.</param>
/// <param name="Runs">In plan order.</param>
/// <param name="ReportSha256">SHA-256 of <c>results.json</c>; null before the end.</param>
internal sealed record SweepDocument(string Sweep, string State, IReadOnlyList<RunDocument> Runs, string? ReportSha256)
{
    /// <summary>Why nothing of it runs although it should; absent if something does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Waiting { get; init; }

    /// <summary>Why a steering verb had nothing to do; left out where it did something.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NothingToDo { get; init; }

    /// <summary>Files for people that could not be written; left out where all are there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<NotWritten>? NotWritten { get; init; }

    public static SweepDocument Of(SweepStatus status, SweepResults? results) =>
        new(
            status.Sweep,
            StatusView.Word(status.State),
            results is null
                ? [.. status.Runs.Select(run => new RunDocument(run.Run, run.Arm, run.Cell, run.Seed, run.Phase, [], []))]
                :
                [
                    .. results.Runs.Select(run => new RunDocument(
                        run.Run,
                        run.Arm,
                        run.Cell,
                        run.Seed,
                        "ended",
                        Phases(run, PhaseKind.Train),
                        Phases(run, PhaseKind.Evaluate)
                    )),
                ],
            status.ReportSha256
        )
        {
            Waiting = status.Waiting,
        };

    private static RoundDocument[] Phases(RunRecord run, PhaseKind kind) =>
        [
            .. run
                .Phases.Where(phase => phase.Phase.Kind == kind)
                .Select(phase => new RoundDocument(phase.Round, phase.PolicySha256, phase.SolvedBy(run.Score), phase.Candidates, phase.Kept)),
        ];
}

/// <param name="Rounds">Training rounds; empty for arms that do not learn.</param>
/// <param name="Evaluations">Evaluations, by the rounds done before them.</param>
internal sealed record RunDocument(
    string Run,
    string Arm,
    string Cell,
    long Seed,
    string Phase,
    IReadOnlyList<RoundDocument> Rounds,
    IReadOnlyList<RoundDocument> Evaluations
);

/// <param name="Round">From 1 for training; rounds done for an evaluation.</param>
/// <param name="PolicySha256">SHA-256 of the policy's adapter file after the round; the base model's content hash while nothing was learned.</param>
/// <param name="Solved">Candidates that solved their task by the sweep's score.</param>
/// <param name="Candidates">Candidates.</param>
/// <param name="Kept">Pairs that the update kept.</param>
internal sealed record RoundDocument(int Round, string PolicySha256, double Solved, int Candidates, int Kept);
