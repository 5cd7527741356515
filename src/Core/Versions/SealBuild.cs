using System.Reflection;

namespace Seal.Core.Versions;

/// <summary>Which build of Seal.Orleans this is.</summary>
public static class SealBuild
{
    private const int CommitLength = 12;

    /// <summary>Version and commit, e.g. <c>0.2.0+7e90105aa21c</c>; the version alone where it was built outside a clone. Has no spaces.</summary>
    public static string Id { get; } =
        Short(typeof(SealBuild).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0");

    /// <summary>The same text with its commit cut to twelve digits.</summary>
    internal static string Short(string informational)
    {
        var plus = informational.IndexOf('+', StringComparison.Ordinal);
        return plus < 0 || informational.Length <= plus + 1 + CommitLength ? informational : informational[..(plus + 1 + CommitLength)];
    }
}
