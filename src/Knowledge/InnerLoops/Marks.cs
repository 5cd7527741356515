using Seal.Core.Candidates;
using Seal.Knowledge.World;

namespace Seal.Knowledge.InnerLoops;

/// <summary>Which questions of passages were answered, as observations.</summary>
internal static class Marks
{
    /// <summary>Share of the questions in words that pretraining had.</summary>
    public static double Accuracy(Passage passage, bool[] right) => Share(right[..passage.Questions.Count]);

    /// <summary>Means over passages, formats over all their questions.</summary>
    public static IEnumerable<Observation> Observed(IReadOnlyList<(Passage Passage, bool[] Right)> all)
    {
        yield return new(ObservationNames.Exact, all.All(one => one.Right[..one.Passage.Questions.Count].All(right => right)) ? 1 : 0);
        yield return new(ObservationNames.Accuracy, all.Average(one => Accuracy(one.Passage, one.Right)));
        yield return new("held_out_accuracy", all.Average(one => Share(one.Right[one.Passage.Questions.Count..])));
        foreach (var format in Enum.GetValues<Format>())
        {
            bool[] own =
            [
                .. all.SelectMany(one => one.Passage.Questions.Select((question, i) => (question.Fact.Format, Right: one.Right[i])))
                    .Where(one => one.Format == format)
                    .Select(one => one.Right),
            ];
            yield return new($"{format.ToString().ToLowerInvariant()}_accuracy", Share(own));
        }
    }

    private static double Share(bool[] right) => right.Length == 0 ? 0 : right.Count(one => one) / (double)right.Length;
}
