using System.Buffers;
using Jint;
using Jint.Native;
using Jint.Native.Object;
using Jint.Runtime;

namespace NetWebSockets.Pac;

/// <summary>
/// <c>shExpMatch</c>: <c>*</c> is any run of characters of a line, <c>?</c> is one of them. Whatever else has a meaning in a regular
/// expression keeps it, except for the dot, as in Chromium.
/// </summary>
internal static class ShellPattern
{
    private static readonly SearchValues<char> Meaningful = SearchValues.Create("\\^$+()[]{}|");

    /// <summary>Whether a text matches a pattern as a whole.</summary>
    /// <param name="engine">What makes regular expressions, for patterns that need one.</param>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The pattern.</param>
    /// <returns>Whether it does.</returns>
    /// <exception cref="JavaScriptException">The pattern is a wrong regular expression.</exception>
    public static bool Matches(Engine engine, string text, string pattern)
    {
        if (!pattern.AsSpan().ContainsAny(Meaningful))
            return Matches(text, pattern);
        string expression = pattern.Replace(".", "\\.", StringComparison.Ordinal).Replace("*", ".*", StringComparison.Ordinal).Replace('?', '.');
        ObjectInstance regex = engine.Intrinsics.RegExp.Construct([new JsString($"^{expression}$")], engine.Intrinsics.RegExp);
        return TypeConverter.ToBoolean(engine.Call(regex.Get("test"), regex, [new JsString(text)]));
    }

    // Never slower than text times pattern: only the last '*' is ever gone back to.
    internal static bool Matches(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
    {
        int at = 0;
        int patternAt = 0;
        int star = -1;
        int afterStar = 0;
        while (at < text.Length)
        {
            if (patternAt < pattern.Length && pattern[patternAt] == '*')
            {
                star = patternAt++;
                afterStar = at;
            }
            else if (patternAt < pattern.Length && (pattern[patternAt] == '?' ? !EndsLine(text[at]) : pattern[patternAt] == text[at]))
            {
                at++;
                patternAt++;
            }
            else if (star >= 0 && !EndsLine(text[afterStar]))
            {
                patternAt = star + 1;
                at = ++afterStar;
            }
            else
            {
                return false;
            }
        }

        return pattern[patternAt..].TrimStart('*').IsEmpty;
    }

    private static bool EndsLine(char c) => c is '\n' or '\r' or '\u2028' or '\u2029';
}
