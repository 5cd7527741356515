using System.CommandLine;

namespace Seal.Client.Commands;

/// <summary><c>seal completion</c>: what a shell asks for verbs, options and values that fit.</summary>
internal static class CompletionCommand
{
    private const string Help = """
        Bash: put  source <(seal completion bash)  into ~/.bashrc. Zsh: the same with zsh, into ~/.zshrc, after compinit.
        In a clone the command is ./seal; both names are completed.
        """;

    // The console answers '[suggest:<place>] <line>' with one word a line.
    private const string Bash = """
        _seal_complete() {
            local IFS=$'\n' line=${COMP_LINE#* } place
            place=$((COMP_POINT - ${#COMP_WORDS[0]} - 1))
            COMPREPLY=($("${COMP_WORDS[0]}" "[suggest:$place]" "$line" 2>/dev/null))
            COMPREPLY=($(compgen -W "${COMPREPLY[*]}" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _seal_complete seal ./seal
        """;

    private const string Zsh = """
        _seal_complete() {
            local -a words_that_fit
            local line=${BUFFER#* }
            words_that_fit=("${(@f)$("${words[1]}" "[suggest:$((CURSOR - ${#words[1]} - 1))]" "$line" 2>/dev/null)}")
            compadd -- "${words_that_fit[@]}" || _files
        }
        compdef _seal_complete seal ./seal
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash or zsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        var command = new Command("completion", "Print a script that completes verbs and options in a shell.") { shell };
        command.SetAction(parsed =>
        {
            Terminal.Tell(parsed.GetValue(shell) == "bash" ? Bash : Zsh);
            return ExitCode.Ok;
        });
        return command.WithPage(Help);
    }
}
