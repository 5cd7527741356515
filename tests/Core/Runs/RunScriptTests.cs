using CsCheck;
using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Runs;
using Seal.Core.Sweeps;

namespace Seal.Core.Tests.Runs;

/// <summary>What is kept of a history, and that a run gone on with anywhere is the same run.</summary>
public sealed class RunScriptTests
{
    private static readonly Gen<(ArmSpec Arm, RunSettings Settings)> Any =
        from proposer in Gen.OneOf<string>("policy", "random", "none", "table")
        from isFixed in Gen.Bool
        from rounds in Gen.Int[0, 4]
        from seeds in Gen.Int[0, 3]
        from frozen in Gen.Bool
        from when in Gen.OneOf<EvaluateWhen>(Enum.GetValues<EvaluateWhen>())
        from checks in Gen.Select(Gen.Bool, Gen.Bool, Gen.Bool)
        select (
            new ArmSpec("a", proposer, Method: isFixed && proposer != "table" ? "fixed" : null),
            new RunSettings(
                "toy",
                new(),
                new(),
                new InnerSettings(Base: frozen ? "frozen" : "policy", Seeds: seeds),
                new(),
                new UpdateSettings(Rounds: rounds),
                new EvaluateSettings(when, Show: checks.Item1, Cross: checks.Item2, Again: checks.Item3)
            )
        );

    /// <summary>What the phases of a run are, said once more in one place: rounds with evaluations between them, then checks, then answers to look
    /// at.</summary>
    private static IEnumerable<string> Expected(ArmSpec arm, RunSettings settings)
    {
        var (rounds, when) = (settings.Update.Rounds, settings.Evaluate.When);
        if (arm.Proposer == "table")
        {
            return Enumerable.Range(0, settings.Inner.Seeds).SelectMany(seed => new[] { $"table-train-{seed}", $"table-evaluate-{seed}" });
        }

        if (arm.Proposer != "policy" || arm.Method == "fixed")
        {
            return when == EvaluateWhen.Never ? [] : ["evaluate-0"];
        }

        var phases = new List<string>();
        for (var round = 0; round <= rounds; round++)
        {
            phases.AddRange(round > 0 ? [$"train-{round}"] : []);
            var isEvaluated =
                when == EvaluateWhen.Every || (when == EvaluateWhen.Ends && round == 0) || (when != EvaluateWhen.Never && round == rounds);
            phases.AddRange(isEvaluated ? [$"evaluate-{round}"] : []);
        }

        if (settings.Evaluate.Cross && rounds > 0 && (when is EvaluateWhen.Ends or EvaluateWhen.Every))
        {
            phases.AddRange([$"cross-old-on-new-{rounds}", settings.Inner.IsFrozen ? $"cross-new-on-new-{rounds}" : $"cross-new-on-old-{rounds}"]);
        }

        phases.AddRange(settings.Evaluate.Again ? Enumerable.Range(1, rounds).Select(round => $"again-train-{round}") : []);
        phases.AddRange(settings.Evaluate.Show ? [$"show-evaluate-{rounds}", $"show-train-{rounds}"] : []);
        return phases;
    }

    [Fact]
    public void Phases_OfAnyArmAndSettings_AreThoseThatAreSaidAbove() =>
        Any.Sample(one =>
            Assert.Equal(Expected(one.Arm, one.Settings), RunScript.Of(one.Settings, one.Arm).Phases().Select(phase => phase.Phase.ToString()))
        );

    /// <summary>The replay law: a run that was stopped after any phase goes on with the phase that would have come next, and plans as many.</summary>
    [Fact]
    public void Log_AfterAnyPhaseOfARun_IsUnderWayToTheNext() =>
        Any.Sample(one =>
        {
            var script = RunScript.Of(one.Settings, one.Arm);
            var phases = script.Phases();
            var walked = new RunLog(script, []);

            for (var k = 0; k <= phases.Count; k++)
            {
                // As it is read from the store, and as it has come about.
                foreach (var log in new[] { new RunLog(script, phases.Take(k).Select(Entry)), walked })
                {
                    Assert.Equal(phases.ElementAtOrDefault(k), log.UnderWay);
                    Assert.Equal((k, phases.Count), (log.Ended, log.Planned));
                    Assert.Equal(log.UnderWay?.Phase.IsRound == true ? log.UnderWay.Phase : null, log.Update?.Round);
                    Assert.Equal(k, log.Kept(script));
                }

                walked = k < phases.Count ? walked.With(Entry(phases[k])) : walked;
            }
        });

    /// <summary>What is kept under other settings is the longest part that these would have run too, and no shorter.</summary>
    [Fact]
    public void Kept_OfALogUnderOtherSettings_IsTheLongestCommonBeginning() =>
        Gen.Select(Any, Any, Gen.Int[0, 20])
            .Sample(
                (one, other, count) =>
                {
                    var script = RunScript.Of(one.Settings, one.Arm);
                    var ended = script.Phases().Take(count).Select(Entry).ToArray();
                    var common = ended.Select(entry => entry.Phase.ToString()).Zip(Expected(other.Arm, other.Settings));

                    Assert.Equal(
                        common.TakeWhile(pair => pair.First == pair.Second).Count(),
                        new RunLog(script, ended).Kept(RunScript.Of(other.Settings, other.Arm))
                    );
                }
            );

    /// <summary>A history without some phases is the history of the others, in whatever order it is asked.</summary>
    [Fact]
    public void Without_OfAnyHistory_IsTheHistoryOfTheOthers() =>
        Gen.Select(Gen.OneOf<string>("train-1", "train-2", "evaluate-0", "evaluate-2", "again-train-1"), Gen.Bool)
            .Array[0, 8]
            .Sample(drawn =>
            {
                Func<PhaseId, bool> evaluations = phase => phase.IsEvaluation;
                RunStep[] steps = [.. drawn.Select(one => new RunStep(one.Item2 ? StepKind.Trained : StepKind.Ran, PhaseId.Parse(one.Item1)!.Value))];
                var history = RunHistory.Empty;
                foreach (var step in steps)
                {
                    history = history.With(step);
                    // Asked half-way, or not.
                    _ = step.Kind == StepKind.Trained ? history.Without(evaluations) : null;
                }

                var rest = steps.Where(step => !step.Phase.IsEvaluation).ToArray();
                var without = history.Without(evaluations);
                Assert.Equal((rest.Length, rest.Count(step => step.Kind == StepKind.Trained)), (without.Count, without.Rounds));
                Assert.Equal(
                    steps.Where(step => step.Kind == StepKind.Ran && !step.Phase.IsEvaluation).Select(step => step.Phase).ToHashSet(),
                    steps.Select(step => step.Phase).Where(without.Has).ToHashSet()
                );
                Assert.Equal((steps.Length, steps.Count(step => step.Kind == StepKind.Trained)), (history.Count, history.Rounds));
            });

    /// <summary>Records say what was kept by the settings' rule, and plans what is trained by the method's word.</summary>
    [Theory]
    [InlineData("rest-em", true, null)]
    [InlineData(null, true, null)]
    [InlineData(null, false, null)]
    [InlineData("best-per-task", true, "learned from by the rule \"best-per-task\"; expected update.rule, \"rest-em\", or none")]
    [InlineData("rest-em", false, "the method says that it trains nothing")]
    public void Phases_OfAMethodThatLearnsInAnotherWayThanItSays_AreRefused(string? rule, bool learns, string? expected)
    {
        var settings = new RunSettings("toy", new(), new(), new(), new(), new UpdateSettings(Rounds: 1), new());
        var script = new RunScript(new Ruled(rule), settings, learns);

        if (expected is null)
        {
            Assert.Equal(PhaseId.Train(1), Assert.Single(script.Phases()).Phase);
        }
        else
        {
            Assert.Contains(expected, Assert.Throws<InvalidOperationException>(() => script.Phases()).Message, StringComparison.Ordinal);
        }
    }

    /// <summary>SEAL that learns by a rule of its own.</summary>
    private sealed class Ruled(string? rule) : IRunMethod
    {
        private readonly SealMethod _seal = new();

        public Decision Next(RunHistory history, RunSettings settings) =>
            _seal.Next(history, settings) switch
            {
                TrainPolicy update => update with { Rule = rule },
                var other => other,
            };
    }

    [Fact]
    public void Phases_OfAThousandRoundsWithAllChecks_AreWalkedInOnePass()
    {
        var settings = new RunSettings(
            "toy",
            new(),
            new(),
            new(),
            new(),
            new UpdateSettings(Rounds: 1000),
            new EvaluateSettings(EvaluateWhen.Every, Show: true, Cross: true, Again: true)
        );
        var asked = 0;
        var script = new RunScript(new Counted(RunMethods.Of(new ArmSpec("a", "policy")), () => asked++), settings);

        Assert.Equal(1000 + 1001 + 2 + 1000 + 2, script.Phases().Count);
        // Each step is decided on once, and once more looked ahead to.
        Assert.InRange(asked, 4005, 7100);
    }

    [Fact]
    public void Phases_OfAMethodThatBreaksItsLaws_AreRefused()
    {
        var settings = new RunSettings("toy", new(), new(), new(), new(), new(), new());
        var round = new RunTasks(PhaseId.Train(1), TaskSet.Training, 1, Theta.Base, Theta.Base, EvaluationKind.Plain);

        Assert.Contains("train-1: a round is", Problem(_ => round), StringComparison.Ordinal);
        Assert.Contains(
            "evaluate-0: a round is",
            Problem(history =>
                history.Count == 0 ? round with { Phase = PhaseId.Evaluate(0) } : new TrainPolicy(PhaseId.Evaluate(0), Theta.Base, "rest-em")
            ),
            StringComparison.Ordinal
        );
        Assert.Contains("evaluate-0 is decided on twice", Problem(_ => round with { Phase = PhaseId.Evaluate(0) }), StringComparison.Ordinal);
        Assert.Contains("has not ended after", Problem(history => round with { Phase = PhaseId.Evaluate(history.Count) }), StringComparison.Ordinal);

        string Problem(Func<RunHistory, Decision> next) =>
            Assert.Throws<InvalidOperationException>(() => new RunScript(new Scripted(next), settings).Phases()).Message;
    }

    private static PhaseEntry Entry(RunTasks phase) => new(phase.Phase, phase.Phase.Round, "policy", 0, null, "tasks", ListRef.Empty);

    private sealed class Scripted(Func<RunHistory, Decision> next) : IRunMethod
    {
        public Decision Next(RunHistory history, RunSettings settings) => next(history);
    }

    private sealed class Counted(IRunMethod method, Action asked) : IRunMethod
    {
        public Decision Next(RunHistory history, RunSettings settings)
        {
            asked();
            return method.Next(history, settings);
        }
    }
}
