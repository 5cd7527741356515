using System.Security.Cryptography;
using Seal.Arc.Generators;
using Seal.Arc.Tasks;

namespace Seal.Arc.TaskSources;

/// <summary>
/// A hash that tasks share when one is the other turned, mirrored and recoloured throughout: the smallest over the eight symmetries, with
/// colours numbered by first appearance. Pairs count in their order, so a task whose demonstrations were reordered has another one.
/// </summary>
public static class TaskFingerprint
{
    /// <summary>Lower-case hex SHA-256.</summary>
    public static string Of(ArcTask task) =>
        Enumerable.Range(0, 8).Select(orientation => Hash(task, orientation)).Min(StringComparer.Ordinal)!;

    private static string Hash(ArcTask task, int orientation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> names = stackalloc byte[Grid.Colours];
        names.Fill(byte.MaxValue);
        byte known = 0;
        hash.AppendData([(byte)Math.Min(byte.MaxValue, task.Train.Count)]);
        foreach (var (input, output) in task.Train.Concat(task.Test))
        {
            Append(input, names);
            Append(output, names);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Append(Grid? grid, Span<byte> names)
        {
            if (grid is null)
            {
                hash.AppendData([0, 0]);
                return;
            }

            var turned = Sketch.Orient(grid, orientation);
            var cells = turned.Cells.ToArray();
            for (var i = 0; i < cells.Length; i++)
            {
                if (names[cells[i]] == byte.MaxValue)
                {
                    names[cells[i]] = known++;
                }

                cells[i] = names[cells[i]];
            }

            hash.AppendData([(byte)turned.Height, (byte)turned.Width]);
            hash.AppendData(cells);
        }
    }
}
