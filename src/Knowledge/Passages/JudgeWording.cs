using System.Text;
using Seal.Core.Artifacts;
using Seal.Core.Judges;

namespace Seal.Knowledge.Passages;

/// <summary>What a judge is told about an answer. The words are ours: the paper's authors did not publish theirs.</summary>
public static class JudgeWording
{
    private static readonly string Template = PassageWording.Read("judge");

    /// <summary>Hash of the words: other words are another judge.</summary>
    public static string Sha256 { get; } = ArtifactKey.Sha256(Encoding.UTF8.GetBytes(Template));

    /// <param name="judge">The model that judges, as its server names it.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="gold">The right answer.</param>
    /// <param name="answer">What was answered; an empty answer is wrong, and nobody is to be asked.</param>
    public static JudgeQuery Query(string judge, string question, string gold, string answer) =>
        new(
            judge,
            question,
            gold,
            answer,
            PassageWording.Replace(Template, (PassageWording.Question, question), ("{gold}", gold), ("{answer}", answer))
        );
}
