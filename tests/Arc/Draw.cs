using CsCheck;
using Seal.Arc.Tasks;

namespace Seal.Arc.Tests;

/// <summary>Generators of grids and tasks for properties.</summary>
internal static class Draw
{
    public static readonly Gen<Grid> Grid = Grids(8);

    /// <summary>Tasks with 1 to 4 demonstrations and 1 or 2 test pairs whose outputs are known.</summary>
    public static readonly Gen<ArcTask> Task = Tasks(8);

    public static Gen<Grid> Grids(int maxSide) =>
        Gen.Select(Gen.Int[1, maxSide], Gen.Int[1, maxSide])
            .SelectMany((height, width) => Gen.Byte[0, 9].Array[height * width].Select(cells => new Grid(height, width, cells)));

    public static Gen<ArcTask> Tasks(int maxSide)
    {
        var pair = Gen.Select(Grids(maxSide), Grids(maxSide), (input, output) => new ArcPair(input, output));
        return Gen.Select(pair.Array[1, 4], pair.Array[1, 2], (train, test) => new ArcTask("drawn", train, test));
    }

    /// <summary>Bytes near a document: a few of them flipped, dropped, doubled, or replaced by something JSON gives a meaning to.</summary>
    public static Gen<byte[]> Mutations(byte[] document)
    {
        var spice = "[]{}\",:0123456789-.eE\\ \n\ttfnu 0123456789 \n"u8.ToArray();
        var change = Gen.Select(Gen.Int[0, document.Length - 1], Gen.Int[0, 4], Gen.Int[0, spice.Length - 1], Gen.Byte);
        return change
            .Array[1, 4]
            .Select(changes =>
            {
                var bytes = document.ToList();
                foreach (var (at, kind, pick, value) in changes)
                {
                    var index = Math.Min(at, bytes.Count - 1);
                    switch (kind)
                    {
                        case 0:
                            bytes[index] = value;
                            break;
                        case 1:
                            bytes[index] = spice[pick];
                            break;
                        case 2 when bytes.Count > 1:
                            bytes.RemoveAt(index);
                            break;
                        case 3:
                            bytes.Insert(index, spice[pick]);
                            break;
                        default:
                            bytes.InsertRange(index, bytes.GetRange(index, Math.Min(bytes.Count - index, 1 + pick)));
                            break;
                    }
                }

                return bytes.ToArray();
            });
    }
}
