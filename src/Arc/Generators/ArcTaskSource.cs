using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Seal.Arc.Tasks;
using Seal.Core.Randomness;
using Seal.Core.Sweeps;

namespace Seal.Arc.Generators;

/// <summary>Generated tasks for sweeps.</summary>
public static class ArcTaskSource
{
    private const int DrawsPerTask = 1000;

    /// <summary>
    /// Different tasks, the families taking turns. The n-th task of a family depends on its name, n, seed and largest side alone, so asking for more
    /// gives the same ones and some behind them.
    /// </summary>
    /// <param name="families">Names from <see cref="TaskFamilies"/>.</param>
    /// <param name="count">How many tasks in all.</param>
    /// <param name="seed">Seed of the tasks.</param>
    /// <param name="maxSide">Longest side of any grid.</param>
    /// <param name="stream">Names the draws: another stream gives other tasks of the same families.</param>
    /// <param name="isTaken">Tasks to leave out; null for none. Asked once for each that is drawn, in order.</param>
    /// <returns>Tasks with ids <c>gen-family-1234abcd</c>, the digits from <see cref="ContentHash"/>.</returns>
    /// <exception cref="SweepException">An unknown family, none at all, a side out of range, or a family that cannot make that many different
    /// tasks.</exception>
    public static IReadOnlyList<ArcTask> Generate(
        IReadOnlyList<string> families,
        int count,
        long seed,
        int maxSide,
        string stream = "generated tasks",
        Func<ArcTask, bool>? isTaken = null
    )
    {
        if (families.Count == 0)
        {
            throw new SweepException("tasks: no family to generate from; name at least one, or leave the key out.");
        }

        if (maxSide is < GeneratorLimits.LeastMaxSide or > GeneratorLimits.MostMaxSide)
        {
            throw new SweepException($"tasks.max_side: {maxSide} is not in {GeneratorLimits.LeastMaxSide}..{GeneratorLimits.MostMaxSide}.");
        }

        var generators = families.Select(TaskFamilies.Get).ToArray();
        if (generators.FirstOrDefault(generator => generator.LeastSide > maxSide) is { } large)
        {
            throw new SweepException($"tasks.max_side: {maxSide} is too small for the family '{large.Family}'; it needs {large.LeastSide}.");
        }

        var root = new Seed((ulong)seed).Derive(stream, maxSide.ToString(CultureInfo.InvariantCulture));
        var limits = new GeneratorLimits(maxSide);
        var draws = new int[generators.Length];
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var tasks = new List<ArcTask>(count);
        for (var i = 0; i < count; i++)
        {
            var which = i % generators.Length;
            var family = generators[which].Family;
            while (true)
            {
                if (draws[which] >= DrawsPerTask * (i + 1))
                {
                    throw new SweepException(
                        $"The family '{family}' does not make {(i / generators.Length) + 1} different tasks with sides up to {maxSide}; ask for "
                            + $"fewer, or for larger sides."
                    );
                }

                var number = draws[which]++.ToString(CultureInfo.InvariantCulture);
                var task = generators[which].Generate(new CounterRandom(root.Derive(family, number)), limits);
                var id = $"gen-{family}-{ContentHash(task)[..8]}";
                if (ids.Add(id) && isTaken?.Invoke(task with { Id = id }) != true)
                {
                    tasks.Add(task with { Id = id });
                    break;
                }
            }
        }

        return tasks;
    }

    /// <summary>Lower-case hex SHA-256 over the sizes and cells of all grids.</summary>
    public static string ContentHash(ArcTask task)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> sizes = stackalloc byte[8];
        void Append(Grid grid, Span<byte> sizes)
        {
            BinaryPrimitives.WriteInt32LittleEndian(sizes, grid.Height);
            BinaryPrimitives.WriteInt32LittleEndian(sizes[4..], grid.Width);
            hash.AppendData(sizes);
            hash.AppendData(grid.Cells);
        }

        BinaryPrimitives.WriteInt32LittleEndian(sizes, task.Train.Count);
        BinaryPrimitives.WriteInt32LittleEndian(sizes[4..], task.Test.Count);
        hash.AppendData(sizes);
        foreach (var pair in task.Train.Concat(task.Test))
        {
            Append(pair.Input, sizes);
            Append(pair.Output ?? Sketch.Blank(1, 1), sizes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
