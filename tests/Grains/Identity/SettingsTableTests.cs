using Seal.Arc;
using Seal.Arc.Generators;
using Seal.Arc.SelfEdits;
using Seal.Arc.Tasks;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Engines.Fake;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Randomness;
using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Updates;
using Seal.Grains.Abstractions;
using Seal.Grains.Sweeps;
using Seal.Models.Tokenizers;

namespace Seal.Grains.Tests.Identity;

/// <summary>Every field of a run is given another value, one at a time; what changes is what <see cref="SettingsTable"/> says, no less and no
/// more.</summary>
public sealed class SettingsTableTests
{
    /// <summary>Another self-edit than the one that is tried.</summary>
    internal const string OtherEdit =
        """{"data_generation":{"use_basic_augmentations":true,"use_size_augmentations":true,"use_chain_augmentations":false,"use_repeat_augmentations":false},"training":{"strategy":"train_using_all_tokens","learning_rate":0.001,"num_train_epochs":3}}""";

    private const string Edit =
        """{"data_generation":{"use_basic_augmentations":true,"use_size_augmentations":true,"use_chain_augmentations":false,"use_repeat_augmentations":false},"training":{"strategy":"train_using_all_tokens","learning_rate":0.001,"num_train_epochs":2}}""";

    private static readonly ModelInfo Model = new(GridTokenizer.CreateDefault(), 2048, UsesGridPositions: true);

    private static readonly ArcTask Task = ArcTaskSource.Generate(["halves"], 1, seed: 1, maxSide: 6)[0];

    /// <summary>Chosen so that no setting is idle: texts, steps and grids that the limits cut, an early end, a warm-up that fits.</summary>
    private static readonly Whole Base = new(
        new RunContext(
            "sweep",
            "run",
            new RunSettings(
                "arc",
                new EngineSettings("fake"),
                new ProposalSettings(),
                new InnerSettings(Rank: 8, Alpha: 8, Batch: 2, WarmupSteps: 2, MaxTexts: 12, MaxSteps: 40, StopBelowLoss: 0.5),
                new RewardSettings(),
                new UpdateSettings(),
                new EvaluateSettings(Views: 2)
            ),
            new ArmSpec("seal", "policy"),
            1,
            FakeEngine.Class
        ),
        "base",
        new ModelRef(FakeEngine.BaseSha256, []),
        new TaskRef(Task.Id, ArcTaskJson.ToDocument(Task).Sha256),
        new TriedEdit(Edit)
    );

    private static readonly Lazy<Seen> OfBase = new(() => Seen.Of(Base));

    /// <summary>What makes a run and one of its trials.</summary>
    private sealed record Whole(RunContext Run, string Cell, ModelRef Model, TaskRef Task, TriedEdit Edit);

    private sealed record TriedEdit(string Payload);

    public static TheoryData<string> Fields => [.. Paths()];

    [Fact]
    public void Table_OfEveryField_SaysWhatItMustChange()
    {
        var said = SettingsTable.All.Select(line => line.Path).ToArray();
        Assert.Equal(said.Length, said.Distinct().Count());
        Assert.True(!Paths().Except(said).Any(), $"Say in SettingsTable what must change with: {string.Join(", ", Paths().Except(said))}");
        Assert.True(!said.Except(Paths()).Any(), $"SettingsTable has fields that are no more: {string.Join(", ", said.Except(Paths()))}");
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void Flip_OneField_ChangesWhatTheTableSaysAndNothingElse(string field)
    {
        var line =
            SettingsTable.All.SingleOrDefault(line => line.Path == field)
            ?? throw new InvalidOperationException($"Say in SettingsTable what must change with {field}.");
        var (before, after) = (OfBase.Value, Seen.Of((Whole)Records.Flip(Base, field, line.Value)));
        var changed = after.Against(before);
        Assert.Equal(line.Changes, changed);

        // Whatever the table says: another training or another verdict under the same key would be taken for this one, and another run for the same
        // sweep.
        Assert.True(before.InnerLoop == after.InnerLoop || changed.HasFlag(Changes.Keys), "another training has the same key");
        Assert.True(before.PlainTrial == after.PlainTrial || changed.HasFlag(Changes.PlainKey), "another plain trial has the same key");
        Assert.True(before.VoteTrial == after.VoteTrial || changed.HasFlag(Changes.VoteKey), "another voted trial has the same key");
        Assert.True(
            changed == Changes.Nothing || changed.HasFlag(Changes.Sweep) || field.StartsWith("edit.", StringComparison.Ordinal),
            "another run is the same sweep"
        );
    }

    [Theory]
    [InlineData("run.settings.evaluate.demonstrations", true)]
    [InlineData("run.settings.evaluate.decode", false)]
    [InlineData("run.settings.evaluate.views", false)]
    public void Flip_FieldOfTheJudging_ChangesTheTrialItself(string field, bool alsoPlain)
    {
        // The theorem above says nothing of a field whose two trials happen to be equal: these must differ here.
        var line = SettingsTable.All.Single(line => line.Path == field);
        var after = Seen.Of((Whole)Records.Flip(Base, field, line.Value));
        Assert.NotEqual(OfBase.Value.VoteTrial, after.VoteTrial);
        Assert.Equal(alsoPlain, OfBase.Value.PlainTrial != after.PlainTrial);
    }

    [Fact]
    public void CacheKey_VoteWithoutViews_IsThatOfThePlainTrial()
    {
        var none = Base with { Run = Base.Run with { Settings = Base.Run.Settings with { Evaluate = new EvaluateSettings(Views: 0) } } };
        var seen = Seen.Of(none);
        Assert.Equal(seen.PlainTrial, seen.VoteTrial);
        Assert.Equal(seen.PlainKey, seen.VoteKey);
        Assert.Equal(OfBase.Value.PlainKey, seen.PlainKey);
    }

    private static string[] Paths() => [.. Records.Paths(Base, "").Select(path => path.TrimStart('.'))];

    /// <summary>What a run and its trial come to.</summary>
    private sealed record Seen(
        SweepSubmission Sweep,
        string PlainKey,
        string VoteKey,
        string Phases,
        string InnerLoop,
        string Prompt,
        string Update,
        string PlainTrial,
        string VoteTrial
    )
    {
        public static Seen Of(Whole whole)
        {
            var (run, settings, domain) = (whole.Run, whole.Run.Settings, new ArcDomain());
            var document = ArcTaskJson.ToDocument(Task);
            var seed = InnerSeeds.Of(run, PhaseId.Train(1), whole.Task.Id, whole.Edit.Payload);
            var member = new FineTuneMember(0, whole.Edit.Payload, seed.Value);
            var session = domain.Open(settings, Model);
            return new Seen(
                new SweepSubmission([new RunSubmission(run, whole.Cell)], whole.Model, [whole.Task], []),
                Key(EvaluationKind.Plain),
                Key(EvaluationKind.Vote),
                SealJson.Hash(RunScript.Of(settings, run.Arm).Phases()),
                Hash(() => session.PlanInnerLoop(document, whole.Edit.Payload, seed)),
                Hash(() => session.Prompt(document).Tokens),
                Hash(() =>
                    UpdatePlan.Request(
                        [
                            session.UpdateSequence(document, whole.Edit.Payload, view: new Seed(7)),
                            session.UpdateSequence(document, OtherEdit, view: new Seed(8)),
                        ],
                        settings.Update,
                        new Seed((ulong)run.Seed)
                    )
                ),
                Hash(() => Trial(EvaluationKind.Plain)),
                Hash(() => Trial(EvaluationKind.Vote))
            );

            string Key(EvaluationKind kind) =>
                InnerSeeds.CacheKey(domain, run, new FineTuneJob(whole.Task, Named(whole.Model), kind, [member]), member);

            // A list with these adapters has a head of its own.
            static PolicyRef Named(ModelRef model) =>
                new(model.BaseSha256, model.Adapters.Count == 0 ? ListRef.Empty : new ListRef(model.Adapters.Count, SealJson.Hash(model.Adapters)));

            object Trial(EvaluationKind kind)
            {
                using var engine = new FakeEngine(Model.Tokenizer);
                var model = engine.Open(new ModelRef(whole.Model.BaseSha256, []), new NoFiles());
                var plan = session.PlanInnerLoop(document, whole.Edit.Payload, seed);
                if (plan.Training is not { } training)
                {
                    return plan.Refusal!;
                }

                var outcome = model.Train([training], null, default)[0];
                using var delta = outcome.Delta;
                return new { outcome.Losses, Seen = session.Evaluate(model, delta, document, whole.Edit.Payload, kind, seed, default) };
            }
        }

        public Changes Against(Seen other) =>
            (SweepIdentity.Differences(other.Sweep, Sweep).Count == 0 ? 0 : Changes.Sweep)
            | (PlainKey == other.PlainKey ? 0 : Changes.PlainKey)
            | (VoteKey == other.VoteKey ? 0 : Changes.VoteKey)
            | (Phases == other.Phases ? 0 : Changes.Phases)
            | (InnerLoop == other.InnerLoop ? 0 : Changes.InnerLoop)
            | (Prompt == other.Prompt ? 0 : Changes.Prompt)
            | (Update == other.Update ? 0 : Changes.Update);

        /// <summary>A self-edit that another schema does not know is a result too.</summary>
        private static string Hash(Func<object?> of)
        {
            try
            {
                return SealJson.Hash(of());
            }
            catch (Exception none) when (none is FormatException or ArgumentException or InvalidOperationException)
            {
                return none.GetType().Name;
            }
        }
    }

    private sealed class NoFiles : IModelFiles
    {
        public string BaseFolder(string sha256) => throw new NotSupportedException();

        public byte[] Adapter(string sha256) => throw new NotSupportedException();
    }
}
