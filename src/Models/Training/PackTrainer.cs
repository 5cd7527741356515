using System.Globalization;
using Seal.Core.Engines;
using Seal.Models.Llama;
using Seal.Models.Lora;

namespace Seal.Models.Training;

/// <summary>
/// Trains the members of a pack in step: LoRA members of one shape share a bank, a full member has one of its own. A member that has
/// ended or failed keeps its slot and its values while the others go on.
/// </summary>
internal static class PackTrainer
{
    public static IReadOnlyList<TrainOutcome> Train(
        LlamaModel model,
        IReadOnlyList<TrainRequest> requests,
        Action<TrainStep>? onStep,
        CancellationToken cancellation
    )
    {
        if (requests.Count == 0)
        {
            return [];
        }

        var members = requests.Select(request => new MemberRun(request)).ToArray();
        var total = requests.Max(request => request.Batches.Count);
        var groups = new List<Group>();
        try
        {
            Assign(model, requests, groups);
            for (var step = 0; step < total && Array.Exists(members, member => !member.Ended); step++)
            {
                cancellation.ThrowIfCancellationRequested();
                var losses = Enumerable.Repeat(double.NaN, members.Length).ToArray();
                foreach (var group in groups)
                {
                    group.Step(members, step, losses);
                }

                onStep?.Invoke(new TrainStep(step + 1, total, losses));
            }

            return Outcomes(members, groups);
        }
        finally
        {
            groups.ForEach(group => group.Bank.Dispose());
        }
    }

    private static void Assign(LlamaModel model, IReadOnlyList<TrainRequest> requests, List<Group> groups)
    {
        foreach (var together in Enumerable.Range(0, requests.Count).GroupBy(m => GroupKey(requests[m].Delta, m)))
        {
            int[] members = [.. together];
            var spec = requests[members[0]].Delta;
            groups.Add(
                spec.Kind == DeltaKind.Full
                    ? new FullGroup(model, new FullBank(model), members)
                    : new LoraGroup(model, new LoraBank(model, spec, [.. members.Select(m => requests[m].InitialSeed)]), members)
            );
        }
    }

    private static string GroupKey(DeltaSpec spec, int member) =>
        spec.Kind == DeltaKind.Full
            ? string.Create(CultureInfo.InvariantCulture, $"full {member}")
            : string.Create(CultureInfo.InvariantCulture, $"{spec.Rank} {spec.Alpha:R} {string.Join(' ', spec.Targets)}");

    private static TrainOutcome[] Outcomes(MemberRun[] members, List<Group> groups)
    {
        var outcomes = new TrainOutcome[members.Length];
        foreach (var group in groups)
        {
            for (var slot = 0; slot < group.Members.Length; slot++)
            {
                var m = group.Members[slot];
                var member = members[m];
                var failure = member.Failure ?? (group.Bank.IsFinite(slot) ? null : "the trained weights are not finite");
                outcomes[m] = new TrainOutcome(failure is null ? group.Extract(slot) : null, member.Losses, member.Tokens, failure);
            }
        }

        return outcomes;
    }

    private abstract class Group(TrainingBank bank, int[] members)
    {
        public TrainingBank Bank { get; } = bank;

        /// <summary>Index in the pack of each slot.</summary>
        public int[] Members { get; } = members;

        public abstract TrainedDelta Extract(int slot);

        public void Step(MemberRun[] runs, int step, double[] losses)
        {
            var steps = Members.Select((m, slot) => runs[m].Next(step, slot)).OfType<MemberStep>().ToArray();
            if (steps.Length == 0)
            {
                return;
            }

            var reports = Bank.Step(steps);
            for (var s = 0; s < steps.Length; s++)
            {
                var m = Members[steps[s].Slot];
                runs[m].Record(steps[s], reports[s]);
                losses[m] = reports[s].Loss;
            }
        }
    }

    private sealed class LoraGroup(LlamaModel model, LoraBank bank, int[] members) : Group(bank, members)
    {
        public override TrainedDelta Extract(int slot) => TrainedDelta.Lora(model, bank.Extract(slot));
    }

    private sealed class FullGroup(LlamaModel model, FullBank bank, int[] members) : Group(bank, members)
    {
        public override TrainedDelta Extract(int slot) => TrainedDelta.Full(model, bank.Extract());
    }
}
