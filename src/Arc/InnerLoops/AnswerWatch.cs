using Seal.Arc.Prompts;
using Seal.Arc.Tasks;
using Seal.Arc.TaskSources;
using Seal.Core.Sequences;

namespace Seal.Arc.InnerLoops;

/// <summary>Looks for a task's test pairs in training texts: as they are, turned, mirrored or in other colours. It reads the texts' tokens, whoever
/// made them.</summary>
internal static class AnswerWatch
{
    /// <summary>Where a text shows a test pair with its answer.</summary>
    /// <param name="task">The task. A test pair that is a demonstration too, turned or recoloured, tells nothing new and is not looked for.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="format">How they are written.</param>
    /// <returns>For people; null where none does.</returns>
    public static string? Find(ArcTask task, IReadOnlyList<TokenSequence> texts, IPromptFormat format)
    {
        var shown = task.Train.Select(PairForm.Of).ToHashSet();
        var asked = task
            .Test.Select((pair, index) => (Form: PairForm.Of(pair), Pair: pair, Index: index))
            .Where(test => test.Pair.Output is not null && !shown.Contains(test.Form))
            .ToArray();
        // Most pairs of most texts have another number of cells: hashing all of them is most of the work.
        var sizes = asked.Select(test => Size(test.Pair)).ToHashSet();
        var seen = new HashSet<ArcPair>();
        for (var text = 0; asked.Length > 0 && text < texts.Count; text++)
        {
            foreach (var pair in format.Pairs(texts[text].Tokens).Where(pair => sizes.Contains(Size(pair)) && seen.Add(pair)))
            {
                var form = PairForm.Of(pair);
                if (asked.FirstOrDefault(test => test.Form == form) is { Pair: not null } found)
                {
                    return $"text {text + 1} of {texts.Count} shows test pair {found.Index + 1}";
                }
            }
        }

        return null;
    }

    private static (int Input, int Output) Size(ArcPair pair) => (pair.Input.Cells.Length, pair.Output!.Cells.Length);
}
