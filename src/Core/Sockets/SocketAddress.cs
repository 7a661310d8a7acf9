namespace NetWebSockets.Sockets;

/// <summary>The address of a socket (WHATWG WebSockets, constructor steps): ws or wss, http and https rewritten, no fragment.</summary>
internal static class SocketAddress
{
    /// <exception cref="ArgumentException">SyntaxError: not an absolute address, another scheme, or a fragment.</exception>
    public static Uri Parse(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!Uri.TryCreate(url.Trim(), UriKind.Absolute, out Uri? uri))
            throw new ArgumentException($"'{WithoutQuery(url)}' is not an absolute URL. Pass one such as wss://example.com/feed.", nameof(url));
        return Normalize(uri, nameof(url));
    }

    /// <inheritdoc cref="Parse"/>
    public static Uri Normalize(Uri uri, string parameter)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri)
            throw new ArgumentException($"'{WithoutQuery(uri.OriginalString)}' is not an absolute URL. Pass one such as wss://example.com/feed.", parameter);
        string? scheme = uri.Scheme switch
        {
            "ws" or "http" => "ws",
            "wss" or "https" => "wss",
            _ => null,
        };
        if (scheme is null)
            throw new ArgumentException($"The URL's scheme must be ws, wss, http or https; '{uri.Scheme}' is none of them.", parameter);
        if (uri.Fragment.Length > 0)
            throw new ArgumentException($"The URL contains a fragment ('{uri.Fragment}'); a WebSocket address cannot have one.", parameter);
        if (uri.Host.Length == 0)
            throw new ArgumentException("The URL has no host.", parameter);
        if (uri.Scheme == scheme)
            return uri;
        // Without touching the path and query, whose escaping is the caller's.
        string rest = uri.OriginalString.AsSpan().TrimStart()[uri.Scheme.Length..].ToString();
        return new Uri(scheme + rest);
    }

    /// <summary>The origin of the http(s) address that corresponds to the socket's: what a page of the same server would send.</summary>
    public static string Origin(Uri uri)
    {
        string scheme = uri.Scheme == "wss" ? "https" : "http";
        string host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost;
        return uri.IsDefaultPort ? $"{scheme}://{host}" : $"{scheme}://{host}:{uri.Port}";
    }

    // Queries carry tokens, which have no place in a message.
    private static string WithoutQuery(string url)
    {
        int query = url.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? url : url[..query];
    }
}
