using System.Buffers;
using System.Net;
using System.Text;

namespace NetWebSockets.Handshake;

/// <summary>
/// The text of an address as the WHATWG URL standard writes it, which is what a browser shows and sends: escapes stay as the caller wrote them, what
/// may not stand in a request line is escaped, line breaks and tabs are dropped, dot segments are resolved. <see cref="Uri"/> would decode some escapes.
/// </summary>
internal static class AddressText
{
    // URL standard, section 1.3: the percent-encode sets of paths and of queries of ws, wss, http and https. Controls and all beyond ASCII are in each.
    // Chromium escapes '|' in paths too.
    private static readonly SearchValues<char> KeptInPath =
        SearchValues.Create("!$%&'()*+,-./0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]_abcdefghijklmnopqrstuvwxyz~");

    private static readonly SearchValues<char> KeptInQuery =
        SearchValues.Create("!$%&()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> EndOfAuthority = SearchValues.Create("/\\?#");

    /// <summary>Writes an address anew, without its fragment.</summary>
    /// <param name="uri">An absolute address.</param>
    /// <param name="scheme">The scheme to write.</param>
    /// <returns>An address whose <see cref="Uri.AbsoluteUri"/> and <see cref="Uri.PathAndQuery"/> are that text, as it is.</returns>
    public static Uri Canonicalize(Uri uri, string scheme)
    {
        var text = new StringBuilder(scheme).Append("://");
        if (uri.UserInfo.Length > 0)
            text.Append(uri.UserInfo).Append('@');
        text.Append(HostOf(uri));
        if (!uri.IsDefaultPort)
            text.Append(':').Append(uri.Port);

        string rest = AfterAuthority(uri);
        int fragment = rest.IndexOf('#', StringComparison.Ordinal);
        if (fragment >= 0)
            rest = rest[..fragment];
        int query = rest.IndexOf('?', StringComparison.Ordinal);
        AppendPath(text, query < 0 ? rest : rest[..query]);
        if (query >= 0)
            AppendEscaped(text, rest.AsSpan(query), KeptInQuery);
        return new Uri(text.ToString(), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
    }

    /// <summary>The host of an address, an IPv6 address in brackets.</summary>
    /// <param name="uri">An absolute address.</param>
    /// <returns>The host as it stands in an address.</returns>
    public static string HostOf(Uri uri) =>
        uri.HostNameType == UriHostNameType.IPv6 ? $"[{IPv6Of(IPAddress.Parse(uri.IdnHost))}]" : uri.IdnHost;

    /// <summary>An IPv6 address as the URL standard writes it (section 3.5): hexadecimal to the end, also where <see cref="IPAddress"/> would write an embedded IPv4 address.</summary>
    /// <param name="address">The address.</param>
    /// <returns>The text, without brackets and scope.</returns>
    public static string IPv6Of(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        int start = -1, length = 1;
        for (int i = 0; i < 8; i++)
        {
            int run = i;
            while (run < 8 && Piece(run) == 0)
                run++;
            if (run - i > length)
                (start, length) = (i, run - i);
        }

        var text = new StringBuilder();
        for (int i = 0; i < 8; i++)
        {
            if (i == start)
            {
                text.Append(i == 0 ? "::" : ":");
                i += length - 1;
                continue;
            }

            text.Append(Piece(i).ToString("x", null));
            if (i < 7)
                text.Append(':');
        }

        return text.ToString();

        int Piece(int index) => (bytes[2 * index] << 8) | bytes[(2 * index) + 1];
    }

    private static string AfterAuthority(Uri uri)
    {
        string original = uri.OriginalString;
        if (original.AsSpan().ContainsAny('\t', '\r', '\n'))
            original = original.Replace("\t", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        int authority = original.IndexOf("://", StringComparison.Ordinal);
        if (authority < 0)
            return uri.PathAndQuery;
        // The standard drops spaces and controls at the ends.
        ReadOnlySpan<char> rest = original.AsSpan(authority + 3);
        while (rest.Length > 0 && rest[^1] <= ' ')
            rest = rest[..^1];
        int end = rest.IndexOfAny(EndOfAuthority);
        return end < 0 ? "" : rest[end..].ToString();
    }

    private static void AppendPath(StringBuilder text, string path)
    {
        List<string> segments = [];
        string[] parts = path.Replace('\\', '/').Split('/');
        for (int i = 1; i < parts.Length; i++)
        {
            bool isLast = i == parts.Length - 1;
            switch (Dots(parts[i]))
            {
                case 0:
                    segments.Add(parts[i]);
                    break;
                case 2 when segments.Count > 0:
                    segments.RemoveAt(segments.Count - 1);
                    break;
            }

            if (isLast && Dots(parts[i]) > 0)
                segments.Add("");
        }

        if (segments.Count == 0)
            text.Append('/');
        foreach (string segment in segments)
        {
            text.Append('/');
            AppendEscaped(text, segment, KeptInPath);
        }
    }

    // 1 for a segment that means this folder, 2 for one that means its parent, 0 for others. A dot may be escaped.
    private static int Dots(string segment)
    {
        if (segment.Length is 0 or > 6)
            return 0;
        return segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) switch
        {
            "." => 1,
            ".." => 2,
            _ => 0,
        };
    }

    private static void AppendEscaped(StringBuilder text, ReadOnlySpan<char> part, SearchValues<char> kept)
    {
        Span<byte> utf8 = stackalloc byte[4];
        foreach (Rune rune in part.EnumerateRunes())
        {
            if (rune.IsBmp && kept.Contains((char)rune.Value))
            {
                text.Append((char)rune.Value);
                continue;
            }

            int length = rune.EncodeToUtf8(utf8);
            foreach (byte value in utf8[..length])
                text.Append('%').Append(value.ToString("X2", null));
        }
    }
}
