using Seal.Core.Candidates;
using Seal.Knowledge.World;

namespace Seal.Knowledge.SelfEdits;

/// <summary>What a self-edit says, held against its passage: how much of it is true, and how much of it is of the operator that is asked for. The two
/// tell a policy that writes badly from one that chooses badly.</summary>
public static class LineTruth
{
    /// <summary>Share of lines whose sentence is a sentence of the passage, says a fact of it in any wording of its operator, or asks for one and
    /// answers it.</summary>
    public const string TrueLines = "true_lines";

    /// <summary>Share of lines whose operator serves the format that the passage mostly asks.</summary>
    public const string AskedOperator = "asked_operator";

    /// <summary>Share of the facts that the passage mostly asks for which some true line tells in their direction.</summary>
    public const string AskedFacts = "asked_facts";

    /// <summary>The shares of what was written; nothing for self-edits by rule.</summary>
    public static IEnumerable<Observation> Observed(Passage passage, WorldEdit? edit)
    {
        if (edit is WorldEdit.Lines { Written: { Count: > 0 } lines })
        {
            yield return new(TrueLines, lines.Count(line => IsTrue(passage, line)) / (double)lines.Count);
            yield return new(AskedOperator, lines.Count(line => WorldLines.Serves(line.Operator) == passage.Asked) / (double)lines.Count);
            var told = lines.Select(line => Facts(passage, line)).Where(facts => facts.Any(fact => fact.Format == passage.Asked));
            yield return new(
                AskedFacts,
                told.SelectMany(facts => facts).Distinct().Count() / (double)PassageMaker.Facts(passage.Asked, passage.People.Count).Count
            );
        }
    }

    /// <summary>Whether a line says what the passage says, and in the way of its operator.</summary>
    public static bool IsTrue(Passage passage, WorldLine line) =>
        line.Operator == "copy" ? passage.Sentences.Contains(line.Sentence, StringComparer.Ordinal) : Facts(passage, line).Any();

    /// <summary>The facts that a true line tells: of the sentence with trade and guild two, of every other one. None where it is not true.</summary>
    private static IEnumerable<FactKey> Facts(Passage passage, WorldLine line)
    {
        var facts = PassageMaker.Facts(WorldLines.Serves(line.Operator), passage.People.Count);
        return line.Operator switch
        {
            "copy" => facts.Where(fact => PassageMaker.Opening(passage.People[fact.Person]) == line.Sentence),
            "ask" => facts.Where(fact =>
                Enumerable
                    .Range(0, Wording.Questions)
                    .Select(way => Wording.Question(passage.People, fact, way))
                    .Any(question => $"{question.Text} {question.Answer}" == line.Sentence)
            ),
            _ => facts.Where(fact =>
                Enumerable.Range(0, Wording.Statements).Any(way => Wording.Statement(passage.People, fact, way) == line.Sentence)
            ),
        };
    }
}
