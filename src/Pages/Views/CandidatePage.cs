using System.Globalization;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Programs;
using Seal.Core.Sweeps;
using Seal.Core.Tables;
using Seal.Pages.Live;
using Seal.Reports.Charts;
using Seal.Reports.Html;
using Seal.Silo.Reading;

namespace Seal.Pages.Views;

/// <summary>One candidate: what was written, what it meant, what became of it and why.</summary>
internal static class CandidatePage
{
    /// <param name="sweep">The sweep.</param>
    /// <param name="run">The run.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="task">Its task's documents.</param>
    /// <param name="candidate">The candidate.</param>
    /// <param name="details">Losses and predictions of its trial; null where there are none (yet).</param>
    /// <param name="answers">What it answered, drawn as its domain draws it; empty where nothing is known.</param>
    /// <param name="read">What its model read, or why that cannot be told here.</param>
    public static string Write(
        SweepView sweep,
        RunView run,
        PhaseId phase,
        TaskReading task,
        CandidateView candidate,
        TrialDetails? details,
        Raw answers,
        (TrialTexts? Texts, string? Problem) read
    )
    {
        var (id, index) = (task.State.Work!.Task.Id, candidate.Index);
        var record = task.State.Ended?.Record?.Candidates.FirstOrDefault(one => one.Index == index);
        var proposal = task.State.Proposals?.Proposals.ElementAtOrDefault(index);
        return Layout.Page(
            FormattableString.Invariant($"{id} · {index}"),
            [
                (sweep.Name, Link.Sweep(sweep.Name)),
                (run.Name, Link.Run(sweep.Name, run.Name)),
                (phase.ToString(), Link.Phase(sweep.Name, run.Name, phase)),
                (FormattableString.Invariant($"{id} · {index}"), Link.Candidate(sweep.Name, run.Name, phase, id, index)),
            ],
            candidate.Standing is Standing.Asked or Standing.Waiting or Standing.Running ? Link.Feed(sweep.Name) : null,
            page =>
            {
                page.Add($"<h1>Candidate {index} <span class=\"state {Class(candidate.Standing)}\">{Words.Of(candidate.Standing)}</span></h1>\n");
                page.Add($"<p class=\"lead\">of task <a href=\"{Link.Task(sweep.Name, id)}\">{id}</a>, phase {phase}, run {run.Name}.</p>\n");
                if (candidate.Reason is { } reason && candidate.Standing is not (Standing.Waiting or Standing.Running))
                {
                    page.Add($"<p class=\"warn\">{reason}</p>\n");
                }

                if (record?.DuplicateOf is { } first)
                {
                    page.Add(
                        $"<p>The same self-edit as <a href=\"{Link.Candidate(sweep.Name, run.Name, phase, id, first)}\">candidate {first}</a>, "
                    );
                    page.Add($"whose trial it shares.</p>\n");
                }

                Facts(page, candidate, record);
                Edit(page, candidate, proposal);
                Trial(page, record, details, answers);
                Texts(page, read.Texts, read.Problem);
                Attempts(page, run.Reading.Submitted.Context, phase, task, candidate, record);
            },
            sweep.Version
        );
    }

    private static void Facts(Markup page, CandidateView candidate, CandidateRecord? record)
    {
        page.Add($"<div class=\"facts\">");
        if (candidate.Reward is { } reward)
        {
            Pieces.Fact(page, reward.ToString("0.###", CultureInfo.InvariantCulture), "reward");
        }

        if (candidate.Accuracy is { } accuracy)
        {
            Pieces.Fact(page, FormattableString.Invariant($"{100 * accuracy:0.#} %"), "of the answer's tokens right");
        }

        if (record?.Trial is { Steps: > 0 } trial)
        {
            Pieces.Fact(page, FormattableString.Invariant($"{trial.Steps}"), "training steps");
            Pieces.Fact(page, $"{Pieces.Number(trial.FirstLoss)} → {Pieces.Number(trial.LastLoss)}", "loss before the first and the last step");
        }

        page.Add($"</div>\n");
    }

    private static void Edit(Markup page, CandidateView candidate, Proposal? proposal)
    {
        page.Add($"<section id=\"edit\"><h2>Self-edit</h2>");
        if (candidate.Payload is { } payload)
        {
            var fields = EditFields.Of(payload);
            if (fields.Count > 0)
            {
                page.Add($"<div class=\"scroll\"><table class=\"fields\"><tbody>\n");
                foreach (var (path, value) in fields)
                {
                    page.Add($"<tr><td class=\"row\"><code>{path}</code></td><td class=\"text\"><code>{value}</code></td></tr>\n");
                }

                page.Add($"</tbody></table></div>");
            }
            else
            {
                page.Add($"<pre>{payload}</pre>");
            }
        }
        else
        {
            page.Add($"<p>{(proposal is null ? "Not written yet." : "The text is no self-edit.")}</p>");
        }

        if (proposal is not null && proposal.Text != candidate.Payload)
        {
            page.Add($"<h3>As it was written</h3><pre>{proposal.Text}</pre>");
        }

        page.Add($"</section>\n");
    }

    private static void Trial(Markup page, CandidateRecord? record, TrialDetails? details, Raw answers)
    {
        if (record?.Trial is not { Failure: null } trial)
        {
            return;
        }

        page.Add($"<section id=\"trial\"><h2>Trial</h2>");
        if (details is { Losses.Count: > 1 })
        {
            page.Add(
                $"<div class=\"charts wide\"><figure><h3>Loss by step</h3>{LossChart.Draw("loss by step", [(details.Losses, record.Solved)])}</figure></div>"
            );
        }

        page.Add($"{answers}<div class=\"scroll\"><table class=\"fields\"><tbody>\n");
        foreach (var observation in trial.Observations)
        {
            page.Add($"<tr><td class=\"row\"><code>{observation.Name}</code></td><td>{observation.Value:0.####}</td></tr>\n");
        }

        page.Add($"<tr><td class=\"row\">training tokens</td><td>{trial.Tokens:N0}</td></tr>\n");
        if (trial.Details is { } blob)
        {
            page.Add(
                $"<tr><td class=\"row\">losses and predictions</td><td class=\"text\"><code>{Core.Artifacts.ArtifactKey.Blob(blob)}</code></td></tr>\n"
            );
        }

        page.Add($"</tbody></table></div></section>\n");
    }

    private static void Texts(Markup page, TrialTexts? texts, string? problem)
    {
        page.Add($"<section id=\"texts\"><h2>What the model read</h2>");
        if (texts is null)
        {
            page.Add($"<p class=\"sub\">Not shown here: {problem}</p></section>\n");
            return;
        }

        page.Add(
            $"<details><summary>The prompt under which this run's policy writes self-edits for the task</summary><pre>{texts.Prompt}</pre></details>\n"
        );
        if (texts.Refusal is { } refusal)
        {
            page.Add($"<p>{refusal}</p>");
        }

        if (texts.Sample.Count > 0)
        {
            page.Add($"<p class=\"sub\">The self-edit trains on {Count.Of(texts.Count, "text")} in {Count.Of(texts.Steps, "step")}. ");
            page.Add($"The first of them; what counts in the loss is <b>bold</b>.</p>\n");
        }

        foreach (var text in texts.Sample)
        {
            page.Add($"<pre>{text.Context}<b>{text.Learned}</b></pre>\n");
        }

        page.Add($"</section>\n");
    }

    private static void Attempts(Markup page, RunContext context, PhaseId phase, TaskReading task, CandidateView candidate, CandidateRecord? record)
    {
        page.Add($"<section id=\"attempts\"><h2>Attempts</h2><div class=\"scroll\"><table class=\"fields\"><tbody>\n");
        Ledger(page, "writing it", task.State.Ledger, task.State.ProposeSeconds);
        if (CandidateView.PackOf(task, record?.DuplicateOf ?? candidate.Index) is var (pack, _))
        {
            if (pack.Outcome is { CacheHits: > 0 } looked)
            {
                page.Add($"<tr><td class=\"row\">trying it</td><td class=\"text\">looked up: an equal trial was known ");
                page.Add($"({looked.CacheHits} of {pack.Work!.Job.Members.Count} in its pack)</td></tr>\n");
            }
            else
            {
                Ledger(page, "trying it", pack.Ledger, pack.Outcome?.Seconds ?? 0);
            }

            page.Add($"<tr><td class=\"row\">files</td><td class=\"text\"><code>");
            page.Add(
                $"jobs/{Grains.Hosting.GridKeys.Task(context, phase, task.State.Work!.Task.Id)}/{pack.Work!.Job.Members[0].Index:000}</code></td></tr>\n"
            );
        }

        page.Add($"</tbody></table></div></section>\n");
    }

    private static void Ledger(Markup page, string what, JobLedger ledger, double seconds)
    {
        page.Add($"<tr><td class=\"row\">{what}</td><td class=\"text\">{AttemptWords.Of(ledger, seconds)}");
        if (ledger.LastLoss is { } loss)
        {
            page.Add($"<br/>last loss: {loss}");
        }

        page.Add($"</td></tr>\n");
    }

    private static string Class(Standing standing) =>
        standing switch
        {
            Standing.Solved => "completed",
            Standing.Running => "running",
            Standing.Invalid or Standing.Failed or Standing.GivenUp => "incomplete",
            _ => "paused",
        };
}
