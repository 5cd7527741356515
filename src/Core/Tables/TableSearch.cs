using Seal.Core.Randomness;

namespace Seal.Core.Tables;

/// <summary>
/// One search for a constant, with inner loops that are look-ups in a reward table; what it looks at a second time costs nothing. Of self-edits that
/// are as good the first is taken.
/// </summary>
/// <param name="solves">By training task and self-edit, whether it solves the task; at least one of each.</param>
/// <param name="random">Draws the order of tasks and of self-edits.</param>
internal sealed class TableSearch(bool[][] solves, CounterRandom random)
{
    private readonly int _edits = solves[0].Length;
    private readonly bool[,] _seen = new bool[solves.Length, solves[0].Length];

    /// <summary>Different inner loops so far.</summary>
    public int Spent { get; private set; }

    /// <summary>Every self-edit on so many tasks.</summary>
    /// <returns>The chosen self-edit's number, as of all searches here.</returns>
    public int Constant(int tasks) => Best(Enumerable.Range(0, _edits), [.. Order().Take(tasks)]);

    /// <summary>So many self-edits, drawn, on every training task.</summary>
    public int OfDrawn(int edits) => Best(random.NextPermutation(_edits).Take(edits).Order(), [.. Enumerable.Range(0, solves.Length)]);

    /// <param name="budget">Looks over all rounds, of which there is one for each halving.</param>
    public int Halve(int budget)
    {
        int[] left = [.. Enumerable.Range(0, _edits)];
        var rounds = Math.Max(1, (int)Math.Ceiling(Math.Log2(_edits)));
        var sums = new int[_edits];
        var order = Order();
        for (var (round, first) = (0, 0); round < rounds && left.Length > 1; round++)
        {
            // All that are left are tried on the same tasks, those that follow.
            var each = Math.Max(1, budget / rounds / left.Length);
            for (var n = 0; n < each; n++, first++)
            {
                Array.ForEach(left, edit => sums[edit] += Look(order[first % order.Length], edit));
            }

            left = [.. left.OrderByDescending(edit => sums[edit]).ThenBy(edit => edit).Take((left.Length + 1) / 2)];
        }

        return left[0];
    }

    /// <param name="budget">Looks, each on a drawn training task; at least one for each self-edit.</param>
    public int Bandit(int budget)
    {
        var counts = new int[_edits];
        var sums = new double[_edits];
        for (var pull = 0; pull < budget; pull++)
        {
            var edit = pull < _edits ? pull : MostPromising(sums, counts, pull);
            sums[edit] += Look(random.NextInt(solves.Length), edit);
            counts[edit]++;
        }

        return Enumerable.Range(0, _edits).MaxBy(edit => sums[edit] / counts[edit]);
    }

    private static int MostPromising(double[] sums, int[] counts, int pulls)
    {
        var width = 2 * Math.Log(pulls);
        var (best, most) = (0, double.NegativeInfinity);
        for (var edit = 0; edit < sums.Length; edit++)
        {
            var bound = (sums[edit] / counts[edit]) + Math.Sqrt(width / counts[edit]);
            (best, most) = bound > most ? (edit, bound) : (best, most);
        }

        return best;
    }

    private int Best(IEnumerable<int> edits, int[] tasks) => edits.MaxBy(edit => tasks.Sum(task => Look(task, edit)));

    private int[] Order() => random.NextPermutation(solves.Length);

    private int Look(int task, int edit)
    {
        Spent += _seen[task, edit] ? 0 : 1;
        _seen[task, edit] = true;
        return solves[task][edit] ? 1 : 0;
    }
}
