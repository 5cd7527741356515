using System.Globalization;

namespace Seal.Models.Lora;

/// <summary>
/// A regular expression as Python's <c>re</c> reads it, where it says no more than whether a whole text matches. PEFT's configurations hold such
/// patterns; .NET's own class reads some of them otherwise (<c>{,3}</c>, <c>\Z</c>, <c>[a-[b]]</c>), takes others that Python refuses, and may
/// search for ever.
/// </summary>
/// <remarks>
/// Understood are literals, <c>. ^ $ |</c>, groups, lookahead, sets, <c>\d \w \s \b</c> with their opposites, and repetition. All else is refused:
/// look-behind, references to groups, flags, atomic and possessive matching, escapes of other letters. A text is followed through all ways of
/// matching at once, as the set of places that each part may end at, so the time is bounded by pattern × text².
/// </remarks>
internal sealed class PythonPattern
{
    private const int LongestPattern = 1000;
    private const int DeepestGroup = 32;
    private const int MostRepeats = 1000;

    private readonly string _pattern;
    private readonly Part _root;
    private int _at;
    private int _depth;

    private PythonPattern(string pattern)
    {
        _pattern = pattern;
        if (pattern.Length > LongestPattern)
        {
            throw new FormatException($"it has {pattern.Length} characters; at most {LongestPattern} are read");
        }

        _root = Alternatives();
        if (_at < pattern.Length)
        {
            throw Wrong("a ')' that closes nothing");
        }
    }

    /// <summary>The places at which a part may end that begins at one of the given ones; index i stands before character i.</summary>
    private delegate bool[] Part(string text, bool[] starts);

    /// <exception cref="FormatException">Not a pattern, or not one that is understood here; says what and where.</exception>
    public static PythonPattern Parse(string pattern) => new(pattern);

    /// <summary><c>re.fullmatch(pattern, text)</c>.</summary>
    public bool MatchesAll(string text) => Ends(text, 0)[text.Length];

    /// <summary><c>re.match(rf"(.*\.)?({pattern})$", text)</c>: how PEFT looks up a module in rank_pattern and alpha_pattern.</summary>
    public bool MatchesEnd(string text)
    {
        var starts = new bool[text.Length + 1];
        starts[0] = true;
        for (var i = 0; i < text.Length; i++)
        {
            starts[i + 1] = text[i] == '.';
        }

        return _root(text, starts)[text.Length];
    }

    private bool[] Ends(string text, int start)
    {
        var starts = new bool[text.Length + 1];
        starts[start] = true;
        return _root(text, starts);
    }

    private Part Alternatives()
    {
        if (++_depth > DeepestGroup)
        {
            throw Wrong($"groups in groups, more than {DeepestGroup}");
        }

        var ways = new List<Part> { Sequence() };
        while (_at < _pattern.Length && _pattern[_at] == '|')
        {
            _at++;
            ways.Add(Sequence());
        }

        _depth--;
        return ways.Count == 1
            ? ways[0]
            : (text, starts) =>
            {
                var ends = new bool[starts.Length];
                foreach (var way in ways)
                {
                    Add(ends, way(text, starts));
                }

                return ends;
            };
    }

    private Part Sequence()
    {
        var parts = new List<Part>();
        while (_at < _pattern.Length && _pattern[_at] is not ('|' or ')'))
        {
            parts.Add(Repeated(Single(out var isPlace), isPlace));
        }

        return (text, starts) => parts.Aggregate(starts, (places, part) => part(text, places));
    }

    private Part Single(out bool isPlace)
    {
        var first = _pattern[_at++];
        isPlace = first is '^' or '$';
        switch (first)
        {
            case '(':
                return Group(out isPlace);
            case '[':
                return One(Set());
            case '.':
                return One(c => c != '\n');
            case '^':
                return Where((_, at) => at == 0);
            case '$':
                return Where((text, at) => at == text.Length || (at == text.Length - 1 && text[at] == '\n'));
            case '\\':
                return Escape(out isPlace);
            case '*' or '+' or '?':
                throw Wrong($"a '{first}' that repeats nothing");
            case '{' or '}' or ']':
                throw Wrong($"a '{first}' by itself; write \\{first}");
            default:
                return One(c => c == first);
        }
    }

    private Part Group(out bool isPlace)
    {
        isPlace = false;
        var ahead =
            Starts("?=") ? true
            : Starts("?!") ? false
            : (bool?)null;
        if (ahead is null && !Starts("?:") && Starts("?"))
        {
            throw Wrong("a group of a kind that is not understood here ('(?…')");
        }

        var inner = Alternatives();
        if (_at == _pattern.Length)
        {
            throw Wrong("a '(' that nothing closes");
        }

        _at++;
        if (ahead is not { } wanted)
        {
            return inner;
        }

        isPlace = true;
        return Where(
            (text, at) =>
            {
                var starts = new bool[text.Length + 1];
                starts[at] = true;
                return Array.Exists(inner(text, starts), end => end) == wanted;
            }
        );
    }

    private Part Escape(out bool isPlace)
    {
        isPlace = false;
        if (_at == _pattern.Length)
        {
            throw Wrong("a '\\' at the end");
        }

        var letter = _pattern[_at++];
        if (letter is 'b' or 'B')
        {
            isPlace = true;
            return Where((text, at) => ((at > 0 && IsWord(text[at - 1])) != (at < text.Length && IsWord(text[at]))) == (letter == 'b'));
        }

        return One(Class(letter) ?? Literal(letter));
    }

    /// <summary>The characters of <c>\d</c> and its like; null for other letters.</summary>
    private static Func<char, bool>? Class(char letter) =>
        letter switch
        {
            'd' => char.IsDigit,
            'D' => c => !char.IsDigit(c),
            'w' => IsWord,
            'W' => c => !IsWord(c),
            's' => char.IsWhiteSpace,
            'S' => c => !char.IsWhiteSpace(c),
            _ => null,
        };

    private Func<char, bool> Literal(char escaped) =>
        char.IsAsciiLetterOrDigit(escaped) ? throw Wrong($"the escape '\\{escaped}', which is not understood here") : c => c == escaped;

    private Func<char, bool> Set()
    {
        var isNegated = Starts("^");
        var members = new List<Func<char, bool>>();
        while (_at < _pattern.Length && _pattern[_at] != ']')
        {
            var first = Member(out var low);
            if (low is null && _at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] != ']')
            {
                throw Wrong("a range in '[…]' that begins with more than one character");
            }

            if (low is { } from && _at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] != ']')
            {
                _at++;
                _ = Member(out var high);
                members.Add(high is { } to && from <= to ? c => c >= from && c <= to : throw Wrong("a range in '[…]' that goes backwards"));
            }
            else
            {
                members.Add(first);
            }
        }

        if (_at == _pattern.Length || members.Count == 0)
        {
            throw Wrong(members.Count == 0 ? "an empty set '[]'" : "a '[' that nothing closes");
        }

        _at++;
        return c => members.Exists(member => member(c)) != isNegated;
    }

    private Func<char, bool> Member(out char? single)
    {
        var letter = _pattern[_at++];
        single = null;
        if (letter == '[')
        {
            throw Wrong("a '[' in a set; write \\[");
        }

        if (letter == '\\')
        {
            if (_at == _pattern.Length)
            {
                throw Wrong("a '\\' at the end");
            }

            letter = _pattern[_at++];
            if (Class(letter) is { } several)
            {
                return several;
            }

            _ = Literal(letter);
        }

        single = letter;
        return c => c == letter;
    }

    private Part Repeated(Part part, bool isPlace)
    {
        if (_at == _pattern.Length || Bounds() is not { } bounds)
        {
            return part;
        }

        if (isPlace)
        {
            throw Wrong("a place ('^', '$', '\\b', a lookahead) that is repeated");
        }

        // Whether the longest or the shortest is tried first decides what a group holds, never whether the whole matches.
        _ = Starts("?");
        if (_at < _pattern.Length && _pattern[_at] is '*' or '+' or '?' or '{')
        {
            throw Wrong("a repetition that is repeated");
        }

        return (text, starts) =>
        {
            // A part goes on by a character or may stay where it is: once it was repeated as often as there are characters, nothing changes any more.
            var least = Math.Min(bounds.Least, text.Length + 1);
            var (places, ends) = (starts, least == 0 ? [.. starts] : new bool[starts.Length]);
            for (var times = 1; times <= bounds.Most && Array.Exists(places, place => place); times++)
            {
                var next = part(text, places);
                var isNew = times < least || Add(ends, next);
                if (!isNew)
                {
                    break;
                }

                places = next;
            }

            return ends;
        };
    }

    private (int Least, int Most)? Bounds()
    {
        if (Starts("*"))
        {
            return (0, int.MaxValue);
        }

        if (Starts("+"))
        {
            return (1, int.MaxValue);
        }

        if (Starts("?"))
        {
            return (0, 1);
        }

        if (_pattern[_at] != '{')
        {
            return null;
        }

        var close = _pattern.IndexOf('}', _at);
        var inner = close < 0 ? "" : _pattern[(_at + 1)..close];
        var parts = inner.Split(',');
        if (
            inner.Length == 0
            || inner == ","
            || parts.Length > 2
            || !Count(parts[0], 0, out var least)
            || !Count(parts[^1], int.MaxValue, out var most)
            || least > most
        )
        {
            throw Wrong("a '{' that begins no {m}, {m,}, {,n} or {m,n} of numbers up to 1000");
        }

        _at = close + 1;
        return (least, most);

        static bool Count(string text, int absent, out int count)
        {
            count = absent;
            return text.Length == 0 || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count <= MostRepeats);
        }
    }

    private bool Starts(string text)
    {
        if (string.CompareOrdinal(_pattern, _at, text, 0, text.Length) != 0)
        {
            return false;
        }

        _at += text.Length;
        return true;
    }

    private static Part One(Func<char, bool> matches) =>
        (text, starts) =>
        {
            var ends = new bool[starts.Length];
            for (var i = 0; i < text.Length; i++)
            {
                ends[i + 1] = starts[i] && matches(text[i]);
            }

            return ends;
        };

    private static Part Where(Func<string, int, bool> holds) =>
        (text, starts) =>
        {
            var ends = new bool[starts.Length];
            for (var i = 0; i < ends.Length; i++)
            {
                ends[i] = starts[i] && holds(text, i);
            }

            return ends;
        };

    /// <summary>Adds places; true where one was not there.</summary>
    private static bool Add(bool[] places, bool[] more)
    {
        var isNew = false;
        for (var i = 0; i < places.Length; i++)
        {
            isNew |= more[i] && !places[i];
            places[i] |= more[i];
        }

        return isNew;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';

    private FormatException Wrong(string what) => new($"'{_pattern}' has {what}, before character {Math.Min(_at, _pattern.Length) + 1}");
}
