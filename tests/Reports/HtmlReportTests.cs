using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Seal.Reports.Tests;

public sealed partial class HtmlReportTests
{
    private const string Hostile = "<script>alert('x')</script>\" onload=\"x\u0007 & \ud800";

    [Fact]
    public void Write_AnySweep_IsWellFormed()
    {
        var page = Parse(Page(new SmallSweep()));

        Assert.Equal(
            ["table", "apart", "differences", "rounds", "checks", "choice", "map", "loss", "tasks", "accounting"],
            page.Descendants("section").Select(section => section.Attribute("id")!.Value)
        );
    }

    [Fact]
    public void Write_HostileNames_StayText()
    {
        var page = Page(new SmallSweep(Hostile));
        var elements = Parse(page).Descendants().ToArray();

        Assert.DoesNotContain(elements, element => element.Name.LocalName == "script");
        Assert.DoesNotContain(
            elements.SelectMany(element => element.Attributes()),
            attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal)
        );
        Assert.Contains(elements, element => element.Value.Contains("<script>alert('x')</script>", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_AnySweep_NeedsNothingFromOutside()
    {
        var page = Page(new SmallSweep());
        var links = Parse(page)
            .Descendants()
            .SelectMany(element => element.Attributes())
            .Where(attribute => attribute.Name.LocalName is "href" or "src" or "data" or "srcset" or "action");

        Assert.All(links, link => Assert.StartsWith("#", link.Value, StringComparison.Ordinal));
        Assert.DoesNotMatch(Outside(), page);
    }

    [Fact]
    public void Write_ManyLargeTasks_StaysBelowTheLimitAndSaysWhatIsLeftOut()
    {
        var page = Page(new SmallSweep(tasks: 280, side: 30));

        Assert.True(Encoding.UTF8.GetByteCount(page) < HtmlReport.MostBytes, $"{Encoding.UTF8.GetByteCount(page)} bytes");
        Assert.Contains("more tasks are left out", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_FirstPart_DoesNotDependOnTheAccounting()
    {
        var sweep = new SmallSweep();
        var other = sweep.Accounting with { Total = sweep.Accounting.Total with { Seconds = 99, Attempts = 7 } };
        var (one, two) = (Page(sweep), HtmlReport.Write(sweep.Results, sweep, other));

        Assert.NotEqual(one, two);
        Assert.Equal(First(one), First(two));
    }

    [Fact]
    public void Write_WrongAnswer_OutlinesEveryDifferingCell()
    {
        // Predicted 12/34 for a grid of 4 by 4: the arm random is never right.
        var page = Parse(Page(new SmallSweep()));

        Assert.Contains(page.Descendants("path"), path => path.Attribute("class")?.Value == "gx");
        Assert.Contains(page.Descendants("figcaption"), caption => caption.Value.Contains("2 × 2 for 4 × 4", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_RoundsOfALearner_SaysWhatCountsAndWhatIsKept()
    {
        var sweep = new SmallSweep();
        var strict = sweep.Results with { Runs = [.. sweep.Results.Runs.Select(run => run with { Score = "vote-top-2", Threshold = 0.5 })] };

        Assert.Contains("solved by exact, kept with a reward above 0; kept by round: ", Page(sweep), StringComparison.Ordinal);
        Assert.Contains(
            "solved by vote-top-2, kept with a reward above 0.5; kept by round: ",
            HtmlReport.Write(strict, sweep, sweep.Accounting),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Write_MissingBlobs_IsAPageAllTheSame()
    {
        var page = HtmlReport.Write(new SmallSweep().Results, new NoFiles(), null);

        Assert.Contains("3 more tasks are left out", page, StringComparison.Ordinal);
        Parse(page);
    }

    [Fact]
    public void Write_LearnerThatProposedNothing_IsAPageAllTheSame()
    {
        var sweep = new SmallSweep();
        var results = sweep.Results with
        {
            Runs =
            [
                .. sweep.Results.Runs.Select(run =>
                    run with
                    {
                        Complete = false,
                        Phases =
                        [
                            .. run.Phases.Select(phase => phase with { Tasks = [.. phase.Tasks.Select(task => task with { Candidates = [] })] }),
                        ],
                    }
                ),
            ],
        };
        var page = HtmlReport.Write(results, sweep, null);

        Assert.Contains("Nothing was proposed.", page, StringComparison.Ordinal);
        Parse(page);
    }

    private static string Page(SmallSweep sweep) => HtmlReport.Write(sweep.Results, sweep, sweep.Accounting);

    private static XElement Parse(string page) => XElement.Parse(page.Replace("<!DOCTYPE html>", "", StringComparison.Ordinal));

    private static string First(string page) => page[..page.IndexOf(HtmlReport.SecondPart, StringComparison.Ordinal)];

    [GeneratedRegex("""(https?:)?//[a-z]|@import|url\(""", RegexOptions.IgnoreCase)]
    private static partial Regex Outside();

    private sealed class NoFiles : IReportFiles
    {
        public byte[]? Blob(string sha256) => null;
    }
}
