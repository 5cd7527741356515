namespace Seal.Pages.Live;

/// <summary>What a store may answer instead of a document.</summary>
internal static class Unreadable
{
    public static bool Is(Exception failure) =>
        failure is InvalidDataException or IOException or UnauthorizedAccessException or Core.Sweeps.SweepException;
}
