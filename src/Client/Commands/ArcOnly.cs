namespace Seal.Client.Commands;

/// <summary>Verbs that read tasks and self-edits as ARC's.</summary>
internal static class ArcOnly
{
    /// <exception cref="CommandException">Another domain.</exception>
    public static void Demand(string verb, string domain)
    {
        if (domain != "arc")
        {
            throw new CommandException(ExitCode.Usage, $"'seal {verb}' knows the domain \"arc\" alone, and this is \"{domain}\"; use 'seal run'.");
        }
    }
}
