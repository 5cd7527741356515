using System.Globalization;
using System.Text;

namespace Seal.Models.Tokenizers.Chat;

internal enum TokenKind
{
    /// <summary>Text outside of tags.</summary>
    Text,

    /// <summary><c>{{</c></summary>
    PrintStart,

    /// <summary><c>}}</c></summary>
    PrintEnd,

    /// <summary><c>{%</c></summary>
    TagStart,

    /// <summary><c>%}</c></summary>
    TagEnd,
    Name,
    String,
    Number,

    /// <summary>Operators and brackets.</summary>
    Sign,
    End,
}

/// <param name="Line">Line of the template, from 1.</param>
internal readonly record struct TemplateToken(TokenKind Kind, string Text, int Line);

/// <summary>A template that is not understood.</summary>
internal sealed class TemplateException(int line, string message) : Exception($"line {line}: {message}")
{
    /// <summary>Where the line is not known.</summary>
    public TemplateException(string message)
        : this(0, message) { }
}

/// <summary>
/// Cuts a Jinja template into tokens, with the settings of Hugging Face's chat templates: the line break behind a block tag and the blanks before
/// one at the beginning of a line are dropped; <c>-</c> drops all white space on its side, <c>+</c> none.
/// </summary>
internal sealed class TemplateLexer
{
    private static readonly string[] Signs =
    [
        "==",
        "!=",
        "<=",
        ">=",
        "//",
        "**",
        "<",
        ">",
        "=",
        "+",
        "-",
        "*",
        "/",
        "%",
        "~",
        "|",
        ".",
        ",",
        ":",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
    ];

    private readonly string _text;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;

    private TemplateLexer(string text)
    {
        text = text.ReplaceLineEndings("\n");
        _text = text.EndsWith('\n') ? text[..^1] : text;
    }

    /// <exception cref="TemplateException">A tag or a string has no end, or there is a character that has no place in a tag.</exception>
    public static List<TemplateToken> Read(string text)
    {
        var lexer = new TemplateLexer(text);
        lexer.Run();
        return lexer._tokens;
    }

    private int Line => 1 + _text.AsSpan(0, Math.Min(_at, _text.Length)).Count('\n');

    private void Run()
    {
        var dropLineBreak = false;
        var dropAll = false;
        while (_at < _text.Length)
        {
            var start = NextTag(_at);
            var text = _text[_at..(start < 0 ? _text.Length : start)];
            text =
                dropAll ? text.TrimStart()
                : dropLineBreak && text.StartsWith('\n') ? text[1..]
                : text;
            var kind = start < 0 ? '\0' : _text[start + 1];
            var mark = start >= 0 && start + 2 < _text.Length ? _text[start + 2] : '\0';
            if (mark == '-')
            {
                text = text.TrimEnd();
            }
            else if (kind is '%' or '#' && mark != '+')
            {
                text = DropIndentation(text, wholeLine: _at == 0 || dropLineBreak || _text[_at - 1] == '\n');
            }

            if (text.Length > 0)
            {
                _tokens.Add(new TemplateToken(TokenKind.Text, text, Line));
            }

            if (start < 0)
            {
                break;
            }

            _at = start + (mark is '-' or '+' ? 3 : 2);
            if (kind == '#')
            {
                var end = _text.IndexOf("#}", _at, StringComparison.Ordinal);
                if (end < 0)
                {
                    throw new TemplateException(Line, "a comment has no end");
                }

                (dropAll, dropLineBreak) = (_text[end - 1] == '-', _text[end - 1] != '+');
                _at = end + 2;
                continue;
            }

            _tokens.Add(new TemplateToken(kind == '%' ? TokenKind.TagStart : TokenKind.PrintStart, "", Line));
            (dropAll, dropLineBreak) = Inside(kind == '%' ? "%}" : "}}");
            dropLineBreak &= kind == '%';
        }

        _tokens.Add(new TemplateToken(TokenKind.End, "", Line));
    }

    private int NextTag(int from)
    {
        for (var at = _text.IndexOf('{', from); at >= 0 && at + 1 < _text.Length; at = _text.IndexOf('{', at + 1))
        {
            if (_text[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Blanks between the beginning of a line and a block tag.</summary>
    private static string DropIndentation(string text, bool wholeLine)
    {
        var line = text.LastIndexOf('\n') + 1;
        return (line > 0 || wholeLine) && text.AsSpan(line).Trim(" \t").IsEmpty ? text[..line] : text;
    }

    /// <summary>The tokens of a tag, its end too; whether it drops white space, or a line break, behind it.</summary>
    private (bool All, bool LineBreak) Inside(string end)
    {
        var depth = 0;
        while (true)
        {
            while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }

            if (_at >= _text.Length)
            {
                throw new TemplateException(Line, $"a tag has no end; expected {end}");
            }

            var marked = _text[_at] is '-' or '+' && string.CompareOrdinal(_text, _at + 1, end, 0, 2) == 0;
            if (depth == 0 && (marked || string.CompareOrdinal(_text, _at, end, 0, 2) == 0))
            {
                var mark = marked ? _text[_at] : '\0';
                _tokens.Add(new TemplateToken(end == "%}" ? TokenKind.TagEnd : TokenKind.PrintEnd, "", Line));
                _at += marked ? 3 : 2;
                return (mark == '-', mark != '+');
            }

            var token = One();
            depth +=
                token.Kind != TokenKind.Sign ? 0
                : token.Text is "(" or "[" or "{" ? 1
                : token.Text is ")" or "]" or "}" ? -1
                : 0;
            _tokens.Add(token);
        }
    }

    private TemplateToken One()
    {
        var (line, first) = (Line, _text[_at]);
        if (first is '\'' or '"')
        {
            return new TemplateToken(TokenKind.String, Quoted(first), line);
        }

        var start = _at;
        if (char.IsAsciiLetter(first) || first == '_')
        {
            while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] == '_'))
            {
                _at++;
            }

            return new TemplateToken(TokenKind.Name, _text[start.._at], line);
        }

        if (char.IsAsciiDigit(first))
        {
            while (
                _at < _text.Length
                && (char.IsAsciiDigit(_text[_at]) || (_text[_at] == '.' && _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1])))
            )
            {
                _at++;
            }

            return new TemplateToken(TokenKind.Number, _text[start.._at], line);
        }

        var sign =
            Array.Find(Signs, candidate => string.CompareOrdinal(_text, _at, candidate, 0, candidate.Length) == 0)
            ?? throw new TemplateException(line, $"'{first}' has no meaning in a tag");
        _at += sign.Length;
        return new TemplateToken(TokenKind.Sign, sign, line);
    }

    private string Quoted(char quote)
    {
        var (text, line) = (new StringBuilder(), Line);
        for (_at++; _at < _text.Length && _text[_at] != quote; _at++)
        {
            if (_text[_at] != '\\' || _at + 1 >= _text.Length)
            {
                text.Append(_text[_at]);
                continue;
            }

            var escaped = _text[++_at];
            switch (escaped)
            {
                case 'n':
                    text.Append('\n');
                    break;
                case 't':
                    text.Append('\t');
                    break;
                case 'r':
                    text.Append('\r');
                    break;
                case 'x' or 'u':
                    var digits = escaped == 'x' ? 2 : 4;
                    if (
                        _at + digits >= _text.Length
                        || !int.TryParse(_text.AsSpan(_at + 1, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var point)
                    )
                    {
                        throw new TemplateException(line, $"\\{escaped} needs {digits} hexadecimal digits");
                    }

                    text.Append((char)point);
                    _at += digits;
                    break;
                case '\\' or '\'' or '"':
                    text.Append(escaped);
                    break;
                default:
                    text.Append('\\').Append(escaped);
                    break;
            }
        }

        if (_at >= _text.Length)
        {
            throw new TemplateException(line, "a string has no end");
        }

        _at++;
        return text.ToString();
    }
}
