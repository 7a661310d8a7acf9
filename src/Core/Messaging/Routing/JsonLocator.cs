using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace NetWebSockets.Messaging;

/// <summary>A place in a message: a JSON Pointer (RFC 6901), parsed once into the UTF-8 names of the properties on the way.</summary>
internal sealed class JsonLocator
{
    private JsonLocator(string text, LocatorStep[] steps)
    {
        Text = text;
        Steps = steps;
    }

    /// <summary>The pointer as it was written.</summary>
    public string Text { get; }

    /// <summary>The way from the whole message to the value; empty for the whole message.</summary>
    public LocatorStep[] Steps { get; }

    /// <summary>Whether the locator is the whole message.</summary>
    public bool IsWhole => Steps.Length == 0;

    /// <summary>Parses a pointer.</summary>
    /// <param name="text">The pointer, such as <c>/data/type</c>; <c>~0</c> stands for <c>~</c> and <c>~1</c> for <c>/</c> in a name.</param>
    /// <param name="locator">The locator.</param>
    /// <param name="error">What is wrong with it, as a sentence; null when nothing is.</param>
    /// <returns>Whether the text is a JSON Pointer.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out JsonLocator? locator, [NotNullWhen(false)] out string? error)
    {
        locator = null;
        error = null;
        if (text.Length == 0)
        {
            locator = new JsonLocator(text, []);
            return true;
        }

        if (text[0] != '/')
        {
            error = $"'{text}' is not a JSON Pointer (RFC 6901): it must be empty or begin with '/', such as '/type'.";
            return false;
        }

        string[] names = text[1..].Split('/');
        var steps = new LocatorStep[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            if (!TryUnescape(names[i], out string? name))
            {
                error = $"'{text}' is not a JSON Pointer (RFC 6901): '~' must be followed by '0' (for '~') or '1' (for '/').";
                return false;
            }

            steps[i] = new LocatorStep(Encoding.UTF8.GetBytes(name), ArrayIndex(name));
        }

        locator = new JsonLocator(text, steps);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool TryUnescape(string escaped, [NotNullWhen(true)] out string? name)
    {
        name = escaped;
        if (!escaped.Contains('~', StringComparison.Ordinal))
            return true;
        var builder = new StringBuilder(escaped.Length);
        for (int i = 0; i < escaped.Length; i++)
        {
            char c = escaped[i];
            if (c == '~')
            {
                i++;
                if (i == escaped.Length || escaped[i] is not ('0' or '1'))
                {
                    name = null;
                    return false;
                }

                c = escaped[i] == '0' ? '~' : '/';
            }

            builder.Append(c);
        }

        name = builder.ToString();
        return true;
    }

    // RFC 6901, section 4: digits without leading zeros. Whether the step means an index or a name is known when the message is.
    private static int ArrayIndex(string name) =>
        name.Length > 0 && (name == "0" || name[0] != '0') && name.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
        && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? index : -1;
}

/// <summary>One step of a <see cref="JsonLocator"/>.</summary>
/// <param name="Name">The name of a property, as UTF-8.</param>
/// <param name="Index">The same step as an index into an array; -1 when it cannot be one.</param>
internal readonly record struct LocatorStep(byte[] Name, int Index);
