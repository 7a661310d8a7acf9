using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace NetWebSockets.Messaging;

/// <summary>A text with parameters, such as <c>{symbol}@depth{levels}</c>; each stands for one or more characters.</summary>
internal sealed class TextTemplate
{
    private readonly byte[][] _literals;

    private TextTemplate(string text, byte[][] literals, string[] parameters)
    {
        Text = text;
        _literals = literals;
        Parameters = parameters;
        LiteralLength = literals.Sum(l => l.Length);
    }

    /// <summary>The template as it was written.</summary>
    public string Text { get; }

    /// <summary>The names of the parameters.</summary>
    public IReadOnlyList<string> Parameters { get; }

    /// <summary>How many bytes of it stand for themselves: of two that fit, the one with more goes first.</summary>
    public int LiteralLength { get; }

    /// <summary>The same for two templates that the same texts fit, whatever their parameters are called.</summary>
    public string Normal => string.Join('\0', _literals.Select(Encoding.UTF8.GetString));

    /// <summary>Parses a template.</summary>
    /// <param name="text">The template.</param>
    /// <param name="template">The template.</param>
    /// <param name="error">What is wrong with it, as a sentence.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out TextTemplate? template, [NotNullWhen(false)] out string? error)
    {
        template = null;
        error = null;
        List<byte[]> literals = [];
        List<string> parameters = [];
        StringBuilder literal = new();
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is '{' or '}' && i + 1 < text.Length && text[i + 1] == c)
            {
                literal.Append(c);
                i++;
                continue;
            }

            if (c == '}')
            {
                error = $"'{text}' has a '}}' at {i + 1} that closes nothing: write '}}}}' for a brace.";
                return false;
            }

            if (c != '{')
            {
                literal.Append(c);
                continue;
            }

            int end = text.IndexOf('}', i);
            string name = end < 0 ? "" : text[(i + 1)..end];
            if (name.Length == 0 || name.Contains('{', StringComparison.Ordinal))
            {
                error = $"'{text}' has a '{{' at {i + 1} without a name and '}}' after it: write '{{{{' for a brace.";
                return false;
            }

            if (parameters.Count > 0 && literal.Length == 0)
            {
                error = $"'{text}' has two parameters with nothing between them at {i + 1}: nothing would tell where one ends.";
                return false;
            }

            literals.Add(Encoding.UTF8.GetBytes(literal.ToString()));
            literal.Clear();
            parameters.Add(name);
            i = end;
        }

        literals.Add(Encoding.UTF8.GetBytes(literal.ToString()));
        template = new TextTemplate(text, [.. literals], [.. parameters]);
        return true;
    }

    /// <summary>Whether a text fits.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Whether it does.</returns>
    public bool IsMatch(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> first = _literals[0];
        if (_literals.Length == 1)
            return text.SequenceEqual(first);
        ReadOnlySpan<byte> last = _literals[^1];
        if (text.Length < LiteralLength + Parameters.Count || !text.StartsWith(first) || !text.EndsWith(last))
            return false;
        text = text[first.Length..^last.Length];

        // What stands between is found from the left: a parameter that takes less leaves more for those behind it.
        for (int i = 1; i < _literals.Length - 1; i++)
        {
            int at = text[1..].IndexOf(_literals[i]);
            if (at < 0)
                return false;
            text = text[(1 + at + _literals[i].Length)..];
            if (text.IsEmpty)
                return false;
        }

        return text.Length > 0;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
