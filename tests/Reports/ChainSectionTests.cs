using System.Text.RegularExpressions;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Knowledge.Chains;

namespace Seal.Reports.Tests;

/// <summary>Chains of passages on the page, from numbers made by hand.</summary>
public sealed partial class ChainSectionTests : IReportFiles
{
    private readonly Dictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);

    [Fact]
    public void Write_Chains_ShowsGainsOverTheUntouchedModelAndTheMap()
    {
        var page = HtmlReport.Write(
            Results(
                (
                    "seal",
                    new ChainReport(
                        [0.1, 0.3],
                        [
                            [0.6],
                            [0.1, 0.8],
                        ],
                        [1, 0.7, 0.4],
                        [true, true],
                        ["say : a . ;", "say : b . ;"]
                    )
                ),
                (
                    "joint",
                    new ChainReport(
                        [0.1, 0.3],
                        [
                            [0.5, 0.5],
                        ],
                        [],
                        [],
                        []
                    )
                )
            ),
            this,
            null
        );
        var section = page[page.IndexOf("<section id=\"chains\">", StringComparison.Ordinal)..];

        // At the end (0 + 0.5) / 2, right after each edit (0.5 + 0.5) / 2, background 0.4 − 1; of one sequence there is nothing to draw from.
        Assert.Equal(
            ["+25.0 (+25.0 to +25.0)", "+50.0 (+50.0 to +50.0)", "100 % (100 to 100)", "−60.0 (−60.0 to −60.0)", "100 %"],
            Cells(section, "seal")
        );
        Assert.Equal(["+30.0 (+30.0 to +30.0)", "–", "–", "–", "–"], Cells(section, "joint"));
        // After one edit 0.6 − 0.1, after both 0.25.
        Assert.Contains(
            "<th>edits so far</th><th>1</th><th>2</th></tr></thead><tbody>\n<tr><td class=\"row\"><b>seal</b></td>"
                + "<td>+50.0 (+50.0 to +50.0)</td><td>+25.0 (+25.0 to +25.0)</td></tr>\n</tbody>",
            section,
            StringComparison.Ordinal
        );
        Assert.Equal(
            ["+50", "0", "+50"],
            Map().Matches(section[..section.IndexOf("</section>", StringComparison.Ordinal)]).Select(one => one.Groups[1].Value)
        );
    }

    [Fact]
    public void Write_OtherSweeps_HasNoSuchSection() =>
        Assert.DoesNotContain("id=\"chains\"", HtmlReport.Write(new SmallSweep().Results, new SmallSweep(), null), StringComparison.Ordinal);

    public byte[]? Blob(string sha256) => _blobs.GetValueOrDefault(sha256);

    private static string[] Cells(string section, string arm)
    {
        var from = section.IndexOf($"<b>{arm}</b>", StringComparison.Ordinal);
        var row = section[from..section.IndexOf("</tr>", from, StringComparison.Ordinal)];
        return [.. Cell().Matches(row).Select(one => one.Groups[1].Value).Skip(1)];
    }

    private SweepResults Results(params (string Arm, ChainReport Chain)[] rows) =>
        new("chains", "model", "class", [], [], [.. rows.Select(row => Run(row.Arm, row.Chain))]);

    private RunRecord Run(string arm, ChainReport chain)
    {
        var bytes = SealJson.ToBytes(new TrialDetails("rule repeat", [], SealJson.ToText(chain)));
        var sha256 = ArtifactKey.Sha256(bytes);
        _blobs[sha256] = bytes;
        var trial = new TrialResult(null, [new Observation("untouched_accuracy", 0.2)], 2, 20, null, null, sha256);
        var candidate = new CandidateRecord(0, "rule repeat", null, CandidateState.Scored, null, trial, null);
        var phase = new PhaseRecord(new PhaseId(PhaseKind.Evaluate, 0), 0, "model", 0, null, [new TaskRecord("passages", 0, [candidate])]);
        return new RunRecord($"base-{arm}-s1", "base", arm, 1, ["model"], [phase], Complete: true);
    }

    [GeneratedRegex("<td[^>]*>([^<]*)</td>")]
    private static partial Regex Cell();

    [GeneratedRegex("style=\"fill:var\\(--ink\\)\">([^<]*)</text>")]
    private static partial Regex Map();
}
