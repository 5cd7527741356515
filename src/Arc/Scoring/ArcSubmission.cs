using System.Buffers;
using System.Text.Json;
using Seal.Arc.Evaluation;
using Seal.Arc.Tasks;
using Seal.Arc.Voting;

namespace Seal.Arc.Scoring;

/// <summary>
/// The file that ARC-AGI-1 and -2 are handed in as: of every task a list with one object per test input,
/// <c>{"attempt_1": grid, "attempt_2": grid}</c>.
/// </summary>
public static class ArcSubmission
{
    /// <summary>Stands where there is no answer, as in the contest's own sample file.</summary>
    private static readonly Grid NoAnswer = Grid.Create(2, 2, (_, _) => 0);

    /// <summary>
    /// Two attempts at a test input from what several self-edits answered. The first is the most frequent first answer; the second is the most
    /// frequent other one among their first and second answers. Of equals the one that appears first is ahead, first answers before second ones. The
    /// true output is not asked. One self-edit alone keeps its two answers.
    /// </summary>
    /// <param name="answers">One per self-edit, in order.</param>
    public static Attempts Choose(IReadOnlyList<TestPrediction> answers)
    {
        // Without a vote there is the answer of the plain view.
        Grid[] firsts = [.. Grids(answers.Select(answer => answer.First ?? answer.Plain))];
        Grid[] all = [.. firsts, .. Grids(answers.Select(answer => answer.Second))];
        var first = MostFrequent(firsts);
        return new Attempts(first, MostFrequent([.. all.Where(grid => !grid.Equals(first))]) ?? first);
    }

    /// <summary>The file, UTF-8. Equal attempts give equal bytes.</summary>
    /// <param name="tasks">In order; attempts in the order of the test inputs.</param>
    public static byte[] Write(IEnumerable<(string Task, IReadOnlyList<Attempts> Tests)> tasks)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (task, tests) in tasks)
            {
                json.WriteStartArray(task);
                foreach (var test in tests)
                {
                    json.WriteStartObject();
                    Write(json, "attempt_1", test.First);
                    Write(json, "attempt_2", test.Second ?? test.First);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, Grid? grid)
    {
        json.WriteStartArray(name);
        foreach (var row in TestPrediction.Rows(grid ?? NoAnswer)!)
        {
            json.WriteStartArray();
            foreach (var cell in row)
            {
                json.WriteNumberValue(cell);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static IEnumerable<Grid> Grids(IEnumerable<int[][]?> rows) => rows.OfType<int[][]>().Select(Grid.FromRows);

    /// <summary>GroupBy keeps the order of appearance, and MaxBy takes the first of equals.</summary>
    private static Grid? MostFrequent(IEnumerable<Grid> grids) => grids.GroupBy(grid => grid).MaxBy(group => group.Count())?.Key;
}
