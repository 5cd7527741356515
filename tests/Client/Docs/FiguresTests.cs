using System.Globalization;
using System.Text.RegularExpressions;
using Seal.Client.Artifacts;
using Seal.Client.Display;
using Seal.Client.Tests.Support;
using Seal.Core.Results;
using Seal.Core.Sweeps;
using Seal.Core.Tables;

namespace Seal.Client.Tests.Docs;

/// <summary>The figures of the demo that README shows are those of the run that is shipped.</summary>
public sealed partial class FiguresTests
{
    private static readonly string Readme = File.ReadAllText(Places.InRepository("README.md"));

    [Fact]
    public async Task Readme_Plot_IsOfTheShippedRun()
    {
        var results = await Shipped();
        var seal = results.Runs.Single(run => run.Arm == "seal");
        var rows = ResultTable.Of(LookUpArms.Of(results));
        var rounds = seal.Phases.Max(phase => phase.Round);
        var lines = RoundPlot.Lines(
            rounds,
            [
                new PlotCurve("SEAL on new tasks", '●', "green", Points(PhaseKind.Evaluate, 0)),
                new PlotCurve("SEAL on its training tasks", '○', "blue", Points(PhaseKind.Train, -1)),
            ],
            [Level(LookUpArms.HindsightConstant, "best constant"), Level(LookUpArms.Uniform, "random")]
        );

        Assert.Equal([.. lines.Select(Plain)], [.. Plot().Match(Readme).Groups[1].Value.TrimEnd('\n').Split('\n').Select(Plain)]);

        (int, double)[] Points(PhaseKind phases, int shift) =>
            [
                .. seal
                    .Phases.Where(phase => phase.Phase.Kind == phases)
                    .OrderBy(phase => phase.Round)
                    .Select(phase => (phase.Round + shift, (double)phase.SolvedBy(seal.Score) / phase.Candidates)),
            ];

        PlotLevel Level(string arm, string name)
        {
            var row = rows.Single(row => row.Arm == arm);
            return new PlotLevel(name, (double)row.Solved / row.Candidates);
        }
    }

    [Fact]
    public async Task Readme_SentencesBelowThePlot_HaveItsDifferences()
    {
        var results = await Shipped();
        RunRecord[] runs = [.. results.Runs, .. LookUpArms.Of(results)];
        var differences = ArmDifferences.Of(runs).Where(one => one.Arm == "seal").ToDictionary(one => one.Against, StringComparer.Ordinal);
        var kind = ResultTable.Of(runs).Single(row => row.Arm == LookUpArms.KindTable);
        var text = Readme.ReplaceLineEndings(" ");

        Assert.Contains($"the gain ({Points(differences["seal"].Solved.Value)} points, 95 % {Range("seal")})", text, StringComparison.Ordinal);
        var constant = LookUpArms.HindsightConstant;
        Assert.Contains($"the difference to it ({Points(differences[constant].Solved.Value)}, {Range(constant)})", text, StringComparison.Ordinal);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"a table by kind of task ({100.0 * kind.Solved / kind.Candidates:0} %)"),
            text,
            StringComparison.Ordinal
        );

        string Range(string against)
        {
            var (low, high) = (differences[against].Solved.Interval.Low, differences[against].Solved.Interval.High);
            return $"{Points(low)} to {Points(high)}";
        }

        static string Points(double share) => (100 * share).ToString("+0.0;−0.0;0.0", CultureInfo.InvariantCulture);
    }

    private static async Task<SweepResults> Shipped() =>
        (await PackFile.Read(Places.InRepository("results/demo/demo.sealpack"), CancellationToken.None)).Parsed;

    /// <summary>Without colours and what stands at the ends of lines.</summary>
    private static string Plain(string line) => Markup().Replace(line, "").TrimEnd();

    [GeneratedRegex(@"```\n(solved\n.*?)```", RegexOptions.Singleline)]
    private static partial Regex Plot();

    [GeneratedRegex(@"\[[a-z/ ]*\]")]
    private static partial Regex Markup();
}
