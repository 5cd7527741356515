using System.Text;
using Seal.Models.Tokenizers.Chat;

namespace Seal.Models.Tests.Tokenizers.Chat;

/// <summary>What Jinja gives (jinja2 3.1 with trim_blocks and lstrip_blocks), for what chat templates use of it.</summary>
public sealed class ChatTemplateTests
{
    [Theory]
    [InlineData("a {{ 1 + 2 * 3 }} b", "a 7 b")]
    [InlineData("{{ 'x' ~ 1 ~ none ~ true }}", "x1NoneTrue")]
    [InlineData("{{ nothing }}|{{ nothing is defined }}|{{ not nothing }}", "|False|True")]
    [InlineData("{{ messages[0]['role'] }}{{ messages[-1].content }}{{ messages|length }}", "systembye3")]
    [InlineData("{{ messages[1:][0].content }}{{ messages[::2]|length }}{{ 'abcdef'[1:-1] }}{{ 'abc'[::-1] }}", " hi there 2bcdecba")]
    [InlineData("{% for m in messages %}{{ loop.index0 }}{{ m.role[0] }}{% if not loop.last %},{% endif %}{% endfor %}", "0s,1u,2a")]
    [InlineData("{% for m in messages if m.role != 'user' %}{{ loop.length }}{% else %}none{% endfor %}", "22")]
    [InlineData("{% for m in [] %}x{% else %}none{% endfor %}", "none")]
    [InlineData("{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}{{ v }}{% endfor %}", "a1b2")]
    [InlineData("{% set x = 1 %}{% for i in range(3) %}{% set x = i %}{% endfor %}{{ x }}", "1")]
    [InlineData("{% set ns = namespace(x=1) %}{% for i in range(3) %}{% set ns.x = i %}{% endfor %}{{ ns.x }}", "2")]
    [InlineData("{% set t %}in {{ 1 }}{% endset %}{{ t|upper }}", "IN 1")]
    [InlineData("{% if false %}a{% elif 1 == 1.0 %}b{% else %}c{% endif %}", "b")]
    [InlineData("{{ 'yes' if messages else 'no' }}{{ 'z' if false }}", "yes")]
    [InlineData("{{ messages[1].content | trim }}.", "hi there.")]
    [InlineData("{{ 'content' in messages[0] }}{{ 'b' not in 'abc' }}{{ 2 in [1, 2] }}", "TrueFalseTrue")]
    [InlineData("{{ messages[0] is mapping }}{{ 'a' is string }}{{ none is none }}{{ [] is iterable }}{{ 3 is not string }}", "TrueTrueTrueTrueTrue")]
    [InlineData("{{ {'a': [1, 'x', none, true]} | tojson }}", "{\"a\": [1, \"x\", null, true]}")]
    [InlineData("{{ {'a': [1]} | tojson(indent=2) }}", "{\n  \"a\": [\n    1\n  ]\n}")]
    [InlineData("{{ ['a', 'b'] | join('-') }}{{ nothing | default('d') }}{{ 'aXb'.split('X')[1] }}{{ 'ab'.startswith('a') }}", "a-bdbTrue")]
    [InlineData("{{ -3 // 2 }} {{ -3 % 2 }} {{ 1 / 2 }} {{ 2 and 0 or 'or' }}", "-2 1 0.5 or")]
    [InlineData("{{ [1, 'a', {'k': none}] }}", "[1, 'a', {'k': None}]")]
    [InlineData("{{ messages | selectattr('role', 'equalto', 'user') | list | length }}", "1")]
    [InlineData("a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  b\nc")]
    [InlineData("a  {{- ' b ' -}}  c {#- no -#} d", "a b cd")]
    [InlineData("x {%- if true -%} y {%- endif %} z", "xy z")]
    [InlineData("a {# {{ 1 }} #}\nb", "a b")]
    [InlineData("{{ '{%' }}{{ \"it's\" }}{{ 'a\\n\\\\\\'' }}", "{%it'sa\n\\'")]
    [InlineData("{% generation %}said{% endgeneration %}", "said")]
    public void Render_WhatTemplatesUse_IsWhatJinjaGives(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("a\n{% macro f() %}{% endmacro %}", "line 2: the statement 'macro' is not known here")]
    [InlineData("{{ 'a' | wordwrap }}", "the filter 'wordwrap' is not known here")]
    [InlineData("{{ raise_exception('only two roles') }}", "refuses these messages: only two roles")]
    [InlineData("{{ strftime_now('%d') }}", "is no function that is known here")]
    [InlineData("{{ nothing.member }}", "has no member 'member'")]
    [InlineData("{% if true %}", "ends before")]
    [InlineData("{% endif %}", "'endif'")]
    [InlineData("{{ 1 +", "no end")]
    [InlineData("{{ 'a }}", "a string has no end")]
    [InlineData("{{ 1 // 0 }}", "division by zero")]
    [InlineData("{% for i in range(10000000) %}{% endfor %}", "a range of more than")]
    [InlineData(
        "{% for i in range(100000) %}{% for j in range(100000) %}{% for k in range(100000) %}{% endfor %}{% endfor %}{% endfor %}",
        "it takes more than 1000000 steps"
    )]
    [InlineData("{% for i in range(100000) %}{{ range(100000) | length }}{% endfor %}", "it takes more than 1000000 steps")]
    [InlineData(
        "{% set ns = namespace(x='ab') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "it takes more than 1000000 steps"
    )]
    [InlineData("{{ ('a' * 9999) * 99999 }}", "repeated too often")]
    public void Render_WhatIsNotUnderstood_SaysWhereAndWhat(string template, string message) =>
        Assert.Contains(message, Assert.Throws<TemplateException>(() => Render(template)).Message, StringComparison.Ordinal);

    [Fact]
    public void Render_DeepNesting_IsRefused()
    {
        Assert.Throws<TemplateException>(() => Render("{{ " + new string('(', 5000) + "1" + new string(')', 5000) + " }}"));
        Assert.Throws<TemplateException>(() => Render(string.Concat(Enumerable.Repeat("{% if true %}", 5000))));
    }

    private static string Render(string template)
    {
        var scope = new TemplateScope(null, new StringBuilder());
        foreach (var (name, value) in TemplateLibrary.Functions(scope))
        {
            scope[name] = value;
        }

        scope["messages"] = new List<object?> { Message("system", "hello"), Message("user", " hi there "), Message("assistant", "bye") };
        TemplateParser.Parse(template)(scope);
        return scope.Output.ToString();
    }

    private static Dictionary<string, object?> Message(string role, string content) => new() { ["role"] = role, ["content"] = content };
}
