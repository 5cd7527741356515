using Seal.Silo.Packs;

namespace Seal.Client.Display;

/// <summary>What running packed trials again gave, as lines.</summary>
internal static class PackLines
{
    /// <param name="check">What came out.</param>
    /// <param name="brief">Without the self-edit.</param>
    public static void Tell(PackCheck check, bool brief = false)
    {
        var here = check.Packed == check.Again ? "the same verdict by other bytes" : check.Again;
        var (word, colour, more) = check.IsEqual ? ("equal", "green", "") : ("OTHER", "red", $"; here: {here}");
        Terminal.Tell(
            word,
            colour,
            $" {check.Task}{(brief ? "" : $" {check.Payload}")}: {(check.IsEqual ? "then and now " : "")}{check.Packed}{more}"
        );
    }

    public static string Summary(PackVerifier verifier, IReadOnlyCollection<PackCheck> checks)
    {
        var how = verifier.ComparesBytes ? ", byte for byte" : " by verdict";
        return FormattableString.Invariant(
            $"{checks.Count} of {verifier.Trials} trials run again: {checks.Count(check => check.IsEqual)} equal{how}."
        );
    }
}
