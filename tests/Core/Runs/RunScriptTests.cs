using CsCheck;
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

    /// <summary>The replay law: after the first k steps of a run its method decides on step k + 1, whatever k.</summary>
    [Fact]
    public void Next_AfterAnyPartOfARun_IsTheStepThatCameNext() =>
        Any.Sample(one =>
        {
            var script = RunScript.Of(one.Settings, one.Arm);
            var steps = Steps(script);

            for (var k = 0; k <= steps.Count; k++)
            {
                Assert.Equal(k < steps.Count ? steps[k] : null, script.Next(new RunHistory([.. steps.Take(k)])).Step);
            }

            Assert.Equal(steps.Count, script.Kept(steps));
            Assert.Equal(steps.Count, steps.Distinct().Count());
        });

    /// <summary>What is kept under other settings is the longest part that these would have run too, and no shorter.</summary>
    [Fact]
    public void Kept_OfAHistoryUnderOtherSettings_IsTheLongestCommonBeginning() =>
        Gen.Select(Any, Any, Gen.Int[0, 30])
            .Sample(
                (one, other, count) =>
                {
                    var steps = Steps(RunScript.Of(one.Settings, one.Arm)).Take(count).ToArray();
                    var script = RunScript.Of(other.Settings, other.Arm);

                    Assert.Equal(steps.Zip(Steps(script)).TakeWhile(pair => pair.First == pair.Second).Count(), script.Kept(steps));
                }
            );

    /// <summary>From any point of a run on, what is left and what is done are all of it.</summary>
    [Fact]
    public void Phases_FromAnyPointOn_AreTheRest() =>
        Any.Sample(one =>
        {
            var script = RunScript.Of(one.Settings, one.Arm);
            var (steps, phases) = (Steps(script), script.Phases());

            for (var k = 0; k <= steps.Count; k++)
            {
                var run = steps.Take(k).Count(step => step.Kind == StepKind.Ran);
                Assert.Equal(phases.Skip(run), script.Phases(new RunHistory([.. steps.Take(k)])));
            }
        });

    private static List<RunStep> Steps(RunScript script)
    {
        var steps = new List<RunStep>();
        while (script.Next(new RunHistory([.. steps])).Step is { } step)
        {
            steps.Add(step);
        }

        return steps;
    }
}
