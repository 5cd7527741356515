using Seal.Arc.Tasks;

namespace Seal.Arc.Scoring;

/// <summary>How near an answer is to the truth, cell by cell.</summary>
internal static class CellScore
{
    /// <summary>
    /// Share of the true grid's cells, in [0, 1], that the answer has wrong or not at all when both are laid over each other at the top
    /// left corner. Cells beyond the true grid do not count, so 0 does not mean equal. No answer has every cell wrong.
    /// </summary>
    public static double HammingDistance(Grid truth, Grid? answer)
    {
        var right = 0;
        for (var row = 0; answer is not null && row < Math.Min(truth.Height, answer.Height); row++)
        {
            for (var column = 0; column < Math.Min(truth.Width, answer.Width); column++)
            {
                right += truth[row, column] == answer[row, column] ? 1 : 0;
            }
        }

        var cells = truth.Height * truth.Width;
        return (cells - right) / (double)cells;
    }

    /// <summary>Share of right cells; 0 where the sizes differ, as a wrong size is never a near miss.</summary>
    public static double Accuracy(Grid truth, Grid? answer) =>
        answer is not null && answer.Height == truth.Height && answer.Width == truth.Width ? 1 - HammingDistance(truth, answer) : 0;
}
