using Seal.Core.Runs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Runs;

/// <summary>Two rounds by hand: tasks are tried, nothing is learned, the base model stays.</summary>
public sealed class SearchMethodTests
{
    [Fact]
    public void Next_OfTwoRounds_TriesTasksAndLearnsNothingOfThem()
    {
        var settings = SmallRecords.Run(update: new UpdateSettings(Rounds: 2)).Settings;
        var (method, history) = (new SearchMethod(), RunHistory.Empty);
        for (var round = 1; round <= 2; round++)
        {
            var tasks = Assert.IsType<RunTasks>(method.Next(history, settings));
            // Whatever inner.base says, nothing was trained: trials of all rounds are those of the base model.
            Assert.Equal((PhaseId.Train(round), TaskSet.Training), (tasks.Phase, tasks.On));
            Assert.Equal((Theta.Base, Theta.Base), (tasks.Proposer, tasks.Base));
            history = history.With(tasks.Step!.Value);
            var ended = Assert.IsType<TrainPolicy>(method.Next(history, settings));
            Assert.Equal((PhaseId.Train(round), null), (ended.Round, ended.Rule));
            history = history.With(ended.Step!.Value);
        }

        Assert.Equal(new EndRun(), method.Next(history, settings));
    }

    [Theory]
    [InlineData("random", "evaluate-0 train-1 train-2 evaluate-2")]
    [InlineData("policy", "evaluate-0 train-1 train-2 evaluate-2")]
    public void Of_AnArmThatSearches_IsEvaluatedAtItsEndsAndTrainsNothing(string proposer, string expected)
    {
        var run = Tests.Sweeps.Toml.Read($"[[arms]]\nname = \"a\"\nproposer = \"{proposer}\"\nmethod = \"search\"\n[update]\nrounds = 2").Runs[0];

        Assert.Equal(expected, string.Join(' ', run.Phases.Select(phase => phase.Phase)));
        Assert.All(run.Phases, phase => Assert.Equal((Theta.Base, Theta.Base), (phase.Proposer, phase.Base)));
        Assert.False(run.Learns);
    }
}
