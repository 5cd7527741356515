using Seal.Core.Sequences;

namespace Seal.Arc.Prompts;

/// <summary>
/// (row, column) of the cell inside its grid; the mark after a row stands at (row, width) of that row, the mark after a grid likewise, the
/// mark before a grid at (0, 0). Example is the number of the grid, from 1; 0 before the first. Sequence is the index. Outside grids,
/// so in a self-edit, row and column are 0.
/// </summary>
internal sealed class GridPositions(GridVocabulary vocabulary) : IPositionScheme
{
    public IPositionTracker Start() => new Tracker(vocabulary);

    private sealed class Tracker(GridVocabulary vocabulary) : IPositionTracker
    {
        private int _row;
        private int _column;
        private int _example;
        private int _sequence;
        private bool _inside;

        public TokenPosition Next(int token)
        {
            if (token == vocabulary.Input || token == vocabulary.Output)
            {
                (_row, _column, _inside) = (0, 0, true);
                return new TokenPosition(0, 0, ++_example, _sequence++);
            }

            if (!_inside)
            {
                return new TokenPosition(0, 0, _example, _sequence++);
            }

            var position = new TokenPosition(_row, _column, _example, _sequence++);
            if (token == vocabulary.Row)
            {
                (_row, _column) = (_row + 1, 0);
            }
            else if (token == vocabulary.End || token == vocabulary.Edit)
            {
                _inside = false;
            }
            else
            {
                _column++;
            }

            return position;
        }

        public IPositionTracker Fork() => (Tracker)MemberwiseClone();
    }
}
