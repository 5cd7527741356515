using static Seal.Arc.Generators.Programs.PaintPrograms;
using static Seal.Arc.Generators.Programs.ReadingPrograms;
using static Seal.Arc.Generators.Programs.ShapePrograms;

namespace Seal.Arc.Generators.Programs;

/// <summary>Families that are lists of rules: for pretraining alone. None is a task that a policy learns on or is judged by.</summary>
internal static class ProgramFamilies
{
    public static IReadOnlyList<ITaskGenerator> Pretraining { get; } =
    [
        new ProgramFamily(
            "quilt",
            "two or four copies of the grid, each turned or mirrored in its own way",
            _ => Quilts(),
            [Scenes.SmallSquare, Scenes.Small]
        ),
        new ProgramFamily("cut", "a half, a quarter, or the grid without its edge", _ => Cuts(), [Scenes.Noise, Scenes.Blobs]),
        new ProgramFamily("self-tile", "a copy of the grid for each of its cells that is coloured, or blank", _ => SelfTiles(), [Root]),
        new ProgramFamily("rays", "every coloured cell sends a ray to one side", _ => Rays(), [Scenes.Dots]),
        new ProgramFamily("cross", "every coloured cell colours its row, its column or both", _ => Lines(), [Scenes.Dots]),
        new ProgramFamily("insides", "the insides of drawn things are wiped or recoloured", Insides, [Scenes.SolidBoxes]),
        new ProgramFamily("enclosed", "background that is shut in is filled", Enclosed, [Scenes.HollowBoxes]),
        new ProgramFamily(
            "extreme-object",
            "the largest or smallest thing stays alone, vanishes, or takes another colour",
            ExtremeObjects,
            [Scenes.Boxes, Scenes.Blobs]
        ),
        new ProgramFamily("specks", "single cells vanish or take another colour", Specks, [Scenes.Boxes, Scenes.Blobs, Scenes.Dots]),
        new ProgramFamily("backdrop", "the rectangle around what is drawn is filled", Backdrops, [Scenes.Lone, Scenes.Dots]),
        new ProgramFamily(
            "unify",
            "what is drawn becomes one colour: a fixed one, the most common or the rarest",
            Unify,
            [Scenes.Noise, Scenes.Boxes]
        ),
        new ProgramFamily("overlay", "panels are laid on one another", _ => Overlays(), [Scenes.Panels]),
        new ProgramFamily("panel-logic", "two panels are compared cell by cell", PanelLogic, [Scenes.Panels]),
        new ProgramFamily("ranking", "the colours as a list, by how often they occur", _ => Rankings(), [Scenes.Noise, Scenes.Boxes]),
        new ProgramFamily("verdict", "one cell says whether the grid is its own mirror image", Verdicts, [Scenes.Mirrored]),
        new ProgramFamily("one-colour", "one cell in the most common or rarest colour", _ => OneColour(), [Scenes.Noise, Scenes.Boxes]),
        new ProgramFamily("crop-colour", "the rectangle around one colour is cut out", CropColours, [Scenes.Boxes, Scenes.Dots]),
        new ProgramFamily("crop-object", "the largest or smallest thing is cut out", _ => CropObjects(), [Scenes.Boxes, Scenes.Blobs]),
        new ProgramFamily("sort-lines", "rows or columns in the order of how full they are", _ => SortLines(), [Scenes.Noise]),
        new ProgramFamily("composed", "two simple rules, one after the other", Compositions, [Scenes.Small, Scenes.Noise, Scenes.Lone]),
    ];

    /// <summary>
    /// Two rules of different kinds. Left out: copies of copies, which would come close to a task of the paper's evaluation list, and pairs of
    /// which the second undoes or hides the first.
    /// </summary>
    public static IEnumerable<GridProgram> Compositions(IReadOnlyList<byte> colours)
    {
        (string Kind, GridProgram[] Programs)[] kinds =
        [
            ("turn", [.. Turns()]),
            ("recolour", [.. Recolours(colours)]),
            ("tile", [.. Tiles()]),
            ("scale", [.. Scales()]),
            ("cut", [.. Cuts()]),
            ("crop", [.. CropToContent()]),
            ("fall", [.. Falls()]),
            ("frame", [.. Frames(colours)]),
            ("mirror-half", [.. MirrorHalves()]),
            ("drop-blank", [.. DropBlanks()]),
            ("keep-colour", [.. KeepColours(colours)]),
            ("unify", [.. Unify(colours)]),
            ("rays", [.. Rays()]),
        ];
        return from first in kinds
            from second in kinds
            where first.Kind != second.Kind && !(first.Kind is "cut" or "tile" or "turn" && second.Kind is "cut" or "tile" or "turn")
            from one in first.Programs.Select(Remembering)
            from other in second.Programs
            select one.Then(other);
    }

    /// <summary>The same rule; asked about one grid many times in a row, it works out the answer once.</summary>
    private static GridProgram Remembering(GridProgram program)
    {
        (Tasks.Grid? Input, Tasks.Grid? Output) last = default;
        return program with
        {
            Apply = grid =>
            {
                if (!ReferenceEquals(grid, last.Input))
                {
                    last = (grid, program.Apply(grid));
                }

                return last.Output;
            },
        };
    }

    private static Tasks.Grid Root(Core.Randomness.CounterRandom random, int maxSide, IReadOnlyList<byte> palette)
    {
        var side =
            maxSide >= 16 ? random.NextInt(2, 5)
            : maxSide >= 9 ? random.NextInt(2, 4)
            : 2;
        return Sketch.Noise(random, side, side, palette, 0.5);
    }
}
