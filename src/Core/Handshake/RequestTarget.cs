using System.Globalization;
using System.Text;

namespace NetWebSockets.Handshake;

/// <summary>
/// The path and query that go out, as a browser makes them (WHATWG URL, section 4.4): escapes stay as they were written, dot segments are
/// resolved, and what may not stand in a request line is escaped. The Uri class alone would also decode some escapes.
/// </summary>
internal static class RequestTarget
{
    /// <summary>The address for the HTTP handler, which sends its path and query unchanged.</summary>
    /// <param name="uri">The address; its user info and fragment are left out.</param>
    /// <returns>The address.</returns>
    public static Uri ToRequestUri(Uri uri)
    {
        string host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        string port = uri.IsDefaultPort ? string.Empty : string.Create(CultureInfo.InvariantCulture, $":{uri.Port}");
        return new Uri($"{uri.Scheme}://{host}{port}{Of(uri)}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    /// <summary>Path and query.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>The text, starting with a slash; only visible ASCII.</returns>
    public static string Of(Uri uri)
    {
        ReadOnlySpan<char> text = uri.OriginalString;
        int authority = text.IndexOf("://", StringComparison.Ordinal);
        text = text[(authority + 3)..];
        int pathStart = text.IndexOfAny("/\\?#");
        text = pathStart < 0 ? [] : text[pathStart..];
        int fragment = text.IndexOf('#');
        if (fragment >= 0)
            text = text[..fragment];
        text = text.TrimEnd();
        int query = text.IndexOf('?');

        var target = new StringBuilder(text.Length + 1);
        AppendPath(target, query < 0 ? text : text[..query]);
        if (query >= 0)
            AppendEscaped(target, text[query..], "\"<>'");
        return target.ToString();
    }

    private static void AppendPath(StringBuilder target, ReadOnlySpan<char> path)
    {
        if (path.IsEmpty)
        {
            target.Append('/');
            return;
        }

        // Where each segment that is kept starts, so that '..' can take it back.
        var starts = new Stack<int>();
        string[] segments = path[1..].ToString().Replace('\\', '/').Split('/');
        for (int i = 0; i < segments.Length; i++)
        {
            string segment = segments[i];
            bool isLast = i == segments.Length - 1;
            string plain = segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase);
            if (plain == "..")
            {
                if (starts.TryPop(out int start))
                    target.Length = start;
            }

            if (plain is "." or "..")
            {
                if (isLast)
                    target.Append('/');
                continue;
            }

            starts.Push(target.Length);
            target.Append('/');
            AppendEscaped(target, segment, "\"<>?^`{}");
        }
    }

    // Controls, space and what is not ASCII are always escaped. Tabs and line breaks are dropped, as the standard says.
    private static void AppendEscaped(StringBuilder target, ReadOnlySpan<char> text, ReadOnlySpan<char> alsoEscaped)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\r' or '\n')
                continue;
            if (rune.Value is > ' ' and < 0x7F && !alsoEscaped.Contains((char)rune.Value))
            {
                target.Append((char)rune.Value);
                continue;
            }

            foreach (byte value in utf8[..rune.EncodeToUtf8(utf8)])
                target.Append('%').Append(value.ToString("X2", CultureInfo.InvariantCulture));
        }
    }
}
