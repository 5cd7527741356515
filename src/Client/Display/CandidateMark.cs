using Seal.Pages.Live;

namespace Seal.Client.Display;

/// <summary>A candidate as one character: readable without colours, coloured where there are some.</summary>
internal static class CandidateMark
{
    /// <summary>What the characters mean, for a line below them.</summary>
    public const string Key = "# solved  + nearly  - partly  . hardly  x failed  o runs  _ waits  w written";

    /// <summary>The character and its colour.</summary>
    public static (char Mark, string Colour) Of(CandidateView candidate) =>
        candidate.Standing switch
        {
            Standing.Solved => ('#', "green"),
            Standing.Invalid or Standing.Failed or Standing.GivenUp => ('x', "red"),
            Standing.Running => ('o', "yellow"),
            Standing.Written => ('w', "grey"),
            Standing.Asked or Standing.Waiting => ('_', "grey"),
            _ when candidate.IsNear => ('+', "blue"),
            _ when candidate.IsPartly => ('-', "blue"),
            _ => ('.', "grey"),
        };
}
