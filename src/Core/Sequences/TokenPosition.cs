namespace Seal.Core.Sequences;

/// <summary>Where a token stands. Text models read <see cref="Sequence"/> alone; grid models read all four coordinates.</summary>
/// <param name="Row">Row of the cell in its grid; 0 outside grids.</param>
/// <param name="Column">Column of the cell in its grid; 0 outside grids.</param>
/// <param name="Example">Which grid of the prompt this is, counted from 0.</param>
/// <param name="Sequence">Index in the sequence.</param>
public readonly record struct TokenPosition(int Row, int Column, int Example, int Sequence);

/// <summary>Gives positions token by token, so that generated tokens get the position that a training text would have given them.</summary>
public interface IPositionTracker
{
    /// <summary>The position at which <paramref name="token"/>, the next token of the sequence, stands; advances by one.</summary>
    TokenPosition Next(int token);

    /// <summary>An independent copy, for samples that share a prompt.</summary>
    IPositionTracker Fork();
}

/// <summary>A way of numbering a sequence. <see cref="Start"/> returns a tracker before the first token.</summary>
public interface IPositionScheme
{
    IPositionTracker Start();
}

/// <summary>Positions 0, 1, 2, … in <see cref="TokenPosition.Sequence"/>, the other coordinates 0: what text models use.</summary>
public sealed class SequentialPositions : IPositionScheme
{
    public static SequentialPositions Instance { get; } = new();

    public IPositionTracker Start() => new Tracker(0);

    private sealed class Tracker(int next) : IPositionTracker
    {
        private int _next = next;

        public TokenPosition Next(int token) => new(0, 0, 0, _next++);

        public IPositionTracker Fork() => new Tracker(_next);
    }
}
