using Seal.Arc.Tasks;
using Seal.Core.Sequences;
using Seal.Core.Sweeps;

namespace Seal.Arc.Prompts;

/// <summary>The special tokens of a vocabulary with one token per grid cell.</summary>
internal sealed class GridVocabulary
{
    private readonly int[] _cells;

    /// <exception cref="SweepException">The vocabulary lacks one of the tokens.</exception>
    public GridVocabulary(ITokenizer tokenizer)
    {
        Tokenizer = tokenizer;
        Begin = Find("<bos>");
        Input = Find("<in>");
        Output = Find("<out>");
        Row = Find("<row>");
        End = Find("<end>");
        Edit = Find("<edit>");
        _cells = [.. Enumerable.Range(0, Grid.Colours).Select(colour => Find($"<c{colour}>"))];
    }

    public ITokenizer Tokenizer { get; }

    /// <summary>Starts every text.</summary>
    public int Begin { get; }

    /// <summary>Starts an input grid.</summary>
    public int Input { get; }

    /// <summary>Starts an output grid.</summary>
    public int Output { get; }

    /// <summary>Stands after each row but the last.</summary>
    public int Row { get; }

    /// <summary>Ends a grid.</summary>
    public int End { get; }

    /// <summary>Asks for a self-edit.</summary>
    public int Edit { get; }

    /// <summary>True when the vocabulary has grid cells at all.</summary>
    public static bool IsGrid(ITokenizer tokenizer) => tokenizer.TryGetSpecial("<c0>", out _);

    /// <summary>The token of a colour.</summary>
    public int Cell(byte colour) => _cells[colour];

    /// <summary>The colour of a token, or −1.</summary>
    public int ColourOf(int token) => Array.IndexOf(_cells, token);

    /// <summary>Appends a grid without the token that starts it: the cells with <see cref="Row"/> between rows, and <see cref="End"/>.</summary>
    public void Write(Grid grid, List<int> tokens)
    {
        for (var row = 0; row < grid.Height; row++)
        {
            if (row > 0)
            {
                tokens.Add(Row);
            }

            foreach (var colour in grid.Cells.Slice(row * grid.Width, grid.Width))
            {
                tokens.Add(_cells[colour]);
            }
        }

        tokens.Add(End);
    }

    /// <summary>The grid of cells and row marks, without or with <see cref="End"/>; null when they are no rectangle.</summary>
    public Grid? Read(ReadOnlySpan<int> tokens)
    {
        if (tokens.Length > 0 && tokens[^1] == End)
        {
            tokens = tokens[..^1];
        }

        var cells = new List<byte>(tokens.Length);
        int height = 1,
            width = -1,
            inRow = 0;
        foreach (var token in tokens)
        {
            if (token == Row)
            {
                if (inRow == 0 || (width >= 0 && inRow != width))
                {
                    return null;
                }

                (width, inRow) = (inRow, 0);
                height++;
            }
            else if (ColourOf(token) is var colour and >= 0)
            {
                cells.Add((byte)colour);
                inRow++;
            }
            else
            {
                return null;
            }
        }

        return inRow == 0 || (width >= 0 && inRow != width) ? null : new Grid(height, inRow, cells.ToArray());
    }

    private int Find(string name) =>
        Tokenizer.TryGetSpecial(name, out var token)
            ? token
            : throw new SweepException(
                $"The model's vocabulary {Tokenizer.Id} has no token {name}; the arc domain needs a grid vocabulary (tokenizer.json of kind "
                    + $"seal-grid)."
            );
}
