using System.Buffers;
using Orleans.Runtime;
using Seal.Core.Artifacts;
using Seal.Core.Catalogs;
using Seal.Core.Domains;
using Seal.Core.Engines;
using Seal.Core.Jobs;
using Seal.Core.Runs;
using Seal.Core.Steering;
using Seal.Core.Sweeps;
using Seal.Grains.Abstractions;

namespace Seal.Grains.Hosting;

/// <summary>
/// Which names may come in with a call: keys of grains, which become paths in the store, and whatever else of a message becomes one. Pure. A name
/// that is refused has reached nothing.
/// </summary>
public static class NameRules
{
    private const int Longest = 128;
    private const int LongestText = 512;
    private const int MostForks = 10_000;
    private const int MostRounds = 10_000;
    private const int MostSeeds = 10_000;
    private const double LargestWeight = 1000;

    /// <summary>One more for every command: far above what people give, far below where counting on would overflow.</summary>
    private const long LargestRevision = 1L << 52;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>Why a grain with this key cannot be called, or null.</summary>
    /// <param name="type">The grain's type: one of <see cref="GridNames"/>. Any other is refused.</param>
    /// <param name="key">Its key.</param>
    public static string? OfGrain(string type, string key)
    {
        var parts = key.Split('/');
        var good = type switch
        {
            GridNames.Sweep => StoreName.IsGood(key),
            GridNames.Policy => parts.Length == 2 && StoreName.IsGood(parts[0]) && IsRunFolder(parts[1]),
            GridNames.Task => parts.Length == 4 && IsPhase(parts) && IsTask(parts[3]),
            GridNames.Candidate => parts.Length == 5 && IsPhase(parts) && IsTask(parts[3]) && IsNumber(parts[4], 6),
            GridNames.Queue => IsNumericClass(key),
            GridNames.Slots => key == "0",
            _ => false,
        };
        return good
            ? null
            : $"'{Shown(key)}' is no key of a {type} grain: names match ^[a-z0-9][a-z0-9-]{{0,62}}$ (in a task's, '_' stands behind a capital) and "
                + $"are joined by '/'";
    }

    /// <summary>
    /// Why this caller may not call this, or null. Clients steer sweeps and look at silos; leases, commits and work are the silos' own affair. The
    /// caller is who it says it is: this keeps out mistakes, certificates keep out strangers.
    /// </summary>
    /// <param name="caller">Who calls; null where nobody says.</param>
    /// <param name="contract">The grain interface.</param>
    /// <param name="method">Its method.</param>
    public static string? OfCaller(GrainId? caller, Type contract, string method)
    {
        // A silo's own workers are clients too, of a name that Orleans gives them.
        var outside = caller is { } id && id.IsClient() && !id.Key.ToString()!.StartsWith("hosted-", StringComparison.Ordinal);
        var theirs =
            contract == typeof(ISweepGrain)
                ? method is not (nameof(ISweepGrain.RunChanged) or nameof(ISweepGrain.Stuck))
                : contract == typeof(ISlotsGrain) && method == nameof(ISlotsGrain.All);
        return !outside || theirs ? null : $"clients do not call {contract.Name}.{method}";
    }

    /// <summary>Why a message cannot be taken, or null.</summary>
    public static string? OfArgument(object? argument) =>
        argument switch
        {
            SweepSubmission submission => Submission(submission),
            PolicyWork work => Code(work.Run) ?? Run(work.Run) ?? Name("cell", work.Cell) ?? Sha256(work.BaseSha256) ?? Sha256(work.TasksSha256),
            TaskWork work => Code(work.Run) ?? Run(work.Run) ?? Task(work.Task) ?? Sha256(work.Policy.BaseSha256),
            PackWork work => Code(work.Run) ?? Run(work.Run) ?? Task(work.Job.Task) ?? Sha256(work.Job.Base.BaseSha256),
            WorkTicket ticket => Ticket(ticket),
            SteeringCommand command => Steering(command),
            double number when !(number > 0 && number <= LargestWeight) => "a weight is a number in (0, 1000]",
            SiloReport report => new[] { report.Silo, report.Host, report.Role, report.State }.Any(text => text.Length > LongestText)
                ? "a silo's report is too long"
                : null,
            StuckGrain stuck => stuck.Where.Length > LongestText || stuck.Why.Length > LongestText ? "what stopped a grain is too long" : null,
            string { Length: > 4096 } => "a text is too long",
            _ => null,
        };

    /// <summary>A text from outside as it may stand in a log line: cut, without control characters.</summary>
    public static string Shown(string text) =>
        string.Concat(text.Take(80).Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter))
        + (text.Length > 80 ? "…" : "");

    private static string? Submission(SweepSubmission submission)
    {
        if (submission.Runs.Count == 0)
        {
            return "a sweep without runs";
        }

        if (submission.Runs.GroupBy(run => run.Context.Run, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            return $"two runs are named '{Shown(twice.Key)}'";
        }

        return submission
                .Runs.Select(run => Name("cell", run.Cell) ?? Context(run.Context) ?? Engine(run.Context))
                .FirstOrDefault(refusal => refusal is not null)
            ?? (submission.Model.Adapters.Count > 0 ? "a sweep begins with a base model; its policies alone have adapters" : null)
            ?? Sha256(submission.Model.BaseSha256)
            ?? Tasks(submission.Training)
            ?? Tasks([.. submission.Tasks.Skip(submission.Training.Count)]);
    }

    /// <summary>What is wished stays wished: rounds, retries and revisions only grow, so one absurd command could never be taken back.</summary>
    private static string? Steering(SteeringCommand command) =>
        command.Revision is < 0 or > LargestRevision ? $"a wish cannot have the revision {command.Revision}"
        : command.Operation is not { Length: <= Longest } ? "an operation's id is too long"
        : command.Mode is { } mode && !Enum.IsDefined(mode) ? $"there is no mode {mode}"
        : command.Weight is { } weight && !(weight > 0 && weight <= LargestWeight) ? "a weight is a number in (0, 1000]"
        : command.Rounds is < 0 or > MostRounds ? $"a sweep cannot have {command.Rounds} rounds"
        : command.Retry is < 0 or > MostForks ? $"a sweep cannot be retried {command.Retry} times"
        : command.Seeds is { } seeds && (seeds.Count > MostSeeds || seeds.Any(seed => seed < 0)) ? "outer seeds are up to 10000 whole numbers from 0"
        : null;

    private static string? Context(RunContext run) =>
        Run(run.Sweep, run.Run, run.Fork, run.NumericClass)
        ?? (run.Arm.Edits is { } edits ? Sha256(edits.Sha256) : null)
        ?? (
            Catalog.Current.Refusal(run.NumericClass) is { } other ? $"the run '{run.Run}' is not for this silo: {other}"
            : RunMethods.Problem(run.Arm) is not null
                ? $"the run '{run.Run}' has no such arm: proposer '{Shown(run.Arm.Proposer)}', method '{Shown(run.Arm.Method ?? "default")}'"
            : RunMethods.Problem(run) is { } problem ? $"the run '{run.Run}' cannot be carried out: {Shown(problem)}"
            : null
        );

    /// <summary>Work that was made with other plug-ins means something else here.</summary>
    private static string? Code(RunRef run) =>
        Catalog.Current.Refusal(run.NumericClass) is { } other ? $"the run '{Shown(run.Run)}' is not for this silo: {other}" : null;

    private static string? Run(RunRef run) => Run(run.Sweep, run.Run, run.Fork, run.NumericClass) ?? Sha256(run.ContextSha256);

    private static string? Run(string sweep, string run, int fork, string numericClass) =>
        Name("sweep", sweep)
        ?? Name("run", run)
        ?? (fork is < 0 or > MostForks ? $"a run cannot have been forked {fork} times" : null)
        ?? (IsNumericClass(numericClass) ? null : $"'{Shown(numericClass)}' is no numeric class");

    /// <summary>A sweep that asks for one engine must not be computed by another one under its name.</summary>
    private static string? Engine(RunContext run) =>
        NumericClassName.Parse(run.NumericClass) is { } name && name.Serves(run)
            ? null
            : $"slots of '{Shown(run.NumericClass)}' do not compute what the run '{run.Run}' asks for, {NumericClassName.Wanted(run)}";

    private static string? Tasks(IReadOnlyList<TaskRef> tasks) => tasks.Select(Task).FirstOrDefault(refusal => refusal is not null);

    private static string? Task(TaskRef task) =>
        TaskId.IsGood(task.Id) ? Sha256(task.Sha256) : $"'{Shown(task.Id)}' is no task id: expected {TaskId.Expected}";

    private static string? Ticket(WorkTicket ticket)
    {
        if (
            !GrainId.TryParse(ticket.Owner, out var owner)
            || !GridNames.OwnsJobs(owner.Type.ToString()!)
            || OfGrain(owner.Type.ToString()!, owner.Key.ToString()!) is not null
        )
        {
            return $"'{Shown(ticket.Owner)}' owns no jobs";
        }

        return Name("sweep", ticket.Sweep) ?? (ArtifactKey.IsGood(ticket.JobId) ? null : $"'{Shown(ticket.JobId)}' is no job id");
    }

    private static string? Name(string what, string name) =>
        StoreName.IsGood(name) ? null : $"'{Shown(name)}' is no name of a {what}: it must match ^[a-z0-9][a-z0-9-]{{0,62}}$";

    private static string? Sha256(string hash) =>
        hash.Length == 64 && !hash.AsSpan().ContainsAnyExcept(Hex) ? null : $"'{Shown(hash)}' is no SHA-256";

    private static bool IsPhase(string[] parts) => StoreName.IsGood(parts[0]) && IsRunFolder(parts[1]) && StoreName.IsGood(parts[2]);

    /// <summary>A run's name, with <c>.f2</c> behind it for its second fork.</summary>
    private static bool IsRunFolder(string part)
    {
        var dot = part.IndexOf('.', StringComparison.Ordinal);
        return dot < 0
            ? StoreName.IsGood(part)
            : StoreName.IsGood(part[..dot]) && part.AsSpan(dot).StartsWith(".f") && IsNumber(part[(dot + 2)..], 5);
    }

    private static bool IsNumber(string part, int digits) => part.Length > 0 && part.Length <= digits && part.All(char.IsAsciiDigit);

    private static bool IsTask(string part) => TaskId.FromKey(part) is not null;

    /// <summary>Classes of other builds are names too: their silos are shown, and their queues stay empty.</summary>
    private static bool IsNumericClass(string text) => NumericClassName.IsWritten(text);
}
