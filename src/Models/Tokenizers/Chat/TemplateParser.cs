using System.Globalization;
using System.Text;

namespace Seal.Models.Tokenizers.Chat;

/// <summary>A piece of a template that writes to a scope's output.</summary>
internal delegate void TemplatePart(TemplateScope scope);

/// <summary>Statements of a template: text, <c>{{ }}</c>, if, for, set.</summary>
internal sealed class TemplateParser
{
    private const int DeepestNesting = 100;

    private readonly List<TemplateToken> _tokens;
    private readonly ExpressionParser _expressions;
    private int _at;
    private int _depth;

    private TemplateParser(List<TemplateToken> tokens)
    {
        _tokens = tokens;
        _expressions = new ExpressionParser(() => _tokens[_at], () => _tokens[_at++]);
    }

    /// <exception cref="TemplateException">Not a template, or one with statements that are not known here.</exception>
    public static TemplatePart Parse(string text)
    {
        var parser = new TemplateParser(TemplateLexer.Read(text));
        var (part, end) = parser.Block();
        return end is null ? part : throw new TemplateException(parser.Now.Line, $"'{end}' ends nothing");
    }

    private TemplateToken Now => _tokens[_at];

    /// <summary>Parts up to a tag with one of these words, which is read; null at the end of the template.</summary>
    private (TemplatePart Part, string? End) Block(params string[] ends)
    {
        if (++_depth > DeepestNesting)
        {
            throw new TemplateException(Now.Line, $"statements are nested more than {DeepestNesting} deep");
        }

        var parts = new List<TemplatePart>();
        while (true)
        {
            var token = _tokens[_at++];
            switch (token.Kind)
            {
                case TokenKind.End:
                    _depth--;
                    return ends.Length == 0
                        ? (All(parts), null)
                        : throw new TemplateException(token.Line, $"the template ends before '{string.Join("' or '", ends)}'");
                case TokenKind.Text:
                    parts.Add(scope => scope.Print(token.Text));
                    break;
                case TokenKind.PrintStart:
                    var expression = _expressions.Read();
                    Expect(TokenKind.PrintEnd);
                    parts.Add(scope => scope.Print(TemplateValues.Text(At(token.Line, expression, scope))));
                    break;
                default:
                    var word = Expect(TokenKind.Name);
                    if (ends.Contains(word, StringComparer.Ordinal))
                    {
                        _depth--;
                        return (All(parts), word);
                    }

                    parts.Add(Statement(word, token.Line));
                    break;
            }
        }
    }

    private TemplatePart Statement(string word, int line)
    {
        switch (word)
        {
            case "if":
                return If(line);
            case "for":
                return For(line);
            case "set":
                return Set(line);
            case "generation":
                // Marks what the assistant says, for masks; writes nothing itself.
                Expect(TokenKind.TagEnd);
                var (said, _) = Block("endgeneration");
                Expect(TokenKind.TagEnd);
                return said;
            default:
                throw new TemplateException(line, $"the statement '{word}' is not known here");
        }
    }

    private TemplatePart If(int line)
    {
        var condition = _expressions.Read();
        Expect(TokenKind.TagEnd);
        var (yes, end) = Block("elif", "else", "endif");
        TemplatePart no = _ => { };
        if (end == "elif")
        {
            no = If(line);
        }
        else
        {
            Expect(TokenKind.TagEnd);
            if (end == "else")
            {
                (no, _) = Block("endif");
                Expect(TokenKind.TagEnd);
            }
        }

        return scope => (TemplateValues.IsTrue(At(line, condition, scope)) ? yes : no)(scope);
    }

    private TemplatePart For(int line)
    {
        var names = new List<string> { Expect(TokenKind.Name) };
        while (Now is { Kind: TokenKind.Sign, Text: "," })
        {
            _at++;
            names.Add(Expect(TokenKind.Name));
        }

        if (Expect(TokenKind.Name) != "in")
        {
            throw new TemplateException(line, "'for' needs 'in'");
        }

        var source = _expressions.ReadWithoutCondition();
        TemplateExpression? filter = null;
        if (Now is { Kind: TokenKind.Name, Text: "if" })
        {
            _at++;
            filter = _expressions.Read();
        }

        Expect(TokenKind.TagEnd);
        var (body, end) = Block("else", "endfor");
        TemplatePart otherwise = _ => { };
        Expect(TokenKind.TagEnd);
        if (end == "else")
        {
            (otherwise, _) = Block("endfor");
            Expect(TokenKind.TagEnd);
        }

        return scope =>
        {
            var items = TemplateValues
                .Items(At(line, source, scope))
                .Where(item => filter is null || TemplateValues.IsTrue(At(line, filter, Inner(scope, names, item))))
                .ToList();
            if (items.Count == 0)
            {
                otherwise(scope);
            }

            for (var i = 0; i < items.Count; i++)
            {
                var inner = Inner(scope, names, items[i]);
                inner["loop"] = Loop(items, i);
                body(inner);
            }
        };
    }

    private TemplatePart Set(int line)
    {
        var name = Expect(TokenKind.Name);
        string? member = null;
        if (Now is { Kind: TokenKind.Sign, Text: "." })
        {
            _at++;
            member = Expect(TokenKind.Name);
        }

        if (Now is { Kind: TokenKind.Sign, Text: "=" })
        {
            _at++;
            var value = _expressions.Read();
            Expect(TokenKind.TagEnd);
            return scope => Assign(scope, At(line, value, scope));
        }

        Expect(TokenKind.TagEnd);
        var (body, _) = Block("endset");
        Expect(TokenKind.TagEnd);
        return scope =>
        {
            var inner = new TemplateScope(scope, new StringBuilder());
            body(inner);
            Assign(scope, inner.Output.ToString());
        };

        void Assign(TemplateScope scope, object? value)
        {
            if (member is null)
            {
                scope[name] = value;
            }
            else if (scope[name] is Dictionary<string, object?> map)
            {
                map[member] = value;
            }
            else
            {
                throw new TemplateException(line, $"'{name}' is no namespace");
            }
        }
    }

    private static TemplateScope Inner(TemplateScope scope, List<string> names, object? item)
    {
        scope.Spend(1);
        var inner = new TemplateScope(scope, scope.Output);
        var values = names.Count == 1 ? [item] : TemplateValues.Items(item);
        for (var n = 0; n < names.Count; n++)
        {
            inner[names[n]] = n < values.Count ? values[n] : Undefined.Value;
        }

        return inner;
    }

    private static Dictionary<string, object?> Loop(List<object?> items, int index) =>
        new()
        {
            ["index"] = (long)index + 1,
            ["index0"] = (long)index,
            ["revindex"] = (long)items.Count - index,
            ["revindex0"] = (long)items.Count - index - 1,
            ["first"] = index == 0,
            ["last"] = index == items.Count - 1,
            ["length"] = (long)items.Count,
            ["previtem"] = index > 0 ? items[index - 1] : Undefined.Value,
            ["nextitem"] = index + 1 < items.Count ? items[index + 1] : Undefined.Value,
        };

    private static TemplatePart All(List<TemplatePart> parts) => scope => parts.ForEach(part => part(scope));

    /// <summary>Errors say on which line they happened.</summary>
    private static object? At(int line, TemplateExpression expression, TemplateScope scope)
    {
        try
        {
            var value = expression(scope);

            // What is made is work as well: a text that doubles in every round is long before the rounds are many.
            scope.Spend(
                1
                    + (
                        value switch
                        {
                            string text => text.Length / 64,
                            List<object?> list => list.Count / 8,
                            _ => 0,
                        }
                    )
            );
            return value;
        }
        catch (TemplateException e) when (e.Message.StartsWith("line 0: ", StringComparison.Ordinal))
        {
            throw new TemplateException(line, e.Message[8..]);
        }
    }

    private string Expect(TokenKind kind)
    {
        var token = _tokens[_at++];
        return token.Kind == kind
            ? token.Text
            : throw new TemplateException(
                token.Line,
                string.Create(CultureInfo.InvariantCulture, $"expected {kind}, got {token.Kind} '{token.Text}'")
            );
    }
}
