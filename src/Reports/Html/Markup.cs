using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Seal.Core.Sweeps;

namespace Seal.Reports.Html;

/// <summary>Text that is markup already and is not escaped again.</summary>
internal readonly record struct Raw(string Text);

/// <summary>
/// Builds markup from interpolated strings: what stands in the string is markup, what is filled in is text and is escaped; numbers are written the
/// same in every culture. So no name, however hostile, becomes markup.
/// </summary>
internal sealed class Markup
{
    private readonly StringBuilder _text = new();

    public int Length => _text.Length;

    public Markup Add([InterpolatedStringHandlerArgument("")] ref Filler filled)
    {
        // The filler has written already.
        _ = filled;
        return this;
    }

    public Markup Add(Raw raw)
    {
        _text.Append(raw.Text);
        return this;
    }

    public Raw ToRaw() => new(_text.ToString());

    public override string ToString() => _text.ToString();

    /// <summary>Escaped for element content and quoted attributes; characters that XML does not have become U+FFFD.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '&':
                    escaped.Append("&amp;");
                    break;
                case '<':
                    escaped.Append("&lt;");
                    break;
                case '>':
                    escaped.Append("&gt;");
                    break;
                case '"':
                    escaped.Append("&quot;");
                    break;
                case '\'':
                    escaped.Append("&#39;");
                    break;
                case < 0x20 and not ('\t' or '\n' or '\r'):
                case 0x7F or 0xFFFE or 0xFFFF:
                    escaped.Append('\uFFFD');
                    break;
                default:
                    escaped.Append(rune.ToString());
                    break;
            }
        }

        return escaped.ToString();
    }

    [InterpolatedStringHandler]
    public readonly ref struct Filler
    {
        private readonly StringBuilder _into;

        public Filler(int literalLength, int formattedCount, Markup markup)
        {
            _ = (literalLength, formattedCount);
            _into = markup._text;
        }

        public void AppendLiteral(string markup) => _into.Append(markup);

        public void AppendFormatted(string? text) => _into.Append(Escape(text ?? string.Empty));

        public void AppendFormatted(Raw raw) => _into.Append(raw.Text);

        public void AppendFormatted(PhaseId phase) => _into.Append(phase.ToString());

        public void AppendFormatted<T>(T value, string? format = null)
            where T : IFormattable => _into.Append(Escape(value.ToString(format, CultureInfo.InvariantCulture)));
    }
}
