using Seal.Core.Artifacts;
using Seal.Core.Domains;
using Seal.Core.Jobs;
using Seal.Core.Programs;
using Seal.Core.Sweeps;
using Seal.Core.Tests.Support;

namespace Seal.Core.Tests.Programs;

/// <summary>One device slot: which program runs, and what is kept between jobs.</summary>
public sealed class JobRunnerTests
{
    private static readonly RunContext Run = SmallRun.Of(new ArmSpec("constant", "constant", "a"));

    [Fact]
    public void Run_EachKindOfJob_GivesThatResultAlone()
    {
        var environment = new ScriptedEnvironment();
        var runner = new JobRunner(environment);
        var task = environment.Task("task");

        var propose = runner.Run(Assignment(environment) with { Propose = new ProposeJob(task, PhaseId.Train(1), SmallRun.Policy, 1) }, default);
        var fineTune = runner.Run(
            Assignment(environment) with
            {
                FineTune = new FineTuneJob(task, SmallRun.Policy, EvaluationKind.Plain, [new FineTuneMember(0, "a", 1)]),
            },
            default
        );
        var update = runner.Run(Assignment(environment) with { Update = new UpdateJob(SmallRun.Policy, [new UpdatePair(task, "a")], 1) }, default);

        Assert.Equal((true, false, false), (propose.Propose is not null, propose.FineTune is not null, propose.Update is not null));
        Assert.Equal((false, true, false), (fineTune.Propose is not null, fineTune.FineTune is not null, fineTune.Update is not null));
        Assert.Equal((false, false, true), (update.Propose is not null, update.FineTune is not null, update.Update is not null));
        // Time, worker and files are the caller's to fill in.
        Assert.All([propose, fineTune, update], result => Assert.Equal((0.0, "", 0), (result.Seconds, result.Worker, result.Files.Count)));
    }

    [Fact]
    public void Kind_OfEachJob_IsTheWordItsStepsAreReportedUnder()
    {
        var environment = new ScriptedEnvironment();
        var task = new TaskRef("task", "00");
        JobAssignment[] jobs =
        [
            Assignment(environment) with
            {
                Propose = new ProposeJob(task, PhaseId.Train(1), SmallRun.Policy, 1),
            },
            Assignment(environment) with
            {
                FineTune = new FineTuneJob(task, SmallRun.Policy, EvaluationKind.Plain, []),
            },
            Assignment(environment) with
            {
                Update = new UpdateJob(SmallRun.Policy, [], 1),
            },
        ];

        Assert.Equal(["propose", "fine-tune", "update"], jobs.Select(job => job.Kind));
    }

    [Fact]
    public void Run_OfNothing_IsRefusedByTheJobsName()
    {
        var environment = new ScriptedEnvironment();
        Assert.Contains(
            "Job some/job asks for nothing",
            Assert.Throws<ArgumentException>(() => new JobRunner(environment).Run(Assignment(environment), default)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Run_JobsOfTwoRunsInTurn_ReadEachContextAndTheirFileOfSelfEditsOnce()
    {
        var environment = new ScriptedEnvironment();
        var runner = new JobRunner(environment);
        var arm = new ArmSpec("file", "file", Edits: ArmEdits.Of(new Dictionary<string, IReadOnlyList<string>> { ["task"] = ["bb"] }));
        var (one, two) = (Run with { Arm = arm }, Run with { Arm = arm, Seed = 2 });
        for (var turn = 0; turn < 3; turn++)
        {
            Assert.All(new[] { one, two }, run => Assert.Equal("bb", Assert.Single(Propose(runner, environment, run).Propose!.Proposals).Payload));
        }

        Assert.Equal([environment.Run(one).ContextSha256, arm.Edits!.Sha256, environment.Run(two).ContextSha256], environment.Documents);

        // Slots that share a cache read nothing again.
        var (other, shared) = (new ScriptedEnvironment(), new DocumentCache());
        Propose(new JobRunner(other, shared), other, one);
        Propose(new JobRunner(other, shared), other, one);
        Assert.Equal(2, other.Documents.Count);
    }

    [Fact]
    public void Run_JobsOfOneRun_ShareASession()
    {
        var environment = new ScriptedEnvironment();
        var runner = new JobRunner(environment);
        Propose(runner, environment, Run);
        Propose(runner, environment, Run with { Seed = 2 });
        Assert.Equal(1, environment.Words.Opened);

        // Other settings are other grammars and prompts.
        Propose(runner, environment, Run with { Settings = Run.Settings with { Proposal = new ProposalSettings(Temperature: 0.5) } });
        Assert.Equal(2, environment.Words.Opened);
        Propose(runner, environment, Run);
        Assert.Equal(3, environment.Words.Opened);
    }

    [Fact]
    public void Run_TasksThatAreMetAgain_AreReadOnceUntilSixtyFourOthersCameBetween()
    {
        var environment = new ScriptedEnvironment();
        var runner = new JobRunner(environment);
        for (var i = 0; i < 64; i++)
        {
            Propose(runner, environment, Run, $"task-{i}");
        }

        Propose(runner, environment, Run, "task-0");
        Assert.Equal(64, environment.Reads.Count);

        // The sixty-fifth pushes the oldest out, and only that one.
        Propose(runner, environment, Run, "task-64");
        Propose(runner, environment, Run, "task-1");
        Assert.Equal(65, environment.Reads.Count);
        Propose(runner, environment, Run, "task-0");
        Assert.Equal(66, environment.Reads.Count);
    }

    private static JobAssignment Assignment(ScriptedEnvironment environment) => new("some/job", 1, default, environment.Run(Run));

    private static JobResult Propose(JobRunner runner, ScriptedEnvironment environment, RunContext run, string task = "task") =>
        runner.Run(
            new JobAssignment(
                "job",
                1,
                default,
                environment.Run(run),
                Propose: new ProposeJob(environment.Task(task), PhaseId.Train(1), SmallRun.Policy, 1)
            ),
            default
        );
}
