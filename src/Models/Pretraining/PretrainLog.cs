using System.Globalization;
using Seal.Core.Files;
using TorchSharp;

namespace Seal.Models.Pretraining;

/// <summary>The run's table: one line per report, tab-separated, and the same numbers for TensorBoard where that is asked for.</summary>
internal sealed class PretrainLog : IDisposable
{
    public const string FileName = "log.tsv";
    private const string Head = "step\ttokens\tseconds\tlearning_rate\tloss\ttokens_per_second\theld_out_loss\texact\tprobes\tfamilies";
    private readonly StreamWriter _table;
    private readonly TorchSharp.Modules.SummaryWriter? _board;

    /// <param name="folder">Where the table is.</param>
    /// <param name="step">The step the run goes on from: lines beyond it are of a time that is lost.</param>
    /// <param name="tensorBoard">Whether to write event files.</param>
    public PretrainLog(string folder, int step, bool tensorBoard)
    {
        var path = Path.Combine(folder, FileName);
        UserFile.Check(path);
        var kept = File.Exists(path) ? File.ReadAllLines(path).Where(line => StepOf(line) is { } at && at <= step).ToArray() : [];
        _table = new StreamWriter(path) { AutoFlush = true, NewLine = "\n" };
        _table.WriteLine(Head);
        Array.ForEach(kept, _table.WriteLine);
        _board = tensorBoard ? torch.utils.tensorboard.SummaryWriter(Path.Combine(folder, "tensorboard")) : null;
    }

    public void Write(PretrainProgress progress, double seconds, double learningRate)
    {
        var evaluation = progress.Evaluation;
        var families = evaluation is null ? "" : string.Join(' ', evaluation.Exact.Select(score => $"{score.Family}={score.Solved}/{score.Probes}"));
        _table.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{progress.Step}\t{progress.Tokens}\t{seconds:F1}\t{learningRate:G4}\t{progress.Loss:F4}\t{progress.TokensPerSecond:F0}\t{evaluation?.HeldOutLoss:F4}\t{evaluation?.Solved}\t{evaluation?.Probes}\t{families}"
            )
        );
        if (_board is not null)
        {
            _board.add_scalar("loss/train", (float)progress.Loss, progress.Step);
            _board.add_scalar("learning_rate", (float)learningRate, progress.Step);
            if (evaluation is not null)
            {
                _board.add_scalar("loss/held_out", (float)evaluation.HeldOutLoss, progress.Step);
                foreach (var score in evaluation.Exact)
                {
                    _board.add_scalar($"exact/{score.Family}", (float)score.Solved / score.Probes, progress.Step);
                }
            }
        }
    }

    /// <summary>The evaluations in a folder's table, in order: step, tokens, seconds, held-out loss, exact answers, probes.</summary>
    public static IReadOnlyList<string[]> Evaluations(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return [];
        }

        // The table is open for writing while a run saves its model.
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var rows = new List<string[]>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Split('\t') is { Length: 10 } fields && StepOf(line) is not null && fields[6].Length > 0)
            {
                rows.Add([fields[0], fields[1], fields[2], fields[6], fields[7], fields[8]]);
            }
        }

        return rows;
    }

    public void Dispose()
    {
        _table.Dispose();
        (_board as IDisposable)?.Dispose();
    }

    private static int? StepOf(string line) =>
        int.TryParse(line.Split('\t')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
}
