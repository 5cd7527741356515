using System.Globalization;

namespace Seal.Models.Tokenizers.Chat;

internal delegate object? TemplateExpression(TemplateScope scope);

/// <summary>Expressions by Jinja's precedence: if-else, or, and, not, comparisons, ~, + −, * / // %, signs, then members, calls, filters,
/// tests.</summary>
/// <param name="now">The next token.</param>
/// <param name="take">Reads it.</param>
internal sealed class ExpressionParser(Func<TemplateToken> now, Func<TemplateToken> take)
{
    private const int DeepestNesting = 200;

    private static readonly string[] Comparisons = ["==", "!=", "<", ">", "<=", ">="];

    private int _depth;
    private string? _lastName;

    public TemplateExpression Read()
    {
        if (++_depth > DeepestNesting)
        {
            throw new TemplateException(now().Line, $"expressions are nested more than {DeepestNesting} deep");
        }

        var value = ReadWithoutCondition();
        while (TakeName("if"))
        {
            var condition = ReadWithoutCondition();
            TemplateExpression otherwise = TakeName("else") ? Read() : _ => Undefined.Value;
            var then = value;
            value = scope => TemplateValues.IsTrue(condition(scope)) ? then(scope) : otherwise(scope);
        }

        _depth--;
        return value;
    }

    /// <summary>An expression in which <c>if</c> ends it, as behind <c>in</c> of a loop.</summary>
    public TemplateExpression ReadWithoutCondition()
    {
        var left = And();
        while (TakeName("or"))
        {
            var (first, second) = (left, And());
            left = scope => first(scope) is var value && TemplateValues.IsTrue(value) ? value : second(scope);
        }

        return left;
    }

    private TemplateExpression And()
    {
        var left = Not();
        while (TakeName("and"))
        {
            var (first, second) = (left, Not());
            left = scope => first(scope) is var value && !TemplateValues.IsTrue(value) ? value : second(scope);
        }

        return left;
    }

    private TemplateExpression Not()
    {
        var isNegated = false;
        while (TakeName("not"))
        {
            isNegated = !isNegated;
        }

        var value = Comparison();
        return isNegated ? scope => !TemplateValues.IsTrue(value(scope)) : value;
    }

    private TemplateExpression Comparison()
    {
        var left = Sum();
        while (true)
        {
            var first = left;
            if (now() is { Kind: TokenKind.Sign } sign && Comparisons.Contains(sign.Text))
            {
                take();
                var second = Sum();
                left = sign.Text switch
                {
                    "==" => scope => TemplateValues.Equals(first(scope), second(scope)),
                    "!=" => scope => !TemplateValues.Equals(first(scope), second(scope)),
                    "<" => scope => TemplateValues.Compare(first(scope), second(scope)) < 0,
                    ">" => scope => TemplateValues.Compare(first(scope), second(scope)) > 0,
                    "<=" => scope => TemplateValues.Compare(first(scope), second(scope)) <= 0,
                    _ => scope => TemplateValues.Compare(first(scope), second(scope)) >= 0,
                };
            }
            else if (TakeName("in"))
            {
                var whole = Sum();
                left = scope => TemplateValues.Contains(whole(scope), first(scope));
            }
            else if (TakeName("not"))
            {
                if (!TakeName("in"))
                {
                    throw new TemplateException(now().Line, "expected 'in' behind 'not'");
                }

                var whole = Sum();
                left = scope => !TemplateValues.Contains(whole(scope), first(scope));
            }
            else
            {
                return left;
            }
        }
    }

    private TemplateExpression Sum()
    {
        var left = Product();
        while (TakeSign("+", "-", "~") is { } sign)
        {
            var (first, second) = (left, Product());
            left = sign switch
            {
                "+" => scope => TemplateValues.Add(first(scope), second(scope)),
                "~" => scope => TemplateValues.Text(first(scope)) + TemplateValues.Text(second(scope)),
                _ => scope => TemplateValues.Calculate(sign, first(scope), second(scope)),
            };
        }

        return left;
    }

    private TemplateExpression Product()
    {
        var left = Signed();
        while (TakeSign("*", "/", "//", "%") is { } sign)
        {
            var (first, second) = (left, Signed());
            left = scope => TemplateValues.Calculate(sign, first(scope), second(scope));
        }

        return left;
    }

    private TemplateExpression Signed()
    {
        if (TakeSign("-", "+") is not { } sign)
        {
            return Suffixed();
        }

        var value = Suffixed();
        return scope => TemplateValues.Calculate(sign, 0L, value(scope));
    }

    private TemplateExpression Suffixed()
    {
        var value = Primary();
        while (true)
        {
            var owner = value;
            if (TakeSign(".") is not null)
            {
                var name = take();
                object key = name.Kind == TokenKind.Number ? long.Parse(name.Text, CultureInfo.InvariantCulture) : name.Text;
                value = scope => TemplateValues.Member(owner(scope), key);
            }
            else if (TakeSign("[") is not null)
            {
                value = Subscript(owner);
            }
            else if (TakeSign("(") is not null)
            {
                var arguments = Arguments();
                value = scope =>
                    owner(scope) is TemplateFunction function
                        ? function([.. arguments.Placed.Select(argument => argument(scope))], arguments.Values(scope))
                        : throw new TemplateException("what is called is no function that is known here");
            }
            else if (TakeSign("|") is not null)
            {
                var name = Name();
                var arguments = TakeSign("(") is not null ? Arguments() : Call.None;
                value = scope =>
                    TemplateLibrary.Filter(name, owner(scope), [.. arguments.Placed.Select(argument => argument(scope))], arguments.Values(scope));
            }
            else if (TakeName("is"))
            {
                value = Test(owner);
            }
            else
            {
                return value;
            }
        }
    }

    private TemplateExpression Test(TemplateExpression owner)
    {
        var isNegated = TakeName("not");
        var name = Name();
        TemplateExpression? argument = null;
        if (TakeSign("(") is not null)
        {
            argument = Arguments().Placed.FirstOrDefault();
        }
        else if (now() is { Kind: TokenKind.String or TokenKind.Number })
        {
            argument = Primary();
        }

        return scope => TemplateLibrary.Test(name, owner(scope), argument?.Invoke(scope)) != isNegated;
    }

    private TemplateExpression Subscript(TemplateExpression owner)
    {
        TemplateExpression?[] parts = [null, null, null];
        var colons = 0;
        while (TakeSign("]") is null)
        {
            if (TakeSign(":") is not null)
            {
                if (++colons > 2)
                {
                    throw new TemplateException(now().Line, "too many ':' in a slice");
                }
            }
            else
            {
                parts[colons] = Read();
            }
        }

        return colons == 0 && parts[0] is { } key
            ? scope => TemplateValues.Member(owner(scope), key(scope))
            : scope => TemplateValues.Slice(owner(scope), parts[0]?.Invoke(scope), parts[1]?.Invoke(scope), parts[2]?.Invoke(scope));
    }

    private Call Arguments()
    {
        var call = new Call([], []);
        while (TakeSign(")") is null)
        {
            var value = Read();
            if (TakeSign("=") is not null)
            {
                var name = _lastName ?? throw new TemplateException(now().Line, "'=' behind something that is no name");
                call.Named.Add((name, Read()));
            }
            else
            {
                call.Placed.Add(value);
            }

            if (TakeSign(",") is null && now() is not { Kind: TokenKind.Sign, Text: ")" })
            {
                throw new TemplateException(now().Line, $"expected ',' or ')', got '{now().Text}'");
            }
        }

        return call;
    }

    private TemplateExpression Primary()
    {
        var token = take();
        _lastName = token.Kind == TokenKind.Name ? token.Text : null;
        switch (token.Kind)
        {
            case TokenKind.String:
                var text = token.Text;
                while (now() is { Kind: TokenKind.String })
                {
                    text += take().Text;
                }

                return _ => text;
            case TokenKind.Number:
                return Number(token);
            case TokenKind.Name:
                object? constant = token.Text switch
                {
                    "true" or "True" => true,
                    "false" or "False" => false,
                    "none" or "None" => null,
                    _ => Undefined.Value,
                };
                return constant is Undefined ? scope => scope[token.Text] : _ => constant;
            case TokenKind.Sign when token.Text == "(":
                return Tuple();
            case TokenKind.Sign when token.Text == "[":
                var items = Items("]");
                return scope => items.Select(item => item(scope)).ToList();
            case TokenKind.Sign when token.Text == "{":
                return Mapping();
            default:
                throw new TemplateException(token.Line, $"a value is missing before '{token.Text}'");
        }
    }

    private static TemplateExpression Number(TemplateToken token)
    {
        if (token.Text.Contains('.'))
        {
            object real = double.Parse(token.Text, CultureInfo.InvariantCulture);
            return _ => real;
        }

        object whole = long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new TemplateException(token.Line, $"{token.Text} is too large");
        return _ => whole;
    }

    private TemplateExpression Tuple()
    {
        if (TakeSign(")") is not null)
        {
            return _ => new List<object?>();
        }

        var first = Read();
        if (TakeSign(")") is not null)
        {
            return first;
        }

        if (TakeSign(",") is null)
        {
            throw new TemplateException(now().Line, "expected ')'");
        }

        var rest = Items(")");
        return scope => new List<object?>([first(scope), .. rest.Select(item => item(scope))]);
    }

    private List<TemplateExpression> Items(string end)
    {
        var items = new List<TemplateExpression>();
        while (TakeSign(end) is null)
        {
            items.Add(Read());
            if (TakeSign(",") is null && !(now().Kind == TokenKind.Sign && now().Text == end))
            {
                throw new TemplateException(now().Line, $"expected ',' or '{end}', got '{now().Text}'");
            }
        }

        return items;
    }

    private TemplateExpression Mapping()
    {
        var entries = new List<(TemplateExpression Key, TemplateExpression Value)>();
        while (TakeSign("}") is null)
        {
            var key = Read();
            if (TakeSign(":") is null)
            {
                throw new TemplateException(now().Line, "expected ':' in a mapping");
            }

            entries.Add((key, Read()));
            TakeSign(",");
        }

        return scope =>
        {
            var map = new Dictionary<string, object?>(StringComparer.Ordinal);
            entries.ForEach(entry => map[TemplateValues.Text(entry.Key(scope))] = entry.Value(scope));
            return map;
        };
    }

    private string Name() => take() is { Kind: TokenKind.Name } name ? name.Text : throw new TemplateException(now().Line, "a name is missing");

    private bool TakeName(string name)
    {
        if (now() is not { Kind: TokenKind.Name } token || token.Text != name)
        {
            return false;
        }

        take();
        return true;
    }

    private string? TakeSign(params string[] signs)
    {
        if (now() is not { Kind: TokenKind.Sign } token || !signs.Contains(token.Text, StringComparer.Ordinal))
        {
            return null;
        }

        take();
        return token.Text;
    }

    private sealed record Call(List<TemplateExpression> Placed, List<(string Name, TemplateExpression Value)> Named)
    {
        public static Call None { get; } = new([], []);

        public Dictionary<string, object?> Values(TemplateScope scope) =>
            Named.ToDictionary(argument => argument.Name, argument => argument.Value(scope), StringComparer.Ordinal);
    }
}
