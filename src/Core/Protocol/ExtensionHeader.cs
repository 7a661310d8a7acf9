using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace NetWebSockets.Protocol;

/// <summary>A parameter of an extension.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, without quotes; null when it has none.</param>
internal readonly record struct ExtensionParameter(string Name, string? Value);

/// <summary>An extension in a Sec-WebSocket-Extensions header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Its parameters, in order.</param>
internal sealed record Extension(string Name, IReadOnlyList<ExtensionParameter> Parameters);

/// <summary>Reads Sec-WebSocket-Extensions (RFC 6455, section 9.1): a list of tokens with parameters, whose values are tokens, quoted or not.</summary>
internal ref struct ExtensionHeader
{
    private readonly ReadOnlySpan<char> _text;
    private int _position;

    private ExtensionHeader(ReadOnlySpan<char> text) => _text = text;

    /// <summary>Reads a header's value.</summary>
    /// <returns><see langword="false"/> when it does not follow the grammar; one without an extension does not.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IReadOnlyList<Extension>? extensions)
    {
        var reader = new ExtensionHeader(text);
        List<Extension> found = [];
        extensions = null;
        do
        {
            if (!reader.TryReadExtension(out Extension? extension))
                return false;
            found.Add(extension);
        }
        while (reader.TryTake(','));
        if (reader._position < text.Length)
            return false;
        extensions = found;
        return true;
    }

    private bool TryReadExtension([NotNullWhen(true)] out Extension? extension)
    {
        extension = null;
        if (!TryReadToken(out string? name))
            return false;
        List<ExtensionParameter> parameters = [];
        while (TryTake(';'))
        {
            if (!TryReadToken(out string? parameter))
                return false;
            string? value = null;
            if (TryTake('=') && !TryReadValue(out value))
                return false;
            parameters.Add(new ExtensionParameter(parameter, value));
        }

        extension = new Extension(name, parameters);
        return true;
    }

    private bool TryReadToken([NotNullWhen(true)] out string? token)
    {
        SkipSpace();
        int start = _position;
        while (_position < _text.Length && IsTokenCharacter(_text[_position]))
            _position++;
        token = _position > start ? _text[start.._position].ToString() : null;
        SkipSpace();
        return token is not null;
    }

    // A quoted value must be a token once it is unquoted (RFC 6455, section 9.1).
    private bool TryReadValue([NotNullWhen(true)] out string? value)
    {
        SkipSpace();
        if (_position >= _text.Length || _text[_position] != '"')
            return TryReadToken(out value);
        var unquoted = new StringBuilder();
        value = null;
        for (_position++; _position < _text.Length && _text[_position] != '"'; _position++)
        {
            if (_text[_position] == '\\' && ++_position == _text.Length)
                return false;
            if (!IsTokenCharacter(_text[_position]))
                return false;
            unquoted.Append(_text[_position]);
        }

        if (_position == _text.Length || unquoted.Length == 0)
            return false;
        _position++;
        SkipSpace();
        value = unquoted.ToString();
        return true;
    }

    private bool TryTake(char c)
    {
        if (_position >= _text.Length || _text[_position] != c)
            return false;
        _position++;
        return true;
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && _text[_position] is ' ' or '\t')
            _position++;
    }

    // RFC 9110, section 5.6.2.
    private static bool IsTokenCharacter(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '!' or '#' or '$' or '%' or '&' or '\'' or '*' or '+' or '-' or '.' or '^' or '_' or '`' or '|' or '~';
}
