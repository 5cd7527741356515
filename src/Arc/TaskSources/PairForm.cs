using System.Security.Cryptography;
using Seal.Arc.Generators;
using Seal.Arc.Tasks;

namespace Seal.Arc.TaskSources;

/// <summary>
/// The canonical form of a pair, hashed: equal for two pairs when one is the other turned, mirrored and recoloured. It is the smallest of the eight
/// orientations, with colours numbered by first appearance.
/// </summary>
internal static class PairForm
{
    /// <summary>Height and width of input and output; zeros for an unknown output.</summary>
    private const int Header = 4;

    /// <summary>The first half of the form's SHA-256.</summary>
    public static UInt128 Of(ArcPair pair)
    {
        var length = Header + pair.Input.Cells.Length + (pair.Output?.Cells.Length ?? 0);
        Span<byte> best = length <= 4096 ? stackalloc byte[length] : new byte[length];
        Span<byte> next = length <= 4096 ? stackalloc byte[length] : new byte[length];
        Write(pair, 0, [], best);
        for (var orientation = 1; orientation < 8; orientation++)
        {
            if (Write(pair, orientation, best, next))
            {
                var smaller = next;
                next = best;
                best = smaller;
            }
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(best, hash);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>Writes the form of one orientation; false, and left unfinished, as soon as it cannot be smaller than the best so far.</summary>
    private static bool Write(ArcPair pair, int orientation, ReadOnlySpan<byte> best, Span<byte> form)
    {
        Span<byte> names = stackalloc byte[Grid.Colours];
        names.Fill(byte.MaxValue);
        byte known = 0;
        var isSmaller = best.IsEmpty;
        var transpose = (orientation & 4) != 0;
        ReadOnlySpan<byte> header =
        [
            (byte)(transpose ? pair.Input.Width : pair.Input.Height),
            (byte)(transpose ? pair.Input.Height : pair.Input.Width),
            (byte)((transpose ? pair.Output?.Width : pair.Output?.Height) ?? 0),
            (byte)((transpose ? pair.Output?.Height : pair.Output?.Width) ?? 0),
        ];
        var at = 0;
        foreach (var side in header)
        {
            if (!Put(side, best, form))
            {
                return false;
            }
        }

        return PutGrid(pair.Input, best, form, names) && (pair.Output is null || PutGrid(pair.Output, best, form, names)) && isSmaller;

        bool PutGrid(Grid grid, ReadOnlySpan<byte> best, Span<byte> form, Span<byte> names)
        {
            var (height, width) = transpose ? (grid.Width, grid.Height) : (grid.Height, grid.Width);
            var (down, right) = transpose ? (1, grid.Width) : (grid.Width, 1);
            var start = 0;
            if ((orientation & 1) != 0)
            {
                (start, down) = (start + ((height - 1) * down), -down);
            }

            if ((orientation & 2) != 0)
            {
                (start, right) = (start + ((width - 1) * right), -right);
            }

            var cells = grid.Cells;
            for (var row = 0; row < height; row++)
            {
                for (var column = 0; column < width; column++)
                {
                    ref var name = ref names[cells[start + (row * down) + (column * right)]];
                    if (name == byte.MaxValue)
                    {
                        name = known++;
                    }

                    if (!Put(name, best, form))
                    {
                        return false;
                    }
                }
            }

            return true;
        }

        bool Put(byte value, ReadOnlySpan<byte> best, Span<byte> form)
        {
            if (!isSmaller)
            {
                if (value > best[at])
                {
                    return false;
                }

                isSmaller = value < best[at];
            }

            form[at++] = value;
            return true;
        }
    }
}
