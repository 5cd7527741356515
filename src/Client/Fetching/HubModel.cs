using System.Text.RegularExpressions;

namespace Seal.Client.Fetching;

/// <summary>A model on the hub, as the command line names it.</summary>
/// <param name="Repository">Organisation and name, <c>org/name</c>.</param>
/// <param name="Revision">A branch, a tag or a commit.</param>
internal sealed partial record HubModel(string Repository, string Revision)
{
    /// <summary>The revision where none is given.</summary>
    public const string Main = "main";

    private const string Prefix = "hf:";

    /// <summary>The repository without its organisation.</summary>
    public string Name => Repository[(Repository.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Revision == Main ? Prefix + Repository : $"{Prefix}{Repository}@{Revision}";

    /// <summary>Reads <c>hf:org/name</c> or <c>hf:org/name@revision</c>.</summary>
    /// <exception cref="CommandException">It is neither.</exception>
    public static HubModel Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw Refused(text, "it does not begin with hf:");
        }

        var at = text.IndexOf('@', StringComparison.Ordinal);
        var repository = at < 0 ? text[Prefix.Length..] : text[Prefix.Length..at];
        var revision = at < 0 ? Main : text[(at + 1)..];

        // The revision becomes a part of an address: it may not lead elsewhere.
        return !IsRepository(repository) ? throw Refused(text, $"'{repository}' is no organisation and name")
            : !Revisions().IsMatch(revision) || revision.Contains("..", StringComparison.Ordinal)
                ? throw Refused(text, $"'{revision}' is no branch, tag or commit")
            : new HubModel(repository, revision);
    }

    /// <summary>Whether a text is an organisation and a name. They become parts of folders and addresses: neither may lead elsewhere.</summary>
    public static bool IsRepository(string text) => Repositories().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal);

    /// <summary>Whether a text is a whole commit: 40 hexadecimal digits.</summary>
    public static bool IsCommit(string text) => Commits().IsMatch(text);

    private static CommandException Refused(string text, string why) =>
        new(
            ExitCode.Usage,
            $"'{text}': {why}; expected hf:<org>/<name> or hf:<org>/<name>@<revision>, e.g. hf:Qwen/Qwen2.5-0.5B-Instruct or "
                + "hf:Qwen/Qwen2.5-0.5B-Instruct@main."
        );

    [GeneratedRegex(@"\A\w[\w.-]*/\w([\w.-]*[\w-])?\z", RegexOptions.ECMAScript)]
    private static partial Regex Repositories();

    [GeneratedRegex(@"\A[\w][\w./+@=,#-]*\z", RegexOptions.ECMAScript)]
    private static partial Regex Revisions();

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex Commits();
}
