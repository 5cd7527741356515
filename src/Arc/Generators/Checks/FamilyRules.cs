using Seal.Arc.Generators.Programs;
using Seal.Arc.Tasks;

namespace Seal.Arc.Generators.Checks;

/// <summary>
/// The rules of every family, read backwards: does one of them explain a given task on all its pairs? Where a family has a rule for every map or
/// place, the rule is fitted to the pairs instead of being listed. What a family draws as inputs does not matter here, only what it does with them.
/// </summary>
internal static class FamilyRules
{
    private delegate string? Explainer(ArcTask task, IReadOnlyList<byte> colours);

    private static readonly Dictionary<string, Explainer> Rules = new(StringComparer.Ordinal)
    {
        ["turn"] = Listed(_ => ShapePrograms.Turns()),
        ["recolour"] = (task, _) => FittedRules.ColourMap(task),
        ["tile"] = Listed(_ => ShapePrograms.Tiles()),
        ["scale"] = Listed(_ => ShapePrograms.Scales()),
        ["crop-content"] = Listed(_ => ShapePrograms.CropToContent()),
        ["gravity"] = Listed(_ => ShapePrograms.Falls()),
        ["shift"] = Listed(_ => ShapePrograms.Shifts()),
        ["frame"] = Listed(PaintPrograms.Frames),
        ["halves"] = Listed(ReadingPrograms.DividedLogic),
        ["mirror-half"] = Listed(_ => ShapePrograms.MirrorHalves()),
        ["line-fill"] = Listed(_ => PaintPrograms.Lines()),
        ["drop-blank"] = Listed(_ => ShapePrograms.DropBlanks()),
        ["majority"] = Listed(_ => PaintPrograms.Majorities()),
        ["keep-colour"] = Listed(PaintPrograms.KeepColours),
        ["connect"] = Listed(OtherPrograms.Connects),
        ["halo"] = Listed(OtherPrograms.Halos),
        ["count-bar"] = Listed(OtherPrograms.CountBars),
        ["swap-halves"] = Listed(_ => OtherPrograms.SwapHalves()),
        ["stripes"] = Listed(_ => OtherPrograms.Stripes()),
        ["negative"] = Listed(_ => OtherPrograms.Negatives()),
        ["diagonal"] = Listed(_ => OtherPrograms.Diagonals()),
        ["comb"] = Listed(_ => OtherPrograms.Combs()),
        ["place-rows"] = (task, _) => FittedRules.ByMark(task, FittedRules.RowActs),
        ["place-moves"] = (task, _) => FittedRules.ByMark(task, FittedRules.MoveActs),
        ["place-lines"] = (task, _) => FittedRules.ByMark(task, FittedRules.LineActs),
        ["place-quarters"] = (task, _) => FittedRules.Quarters(task),
        ["colour-column"] = (task, _) => FittedRules.LineColours(task),
        ["colour-line"] = (task, _) => FittedRules.Directions(task),
        ["colour-slide"] = (task, _) => FittedRules.AtOneSide(task, FittedRules.Slides),
        ["colour-tail"] = (task, _) => FittedRules.AtOneSide(task, FittedRules.Tails),
        ["turned-fall"] = (task, _) => OtherPrograms.FromAnySide(task, OtherPrograms.FallToBar) ? "fall towards the bar" : null,
        ["turned-stripe"] = (task, _) => FittedRules.AtOneSide(task, FittedRules.Across),
        ["turned-shadow"] = (task, _) => OtherPrograms.FromAnySide(task, OtherPrograms.ShadowToBar) ? "shadows towards the bar" : null,
        ["turned-echo"] = (task, _) => OtherPrograms.FromAnySide(task, OtherPrograms.EchoAboutBar) ? "mirrored about the bar" : null,
    };

    /// <summary>Whether the family's rules can be asked.</summary>
    public static bool Knows(ITaskGenerator family) => family is IProgramSource || Rules.ContainsKey(family.Family);

    /// <summary>The rule of this family that explains the task; null for none.</summary>
    public static string? Explain(ITaskGenerator family, ArcTask task)
    {
        var colours = Colours(task);
        return family is IProgramSource source ? Find(source.Programs(colours), task)
            : Rules.TryGetValue(family.Family, out var rule) ? rule(task, colours)
            : throw new ArgumentException($"The rules of the family '{family.Family}' are not listed.", nameof(family));
    }

    /// <summary>Colours that the pairs show, 0 left out, at least one.</summary>
    private static byte[] Colours(ArcTask task)
    {
        byte[] shown =
        [
            .. task
                .Train.Concat(task.Test)
                .SelectMany(pair => pair.Input.Cells.ToArray().Concat(pair.Output is null ? [] : pair.Output.Cells.ToArray()))
                .Distinct()
                .Where(cell => cell != 0)
                .Order(),
        ];
        return shown.Length > 0 ? shown : [1];
    }

    private static Explainer Listed(Func<IReadOnlyList<byte>, IEnumerable<GridProgram>> programs) => (task, colours) => Find(programs(colours), task);

    private static string? Find(IEnumerable<GridProgram> programs, ArcTask task) => programs.FirstOrDefault(program => program.Explains(task))?.Name;
}
