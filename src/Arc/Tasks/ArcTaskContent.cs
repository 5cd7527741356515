using System.Diagnostics.CodeAnalysis;

namespace Seal.Arc.Tasks;

/// <summary>Tasks are equal when their pairs are, in order; names do not count.</summary>
internal sealed class ArcTaskContent : IEqualityComparer<ArcTask>
{
    public static ArcTaskContent Comparer { get; } = new();

    public bool Equals(ArcTask? x, ArcTask? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.Train.SequenceEqual(y.Train) && x.Test.SequenceEqual(y.Test));

    public int GetHashCode([DisallowNull] ArcTask obj)
    {
        var hash = default(HashCode);
        hash.Add(obj.Train.Count);
        foreach (var pair in obj.Train)
        {
            hash.Add(pair);
        }

        foreach (var pair in obj.Test)
        {
            hash.Add(pair);
        }

        return hash.ToHashCode();
    }
}
