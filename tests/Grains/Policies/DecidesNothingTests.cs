using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Seal.Core.Jobs;
using Seal.Core.Sweeps;
using Seal.Grains.Policies;

namespace Seal.Grains.Tests.Policies;

/// <summary>Grains carry out what a run's method decides: read off the assembly itself, they know no setting and no phase by name.</summary>
public sealed partial class DecidesNothingTests
{
    [Fact]
    public void Grains_InTheirMetadata_NameNoMemberOfTheSettings()
    {
        var settings = typeof(RunSettings)
            .GetProperties()
            .Select(section => section.PropertyType)
            .Where(type => type.IsClass && type != typeof(string));
        var closed = settings.Append(typeof(RunSettings)).Select(type => type.Name).ToHashSet(StringComparer.Ordinal);
        var members = Members();

        Assert.Contains((nameof(RunContext), "get_Run"), members);
        Assert.Equal([], members.Where(member => closed.Contains(member.Type) || member == (nameof(RunContext), "get_Settings")));
    }

    [Fact]
    public void Grains_InTheirMetadata_AskForNoKindOfPhase()
    {
        string[] plain = ["ToString", "Parse", "get_Round", "op_Equality", "op_Inequality", "Equals", "GetHashCode"];

        Assert.Equal([], Members().Where(member => member.Type == nameof(PhaseId) && !plain.Contains(member.Member)));
        Assert.Contains(Strings(), text => text.Contains("/update", StringComparison.Ordinal));
        Assert.Equal([], Strings().Where(text => PhaseName().IsMatch(text)));
        // The check itself finds them.
        Assert.All(["train", "evaluate-", "is table-train now", "cross-old-on-new-2"], name => Assert.Matches(PhaseName(), name));
    }

    private static (string Type, string Member)[] Members() =>
        Read(reader =>
            (
                from handle in reader.MemberReferences
                let member = reader.GetMemberReference(handle)
                where member.Parent.Kind == HandleKind.TypeReference
                let type = reader.GetTypeReference((TypeReferenceHandle)member.Parent)
                select (reader.GetString(type.Name), reader.GetString(member.Name))
            ).ToArray()
        );

    private static List<string> Strings() =>
        Read(reader =>
        {
            var texts = new List<string>();
            for (var handle = MetadataTokens.UserStringHandle(1); !handle.IsNil; handle = reader.GetNextHandle(handle))
            {
                texts.Add(reader.GetUserString(handle));
            }

            return texts;
        });

    private static T Read<T>(Func<MetadataReader, T> read)
    {
        using var file = new PEReader(File.OpenRead(typeof(PolicyGrain).Assembly.Location));
        return read(file.GetMetadataReader());
    }

    [GeneratedRegex("(^|[^a-z-])(train|evaluate|table-(train|evaluate)|show-(train|evaluate)|again-train|cross-[a-z]+)(-|$| )")]
    private static partial Regex PhaseName();
}
