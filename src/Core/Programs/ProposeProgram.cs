using System.Text;
using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Gates;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Proposers;
using Seal.Core.Runs;
using Seal.Core.Sweeps;

namespace Seal.Core.Programs;

/// <summary>Draws self-edits and reads them; asks again, a bounded number of times, where distinct ones are wanted.</summary>
internal sealed class ProposeProgram(JobRunner runner, IJobEnvironment environment)
{
    private const int LongestKeptText = 4096;

    public ProposeResult Run(RunContext asked, ProposeJob job, CancellationToken cancellation)
    {
        // A gate wants to see what the policy writes: copies stay copies.
        var isFree = job.Phase.Kind == PhaseKind.GateFree;
        var run = job.Phase.IsGate
            ? asked with
            {
                Settings = asked.Settings with
                {
                    Proposal = asked.Settings.Proposal with { Grammar = !isFree && asked.Settings.Proposal.Grammar, Distinct = false },
                },
            }
            : asked;
        var model = environment.Engine.Open(runner.Model(job.Policy), environment.Files);
        var session = runner.Session(run.Settings, model);
        var context = new ProposerContext(run, job, runner.Task(job.Task), session, () => model) { Past = runner.Past(job.Past) };
        var proposer = Catalog.Current.Proposer(run.Arm.Proposer);
        var settings = run.Settings.Proposal;
        // Asked of few arms, and the prompt of a task is not free.
        var isForced = new Lazy<bool>(() => settings.Grammar && session.Prompt(context.Task).Constraint is not null);

        var watch = new HazardWatch(run, job, session, context.Task);
        var proposals = Draw(0, job.Count);
        if (!settings.Distinct || !proposer.CanRedraw)
        {
            return Kept(0);
        }

        // The place of a duplicate is given to the next new text; what is still missing after the last redraw stays a duplicate.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var repeated = Enumerable.Range(0, proposals.Count).Where(i => !IsNew(proposals[i])).ToList();
        var drawn = job.Count;
        var most = drawn + (settings.MaxRedraws * repeated.Count);
        while (repeated.Count > 0 && drawn < most)
        {
            var more = Draw(drawn, Math.Min(repeated.Count, most - drawn));
            drawn += more.Count;
            foreach (var proposal in more.Where(IsNew))
            {
                proposals[repeated[0]] = proposal;
                repeated.RemoveAt(0);
            }
        }

        return Kept(drawn - job.Count);

        bool IsNew((Proposal Proposal, DrawnTokens?) drawn) => drawn.Proposal.Payload is { } payload && seen.Add(payload);

        List<(Proposal Proposal, DrawnTokens? Drawn)> Draw(int from, int count)
        {
            var drafts = proposer.Draw(context, from, count, cancellation);
            environment.Progress(from + drafts.Count, from + count, null);
            // The word for "train nothing" is the in-context arm's alone: a policy that writes it has written no self-edit.
            return proposer is NoneProposer
                ? [.. drafts.Select(draft => (new Proposal(draft.Text, draft.Text, null), draft.Drawn))]
                : [.. drafts.Select(draft => (watch.Checked(Read(session, draft.Text)), draft.Drawn))];
        }

        // Once no draw is left to make: the tokens of what was chosen, where the payload does not give them back.
        ProposeResult Kept(int redraws)
        {
            var own = proposals.Where(IsWrittenOtherwise).Select(chosen => chosen.Drawn!).ToArray();
            var blob = own.Length > 0 ? environment.Keep("drawn.json", SealJson.ToBytes(own)).Sha256 : null;
            var place = 0;
            return new(
                [
                    .. proposals.Select(chosen =>
                        IsWrittenOtherwise(chosen) ? chosen.Proposal with { Drawn = new DrawnRef(blob!, place++) } : chosen.Proposal
                    ),
                ],
                redraws
            );
        }

        bool IsWrittenOtherwise((Proposal Proposal, DrawnTokens? Drawn) chosen) =>
            chosen is { Proposal.Payload: { } payload, Drawn: { } tokens } && !IsCanonical(tokens, payload);

        // A grammar forces the end token where the length limit left no room for it.
        bool IsCanonical(DrawnTokens tokens, string payload) =>
            (tokens with { Ended = tokens.Ended || isForced.Value }).Are(model.Info.Tokenizer.Encode(payload));
    }

    private static Proposal Read(IDomainSession session, string text)
    {
        var kept = text.Length <= LongestKeptText ? text : text[..LongestKeptText];
        var verdict = session.Parse(text);
        return new Proposal(WellFormed(kept), verdict.Payload, verdict.Rejection);
    }

    /// <summary>Refuses self-edits that a gate holds for unfit to be tried. What it asks about is what will be trained,
    /// under the seeds of all trials.</summary>
    private sealed class HazardWatch(RunContext run, ProposeJob job, IDomainSession session, TaskDocument task)
    {
        private readonly Dictionary<string, string?> _known = new(StringComparer.Ordinal);

        /// <summary>The proposal, or the same as an invalid one.</summary>
        public Proposal Checked(Proposal proposal)
        {
            // Nothing of what a gate asks for is trained, and arms that learn nothing have no gate.
            if (
                proposal.Payload is not { } payload
                || job.Phase.IsGate
                || run.Settings.Gate is not { Watched: { Count: > 0 } watched }
                || !RunMethods.Learns(run.Arm)
            )
            {
                return proposal;
            }

            if (!_known.TryGetValue(payload, out var hazard))
            {
                _known[payload] = hazard = Enumerable
                    .Range(0, job.Phase.IsRound ? run.Settings.Reward.Trials ?? 1 : 1)
                    .Select(trial => session.PlanInnerLoop(task, payload, InnerSeeds.Of(run, job.Phase, task.Id, payload, trial)))
                    .Select(plan => Hazards.In(watched, session, task, plan))
                    .FirstOrDefault(found => found is not null);
            }

            return hazard is null ? proposal : proposal with { Payload = null, Rejection = hazard };
        }
    }

    /// <summary>Replaces lone surrogates, which JSON cannot carry.</summary>
    private static string WellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
