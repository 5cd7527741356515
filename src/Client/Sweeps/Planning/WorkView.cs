using System.Globalization;
using Seal.Client.Display;

namespace Seal.Client.Sweeps.Planning;

/// <summary>A plan's work for people and for scripts.</summary>
internal static class WorkView
{
    public const double Tera = 1e12;

    private const double Peta = 1e15;

    /// <param name="work">The work.</param>
    /// <param name="tflops">See <see cref="PlanQuestion.Tflops"/>.</param>
    public static void Print(PlanWork work, double? tflops)
    {
        var columns = new List<Column>
        {
            "at most",
            Column.Number("trained"),
            Column.Number("steps"),
            Column.Number("read"),
            Column.Number("written"),
            Column.Number("PFLOP"),
        };
        if (tflops is not null)
        {
            columns.Add(Column.Number("time"));
        }

        var table = new FittedTable("tokens of the plan", columns);
        foreach (var (name, part) in Parts(work))
        {
            var flops = part.Flops(work.Model);
            string[] cells = [name, Number(part.Trained), Number(part.Steps), Number(part.Read), Number(part.Written), Small(flops / Peta)];
            table.AddRow(tflops is { } rate ? [.. cells, Time(flops / (rate * Tera))] : cells);
        }

        Terminal.Tell(table);
        Terminal.Tell(
            string.Create(
                CultureInfo.InvariantCulture,
                $"PFLOP: 6 N for a trained token, 2 N for one that is read or written, and for each token that another attends to 4 A, in training 12 A; "
                    + $"N = {work.Model.Parameters:N0} parameters without the input embedding, A = {work.Model.AttentionWidth:N0} (layers × width of "
                    + $"the queries). A LoRA step does about two thirds of that."
            )
        );
        Terminal.Tell(Assumption(work));
        if (tflops is { } stated)
        {
            Terminal.Tell(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"At {stated:0.###} TFLOPS: {Time(work.Flops / (stated * Tera))}. That is arithmetic alone; writing a token at a time reaches a small "
                        + $"part of a device's rate."
                )
            );
        }
    }

    /// <summary>What was taken for granted, in a sentence.</summary>
    public static string Assumption(PlanWork work) =>
        work.EditTokens is { } tokens
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"Every self-edit is taken to be valid, to differ, and to have {tokens} tokens in lines of {PlanWork.LineTokens}; every answer to be as long "
                    + $"as it may."
            )
            : "Every self-edit is taken to be valid and to differ; every text that is written to be as long as it may.";

    /// <summary>For scripts.</summary>
    public static object Document(PlanWork work, double? tflops) =>
        new
        {
            parameters = work.Model.Parameters,
            attentionWidth = work.Model.AttentionWidth,
            editTokens = work.EditTokens,
            flops = work.Flops,
            seconds = tflops is { } rate ? work.Flops / (rate * Tera) : (double?)null,
            parts = Parts(work)
                .Select(one => new
                {
                    part = one.Name,
                    trained = Math.Round(one.Work.Trained),
                    steps = Math.Round(one.Work.Steps),
                    read = Math.Round(one.Work.Read),
                    written = Math.Round(one.Work.Written),
                    flops = one.Work.Flops(work.Model),
                }),
        };

    private static IEnumerable<(string Name, Work Work)> Parts(PlanWork work) =>
        [
            ("writing self-edits", work.Proposing),
            ("inner loops", work.Training),
            ("answering", work.Judging),
            ("updates", work.Updating),
            ("in all", work.Total),
        ];

    private static string Time(double seconds) =>
        seconds < 1000
            ? string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s")
            : DryRun.Duration(TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2)));

    private static string Number(double value) => Math.Round(value).ToString("N0", CultureInfo.InvariantCulture);

    private static string Small(double value) => value.ToString(value < 10 ? "G3" : "N0", CultureInfo.InvariantCulture);
}
