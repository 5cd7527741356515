using Seal.Core.Engines;
using Seal.Core.Judges;
using Seal.Core.Sweeps;

namespace Seal.Silo.Judging;

/// <summary>A chat checkpoint that judges on this machine. Its bytes are a part of its name: verdicts of two checkpoints never mix.</summary>
public sealed class JudgeCheckpoint
{
    /// <summary>The folder of a chat checkpoint, as <c>model.path</c> is one.</summary>
    public const string FolderVariable = "SEAL_JUDGE_FOLDER";

    private const int ShownDigits = 12;

    private readonly Lazy<string> _sha256;

    private JudgeCheckpoint(string folder) => (Folder, _sha256) = (folder, new Lazy<string>(() => ModelFolder.ContentHash(folder)));

    public string Folder { get; }

    /// <summary>Hash of what is in the folder; some seconds for each gigabyte, once.</summary>
    public string Sha256 => _sha256.Value;

    /// <summary>What a judge's name ends in.</summary>
    public string Suffix => $"@{Sha256[..ShownDigits]}";

    /// <param name="variable">Gives the value of a variable, or null.</param>
    /// <exception cref="SweepException">It is no folder of a model.</exception>
    public static JudgeCheckpoint? Of(Func<string, string?> variable)
    {
        if (variable(FolderVariable) is not { } folder || string.IsNullOrWhiteSpace(folder))
        {
            return null;
        }

        folder = folder.Trim();
        return File.Exists(Path.Combine(folder, "config.json"))
            ? new JudgeCheckpoint(folder)
            : throw new SweepException($"{FolderVariable}: {folder} has no config.json. Name the folder of a chat checkpoint.");
    }

    /// <exception cref="JudgeException">The name is that of another checkpoint.</exception>
    public void Demand(string judge)
    {
        if (!judge.EndsWith(Suffix, StringComparison.Ordinal))
        {
            throw new JudgeException(
                $"Answers are to be judged by {judge} (passages.judge), and the checkpoint in {FolderVariable} is {Suffix}. To judge with it write "
                    + $"passages.judge = \"{judge.Split('@')[0]}{Suffix}\"."
            );
        }
    }
}
