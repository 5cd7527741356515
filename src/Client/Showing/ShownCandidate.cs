using System.Globalization;
using Seal.Client.Display;
using Seal.Client.Tries;
using Seal.Core.Candidates;
using Seal.Core.Jobs;
using Seal.Core.Programs;
using Seal.Core.Tables;
using Seal.Pages.Live;
using Seal.Pages.Views;
using Seal.Silo.Reading;
using Spectre.Console;
using Spectre.Console.Rendering;
using ArcGrid = Seal.Arc.Tasks.Grid;

namespace Seal.Client.Showing;

/// <summary>One candidate: what was written, what it meant, what became of it and why.</summary>
/// <param name="Address">Where it stands.</param>
/// <param name="Candidate">It.</param>
/// <param name="Task">Its task's documents.</param>
/// <param name="Details">Losses and predictions of its trial; null where there are none (yet).</param>
/// <param name="Document">The task's document, where answers are to be drawn; else null.</param>
/// <param name="Read">What its model read, or why that cannot be told here.</param>
internal sealed record ShownCandidate(
    Address Address,
    CandidateView Candidate,
    TaskReading Task,
    TrialDetails? Details,
    byte[]? Document,
    (TrialTexts? Texts, string? Problem) Read
) : IShown
{
    private CandidateRecord? Record => Task.State.Ended?.Record?.Candidates.FirstOrDefault(one => one.Index == Candidate.Index);

    private Proposal? Proposal => Task.State.Proposals?.Proposals.ElementAtOrDefault(Candidate.Index);

    public IEnumerable<IRenderable> Pictures(int width)
    {
        var (mark, colour) = CandidateMark.Of(Candidate);
        yield return new Markup($"{Markup.Escape(Address.ToString())}: [{colour}]{mark} {Words.Of(Candidate.Standing)}[/]\n");
        if (Candidate.Reason is { } reason)
        {
            yield return new Text($"  {reason}\n");
        }

        if (Record?.DuplicateOf is { } first)
        {
            yield return new Text($"  the same self-edit as {Address with { Index = first }}, whose trial it shares\n");
        }

        yield return Fields("self-edit", Edit());
        if (Proposal is { } proposal && proposal.Text != Candidate.Payload)
        {
            yield return new Text($"\nas it was written\n{proposal.Text}\n");
        }

        var trial = Trial().ToArray();
        if (trial.Length > 0)
        {
            yield return Fields("\ntrial", trial);
        }

        foreach (var picture in Answers())
        {
            yield return picture;
        }

        foreach (var picture in Texts())
        {
            yield return picture;
        }

        yield return Fields("\nattempts", Attempts());
    }

    public object ToDocument() =>
        new
        {
            candidate = Address.ToString(),
            run = Address.Run,
            phase = Address.Phase.ToString(),
            task = Address.Task,
            entry = CandidateEntry.Of(Candidate),
            text = Proposal?.Text,
            duplicateOf = Record?.DuplicateOf,
            trial = Record?.Trial,
            losses = Details?.Losses.Select(loss => double.IsFinite(loss) ? (double?)loss : null),
            texts = Read.Texts,
            attempts = Attempts().Select(attempt => new { what = attempt.Name, told = attempt.Value }),
        };

    private IEnumerable<(string Name, string Value)> Edit()
    {
        if (Candidate.Payload is not { } payload)
        {
            return [("", Proposal is null ? "not written yet" : "the text is none")];
        }

        var fields = EditFields.Of(payload);
        return fields.Count > 0 ? fields : [("", payload)];
    }

    private IEnumerable<(string Name, string Value)> Trial()
    {
        if (Candidate.Reward is { } reward)
        {
            yield return ("reward", Pieces.Number(reward));
        }

        if (Record?.Trial is not { Failure: null } trial)
        {
            yield break;
        }

        foreach (var seen in trial.Observations)
        {
            yield return (seen.Name, seen.Value.ToString("0.####", CultureInfo.InvariantCulture));
        }

        yield return ("training steps", FormattableString.Invariant($"{trial.Steps} over {trial.Tokens:N0} tokens"));
        if (trial.Steps > 0)
        {
            yield return ("loss", $"{Pieces.Number(trial.FirstLoss)} → {Pieces.Number(trial.LastLoss)}");
        }

        if (Details is { Losses.Count: > 1 })
        {
            yield return ("", TrainingPicture.Curve([.. Details.Losses]));
        }
    }

    private IEnumerable<IRenderable> Answers()
    {
        if (Document is null || TaskPictures.Grids(Address.Task!, Document) is not { } task || TaskPictures.Predicted(Details) is not { } predictions)
        {
            yield break;
        }

        var blocks = GridBlocks.For(Terminal.Results);
        foreach (var (test, pair) in task.Test.Index())
        {
            var tiles = new List<Block> { blocks.Titled("input", pair.Input), blocks.Titled("expected", pair.Output) };
            foreach (var (name, rows) in TaskPictures.Answers(predictions.Tests.ElementAtOrDefault(test)))
            {
                tiles.Add(blocks.Titled(name, ArcGrid.FromRows(rows), pair.Output));
            }

            yield return new Text("\n");
            yield return Block.Flow(tiles, blocks.Width).ToRenderable();
        }
    }

    private IEnumerable<IRenderable> Texts()
    {
        if (Read.Texts is not { } texts)
        {
            yield return new Text($"\nwhat the model read is not shown here: {Read.Problem}\n");
            yield break;
        }

        if (texts.Sample.Count > 0)
        {
            yield return new Text(
                FormattableString.Invariant(
                    $"\ntrains on {texts.Count} texts in {texts.Steps} steps; the first, what counts in the loss after the bar\n"
                )
            );
            yield return new Text($"{texts.Sample[0].Context}▏{texts.Sample[0].Learned}\n");
        }
        else if (texts.Refusal is { } refusal)
        {
            yield return new Text($"\n{refusal}\n");
        }
    }

    private IEnumerable<(string Name, string Value)> Attempts()
    {
        yield return ("writing it", AttemptWords.Of(Task.State.Ledger, Task.State.ProposeSeconds));
        if (CandidateView.PackOf(Task, Record?.DuplicateOf ?? Candidate.Index) is not var (pack, _))
        {
            yield break;
        }

        yield return (
            "trying it",
            pack.Outcome is { CacheHits: > 0 } known
                ? FormattableString.Invariant(
                    $"looked up: an equal trial was known ({known.CacheHits} of {pack.Work!.Job.Members.Count} in its pack)"
                )
                : AttemptWords.Of(pack.Ledger, pack.Outcome?.Seconds ?? 0)
        );
    }

    private static FittedTable Fields(string title, IEnumerable<(string Name, string Value)> fields)
    {
        var table = new FittedTable(title, "", "");
        foreach (var (name, value) in fields)
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(value));
        }

        return table;
    }
}
