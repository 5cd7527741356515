using System.Globalization;
using System.Text;

namespace Seal.Models.Pretraining;

/// <summary>The page beside a model: what it is, what it saw, what it can do.</summary>
internal static class ModelCard
{
    public const string FileName = "card.md";
    private const int MostRows = 24;

    public static string Write(
        PretrainOptions options,
        PretrainVocabulary vocabulary,
        PretrainCorpus corpus,
        long parameters,
        PretrainState state,
        PretrainEvaluation evaluation
    )
    {
        var card = new StringBuilder();
        void Line(FormattableString text) => card.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Line($"# A model made by `seal model pretrain`");
        Line($"");
        Line(
            $"A decoder of {parameters} parameters (d {options.HiddenSize}, {options.Layers} layers, {options.Heads} heads, fp32), {vocabulary.Describe}. For trying the project out, not for use elsewhere."
        );
        Line($"");
        Line($"| | |");
        Line($"|---|---|");
        Line($"| texts | {corpus.Description} |");
        Line(
            $"| trained | {state.Step} of {options.Steps} steps, {state.Tokens} tokens, texts up to {options.MaxTokens} tokens, {options.BatchTokens} tokens per step at most |"
        );
        Line(
            $"| optimizer | AdamW {options.LearningRate:G4}, Muon for projections {options.MatrixLearningRate:G4}, warm-up {options.WarmupSteps}, cosine over the last {options.DecaySteps}, weight decay {options.WeightDecay:G4}, clip {options.GradientClip:G4} |"
        );
        Line($"| seed | {options.Seed} (weights, order of batches) |");
        Line($"| time | {state.Seconds / 60:F0} minutes on one core |");
        Line($"| held-out loss | {evaluation.HeldOutLoss:F4} nats per output token |");
        Line($"");
        var (how, what) = vocabulary.IsGrid ? ("in context (greedy, whole grid)", "tasks") : ("(greedy, every word)", "questions");
        Line($"Exact answers {how} on {what} drawn apart from the training texts:");
        Line($"");
        Line($"| family | exact | {what} |");
        Line($"|---|---|---|");
        foreach (var score in evaluation.Exact)
        {
            Line($"| {score.Family} | {score.Solved} | {score.Probes} |");
        }

        Line($"| all | {evaluation.Solved} | {evaluation.Probes} |");
        Curve(options.Work, Line);
        return card.ToString();
    }

    /// <summary>Held-out loss and exact answers over the run, at most so many rows, the last one among them.</summary>
    private static void Curve(string work, Action<FormattableString> line)
    {
        var rows = PretrainLog.Evaluations(work);
        if (rows.Count == 0)
        {
            return;
        }

        line($"");
        line($"The curve ({PretrainLog.FileName} of the work folder has every tenth step; with --tensorboard there are event files too):");
        line($"");
        line($"| step | tokens | seconds | held-out loss | exact | probes |");
        line($"|---|---|---|---|---|---|");
        var every = (rows.Count + MostRows - 1) / MostRows;
        for (var i = 0; i < rows.Count; i++)
        {
            if ((rows.Count - 1 - i) % every == 0)
            {
                line($"| {rows[i][0]} | {rows[i][1]} | {rows[i][2]} | {rows[i][3]} | {rows[i][4]} | {rows[i][5]} |");
            }
        }
    }
}
