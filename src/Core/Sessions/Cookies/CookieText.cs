using System.Buffers;
using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>What a part of a cookie must be so that it comes back from a header as it was.</summary>
internal static class CookieText
{
    /// <summary>Checks a name, value or path.</summary>
    /// <param name="text">The text.</param>
    /// <returns>Null when all is well; otherwise what is wrong, to stand after the part's name.</returns>
    public static string? Check(string text)
    {
        if (SetCookieLine.HasControls(text))
            return "has control characters";
        if (text.Contains(';', StringComparison.Ordinal))
            return "contains ';'";
        if (text.Length > 0 && (text[0] is ' ' or '\t' || text[^1] is ' ' or '\t'))
            return "starts or ends with white space";
        return IsUnicode(text) ? null : "is not well-formed Unicode";
    }

    private static bool IsUnicode(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int consumed) != OperationStatus.Done)
                return false;
            text = text[consumed..];
        }

        return true;
    }
}
