using Seal.Core.Artifacts;

namespace Seal.Client.Sweeps;

/// <summary>Where a store is, and the words of the command line that lead there.</summary>
/// <param name="Name">For people.</param>
/// <param name="Words">E.g. <c>--store .seal</c>.</param>
/// <param name="Open">Opens what is read and written, when it is first asked for.</param>
/// <param name="Locate">Where a key is, as a person would look for it.</param>
internal sealed record StorePlace(string Name, IReadOnlyList<string> Words, Func<IArtifactStore> Open, Func<string, string> Locate)
{
    private readonly Lazy<IArtifactStore> _store = new(Open);

    /// <summary>What is read and written.</summary>
    public IArtifactStore Store => _store.Value;

    /// <summary>The folder, where it is one.</summary>
    public string? Root { get; private init; }

    /// <summary>A folder; it is made if it is not there when its store is first used.</summary>
    public static StorePlace Folder(string root) =>
        new($"The store {root}", ["--store", root], () => new DirectoryArtifactStore(root), key => Path.Combine(root, key)) { Root = root };

    /// <exception cref="CommandException">There is no such folder.</exception>
    public void Demand()
    {
        if (Root is not null && !Directory.Exists(Root))
        {
            throw new CommandException(
                ExitCode.NotFoundOrConflict,
                $"There is no store {Root}. Name the folder that 'run' was given with --store (.seal in its folder by default)."
            );
        }
    }

    /// <summary>Reads what format the store has, and writes nothing.</summary>
    /// <exception cref="CommandException">It is another build's store.</exception>
    public async Task DemandOwnFormat()
    {
        try
        {
            await StoreFormat.Check(Store);
        }
        catch (InvalidDataException foreign)
        {
            throw Foreign(Name, foreign);
        }
    }

    internal static CommandException Foreign(string name, InvalidDataException problem) =>
        new(ExitCode.NotFoundOrConflict, $"{name} cannot be used by this build: {problem.Message}", problem);

    /// <summary>A command about a sweep of this store, as it can be pasted.</summary>
    public string Command(string verb, string sweep) => Invocation.Command(["sweep", verb, sweep, .. Words]);
}
