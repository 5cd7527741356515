using System.Globalization;
using System.Text;
using Seal.Client.Policies;
using Seal.Core.Artifacts;
using Seal.Core.Candidates;
using Seal.Core.Gates;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Core.Statistics;
using Seal.Core.Sweeps;
using Seal.Core.Updates;
using Seal.Silo.Reading;

namespace Seal.Client.Artifacts;

/// <summary>
/// What a version of a policy is, in the form of a Hugging Face model card: base, lineage, the self-edits it was trained on, what it was measured to
/// do, what the gate found, and what it is not for.
/// </summary>
/// <param name="store">Where its run is.</param>
/// <param name="sweep">The sweep's name.</param>
/// <param name="run">The run.</param>
internal sealed class ModelCard(IArtifactStore store, string sweep, RunVersions run)
{
    private const int MostEdits = 10,
        LongestEdit = 300;

    private readonly SweepReader _reader = new(store, new DocumentCache());

    /// <returns>Markdown.</returns>
    public async Task<string> Write(PolicyVersion version, CancellationToken cancellation)
    {
        var (context, number) = (run.Run.Context, RunVersions.Number(version));
        var settings = context.Settings;
        var text = new StringBuilder("---\nlibrary_name: peft\ntags:\n- seal\n- self-adapting\n- lora\n---\n\n");
        Line(text, $"# Version {number} of the policy `{context.Run}`\n");
        Line(text, $"A LoRA adapter made by Seal.Orleans in the sweep `{sweep}`: the base model was trained to write self-edits that help.\n");
        Line(text, $"| | |\n|---|---|");
        Line(text, $"| base model | SHA-256 `{run.Versions[0].Sha256}` |");
        Line(text, $"| adapter | SHA-256 `{version.Sha256}` |");
        Line(text, $"| trained on top of | `{version.Parent}` |");
        var method = context.Arm.Method ?? RunMethods.DefaultOf(context.Arm.Source);
        Line(text, $"| method, rule, reward | {method}, {settings.Update.Rule}, {settings.Reward.Source} |");
        Line(text, $"| domain, outer seed | {settings.Domain}, {context.Seed} |");
        Line(text, $"| numeric class | `{context.NumericClass}` |");
        Line(text, $"| gate | {(run.Gate(version) is { Length: > 0 } gate ? gate : "none has looked at it")} |\n");
        foreach (var move in run.Moves(number))
        {
            Line(text, $"After {Rounds(move)} the policy was set to this version by {Prose(move.Who)}: {Prose(move.Why)}\n");
        }

        foreach (var move in run.MovesFrom(number))
        {
            Line(text, $"After {Rounds(move)} the policy was set back from it to version {move.Version} by {Prose(move.Who)}: {Prose(move.Why)}\n");
        }

        if (!run.IsGood(version))
        {
            var who = run.IsLeft(version) ? "The policy was set back from this version." : "The gate did not promote this version.";
            Line(text, $"**{who} The run does not use it, and nothing else should.**\n");
        }

        var against = Refused(version);
        if (against is not null)
        {
            Line(text, $"**{against}**\n");
        }

        await Edits(text, version, settings, cancellation);
        Gate(text, number);
        await Evaluation(text, number, settings, cancellation);
        Line(text, $"## What it is not for\n");
        if (against is not null)
        {
            Line(text, $"{against} What the rules found is in the table above; a word changes nothing of it.");
        }

        Line(text, $"It was trained to write self-edits for tasks like its training tasks, and was measured on no other ones.");
        Line(
            text,
            $"It is no assistant, and nobody has looked at what it says beside self-edits{(run.Looks(number).Any() ? " and the gate's cases" : "")}."
        );
        Line(text, $"It works on the base model named above, with the adapters that `seal.json` lists merged before it, and on no other.");
        return text.ToString();
    }

    /// <summary>Of a version that is used although the gate has not promoted it: by which rules it was refused, and who uses it and why.</summary>
    private string? Refused(PolicyVersion version)
    {
        var number = RunVersions.Number(version);
        var move = run.Moves(number).LastOrDefault(one => !one.IsByGate);
        var rules = run.Looks(number).SelectMany(look => look.Verdict.Rules).Where(rule => rule.Outcome != GateOutcome.Promoted).ToArray();
        return !run.IsGood(version) || move is null || rules.Length == 0
            ? null
            : $"The gate has refused this version ({string.Join(", ", rules.Select(rule => $"{rule.Rule}: {rule.Outcome.Word()}"))}). "
                + $"It is used all the same by the word of {Prose(move.Who)}, after {Rounds(move)}: {Prose(move.Why)}.";
    }

    private static string Rounds(PolicyMove move) => Terminal.Count(move.After, "round");

    private async Task Edits(StringBuilder text, PolicyVersion version, RunSettings settings, CancellationToken cancellation)
    {
        var entry = run.Entries.First(one => one.Phase.ToString() == version.Phase);
        var tasks = (await _reader.TasksOf(entry, cancellation)).Tasks;
        var kept = tasks.SelectMany(task => UpdateFilter.Of(settings).Kept(task)).Where(candidate => candidate.Payload is not null).ToArray();
        Line(text, $"## What it was trained on\n");
        Line(text, $"{version.Pairs} self-edits that {entry.Phase} kept, of {tasks.Sum(task => task.Candidates.Count)} on {tasks.Count} tasks.\n");
        Line(text, $"| times | mean reward | self-edit |\n|---|---|---|");
        var groups = kept.GroupBy(candidate => candidate.Payload!, StringComparer.Ordinal).OrderByDescending(same => same.Count()).ToArray();
        foreach (var same in groups.OrderByDescending(one => one.Count()).ThenBy(one => one.Key, StringComparer.Ordinal).Take(MostEdits))
        {
            var shown = same.Key.Length <= LongestEdit ? same.Key : $"{same.Key[..LongestEdit]}…";
            Line(text, $"| {same.Count()} | {same.Average(candidate => candidate.Reward ?? 0):0.###} | `{Cell(shown).Replace('`', '\'')}` |");
        }

        Line(text, $"");
        if (groups.Length > MostEdits)
        {
            Line(text, $"{groups.Length - MostEdits} more are not listed.\n");
        }
    }

    private void Gate(StringBuilder text, int number)
    {
        var rules = run.Looks(number).SelectMany(look => look.Verdict.Rules).ToArray();
        if (rules.Length == 0)
        {
            return;
        }

        Line(text, $"## What the gate found\n");
        Line(text, $"| rule | verdict | cases | found | interval | limit | why |\n|---|---|---|---|---|---|---|");
        foreach (var rule in rules)
        {
            var why = Prose(rule.Told);
            Line(text, $"| {rule.Rule} | {rule.Outcome.Word()} | {rule.Cases} | {rule.Measured} | {rule.Between} | {rule.Limit:0.###} | {why} |");
        }

        Line(text, $"");
    }

    private async Task Evaluation(StringBuilder text, int number, RunSettings settings, CancellationToken cancellation)
    {
        var entry = run.Entries.FirstOrDefault(one => one.Phase == PhaseId.Evaluate(number));
        Line(text, $"## What it was measured to do\n");
        if (entry is null || entry.Gate is not null)
        {
            Line(text, $"This version was not evaluated (`evaluate.when`).\n");
            return;
        }

        var tried = (await _reader.TasksOf(entry, cancellation)).Tasks.SelectMany(task => task.Candidates).ToArray();
        var solved = tried.Sum(candidate => candidate.Success(settings.Evaluate.Score));
        var interval = Wilson.Interval(solved / Math.Max(1, tried.Length), tried.Length);
        var share = solved / Math.Max(1, tried.Length);
        Line(text, $"After {solved:0.#} of {tried.Length} self-edits that the policy wrote for evaluation tasks in {entry.Phase},");
        Line(text, $"{Scores.Describe(settings.Evaluate.Score)}: {share:0.0%}, Wilson 95 % {interval.Low:0.0%} to {interval.High:0.0%}");
        Line(text, $"(which takes self-edits of one task as independent; they are not).");
        if (entry.PolicySha256 != run.Versions.First(version => RunVersions.Number(version) == number).Sha256)
        {
            Line(text, $"That policy was `{entry.PolicySha256}`: it stood after {number} rounds, and not this version.");
        }

        Line(text, $"");
    }

    /// <summary>Text that ends neither its cell nor its row.</summary>
    private static string Cell(string text) => text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    /// <summary>The same where it is no code: no tags either.</summary>
    private static string Prose(string text) => Markdown.Prose(Cell(text));

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
