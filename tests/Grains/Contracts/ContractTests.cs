using System.Reflection;
using System.Text.Json;
using Seal.Core.Artifacts;
using Seal.Core.Jobs;
using Seal.Core.Json;
using Seal.Core.Programs;
using Seal.Core.Results;
using Seal.Core.Runs;
using Seal.Grains.Abstractions;
using Seal.Grains.Hosting;
using Seal.Grains.Policies;

namespace Seal.Grains.Tests.Contracts;

/// <summary>What builds say to each other and leave in a store: known by name, changed only on purpose, and never read by halves.</summary>
public sealed class ContractTests
{
    private static readonly Assembly[] Ours =
    [
        typeof(SealJson).Assembly,
        typeof(GridContract).Assembly,
        typeof(GridOptions).Assembly,
        typeof(Silo.Storage.ArtifactGrainStorage).Assembly,
    ];

    /// <summary>Blobs that states name.</summary>
    private static readonly Type[] Blobs =
    [
        typeof(RunContext),
        typeof(SweepTasks),
        typeof(PhaseTasks),
        typeof(ListLink<PhaseEntry>),
        typeof(ListLink<string>),
        typeof(ListLink<IReadOnlyList<SweepEvent>>),
    ];

    /// <summary>Documents with a header, blobs, and the plain ones that programs read.</summary>
    public static TheoryData<string> Documents =>
        [.. Stored().Concat(Blobs).Concat([typeof(SweepResults), typeof(SweepAccounting), typeof(TrialDetails)]).Select(type => type.FullName!)];

    public static TheoryData<string> Messages => [.. GridContract.Messages.Where(IsObject).Select(type => type.FullName!)];

    [Fact]
    public void Contract_IsTheOneThatIsWrittenDown()
    {
        var path = Path.Combine(AppContext.BaseDirectory, "contract.txt");
        var found = path + ".found";
        File.WriteAllText(found, GridContract.Text);

        Assert.True(
            File.ReadAllText(path) == GridContract.Text,
            $"Messages or grains are not those of src/Grains/Abstractions/contract.txt: silos and consoles of other builds will not talk to this "
                + $"one. If that is meant, copy {found} there."
        );
    }

    [Fact]
    public void Grains_HaveNamesWithAVersion_ThatTheGateKnows()
    {
        var grains = typeof(GridOptions).Assembly.GetTypes().Where(type => typeof(Grain).IsAssignableFrom(type) && !type.IsAbstract).ToArray();
        var names = grains.Select(type => type.GetCustomAttribute<GrainTypeAttribute>()?.GetGrainType(null!, type).ToString()).ToArray();

        Assert.Equal(6, names.Length);
        Assert.Equal(names.Length, names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(names, name => Assert.EndsWith($".{StoredDocument.Version}", name, StringComparison.Ordinal));
        string[] keys = ["sweep", "sweep/run", "sweep/run/train-1/task", "sweep/run/train-1/task/000", "fake-1", "0"];
        Assert.All(names, name => Assert.Contains(keys, key => NameRules.OfGrain(name!, key) is null));
    }

    [Fact]
    public void OfGrain_OfATypeThatNobodyKnows_IsRefused() => Assert.NotNull(NameRules.OfGrain("sweep", "sweep"));

    [Theory]
    [MemberData(nameof(Documents))]
    public void StoredDocument_WithOneMemberMore_IsRefusedByItsName(string type) =>
        RefusesUnknownMembers(Type.GetType(type) ?? Ours.Select(room => room.GetType(type)).First(found => found is not null)!);

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_WithOneMemberMore_IsRefusedByItsName(string type) =>
        RefusesUnknownMembers(GridContract.Messages.Single(message => message.FullName == type));

    /// <summary>In the document itself and in every object inside it.</summary>
    private static void RefusesUnknownMembers(Type type)
    {
        var sample = JsonSample.Of(type);
        Assert.NotNull(JsonSerializer.Deserialize(sample.ToJsonString(), type, SealJson.Options));
        var objects = JsonSample.Objects(sample).Count();
        for (var i = 0; i < objects; i++)
        {
            var changed = JsonSample.Of(type);
            var place = JsonSample.Objects(changed).ElementAt(i);
            if (place.ContainsKey("key"))
            {
                continue; // A dictionary: its keys are data.
            }

            place["from_a_newer_build"] = 1;
            var refusal = Assert.Throws<JsonException>(() => JsonSerializer.Deserialize(changed.ToJsonString(), type, SealJson.Options));
            Assert.EndsWith("from_a_newer_build", SealJson.UnknownKey(refusal), StringComparison.Ordinal);
        }
    }

    private static bool IsObject(Type type) =>
        !type.IsEnum && SealJson.Options.GetTypeInfo(type).Kind == System.Text.Json.Serialization.Metadata.JsonTypeInfoKind.Object;

    private static IEnumerable<Type> Stored() =>
        Ours.SelectMany(room => room.GetTypes()).Where(type => type.GetCustomAttribute<StoredDocumentAttribute>() is not null);
}
