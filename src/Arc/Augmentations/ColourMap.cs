using System.Collections.Immutable;
using Seal.Arc.Tasks;

namespace Seal.Arc.Augmentations;

/// <summary>Recolours cells by a permutation of the ten colours.</summary>
internal sealed record ColourMap : GridMap
{
    /// <param name="colours">Colour c becomes colours[c]; a permutation of 0..9.</param>
    /// <exception cref="ArgumentException">Not a permutation of 0..9.</exception>
    public ColourMap(ImmutableArray<byte> colours)
    {
        if (colours.Length != Grid.Colours || colours.Distinct().Count() != Grid.Colours || colours.Max() >= Grid.Colours)
        {
            throw new ArgumentException($"Expected a permutation of 0..9; got {string.Join(' ', colours)}.", nameof(colours));
        }

        Colours = colours;
    }

    public ImmutableArray<byte> Colours { get; }

    public override string Name => $"ColourMap({string.Concat(Colours)})";

    public override GridMap Inverse
    {
        get
        {
            var inverse = new byte[Grid.Colours];
            for (var colour = 0; colour < Grid.Colours; colour++)
            {
                inverse[Colours[colour]] = (byte)colour;
            }

            return new ColourMap([.. inverse]);
        }
    }

    /// <summary>The permutation that maps some colours as told; the others keep their colour where it is still free, else take the free ones in
    /// order.</summary>
    /// <param name="partial">Colour → colour, without two colours going to one.</param>
    /// <exception cref="ArgumentException">Two colours go to one.</exception>
    public static ColourMap Complete(IReadOnlyDictionary<byte, byte> partial)
    {
        var free = Enumerable.Range(0, Grid.Colours).Select(colour => (byte)colour).Except(partial.Values).ToList();
        var colours = new byte[Grid.Colours];
        var rest = new List<byte>();
        for (byte colour = 0; colour < Grid.Colours; colour++)
        {
            if (partial.TryGetValue(colour, out var target))
            {
                colours[colour] = target;
            }
            else if (free.Remove(colour))
            {
                colours[colour] = colour;
            }
            else
            {
                rest.Add(colour);
            }
        }

        if (rest.Count != free.Count)
        {
            throw new ArgumentException("Two colours go to one.", nameof(partial));
        }

        for (var i = 0; i < rest.Count; i++)
        {
            colours[rest[i]] = free[i];
        }

        return new ColourMap([.. colours]);
    }

    public override Grid Apply(Grid grid)
    {
        var cells = grid.Cells.ToArray();
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = Colours[cells[i]];
        }

        return new Grid(grid.Height, grid.Width, cells);
    }

    public bool Equals(ColourMap? other) => other is not null && Colours.SequenceEqual(other.Colours);

    public override int GetHashCode() => Colours.Aggregate(0, (hash, colour) => (hash * 11) + colour);
}
