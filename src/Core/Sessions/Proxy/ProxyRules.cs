using System.Globalization;

namespace NetWebSockets.Sessions;

/// <summary>
/// The rules of fixed proxies, in Chromium's grammar: a list for all addresses, or lists by the scheme of the address. Where Chromium silently
/// leaves out what it cannot read, this refuses all of it, saying what is wrong and where.
/// </summary>
internal sealed class ProxyRules
{
    private readonly List<ProxyServer> _http = [];
    private readonly List<ProxyServer> _https = [];
    private readonly List<ProxyServer> _ftp = [];
    private readonly List<ProxyServer> _fallback = [];
    private ProxyList? _all;

    private ProxyRules()
    {
    }

    /// <summary>Reads rules: <c>list</c>, or <c>scheme=list;scheme=list</c> with the schemes http, https, ftp and socks.</summary>
    /// <param name="text">The rules.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <returns>The rules.</returns>
    /// <exception cref="ArgumentException">A part is wrong; the message names it and its place, and never shows credentials.</exception>
    public static ProxyRules Parse(string text, string parameterName)
    {
        // First of all: nothing below may show a password.
        if (text.IndexOf('@', StringComparison.Ordinal) is >= 0 and int at)
            throw Wrong(parameterName, string.Create(CultureInfo.InvariantCulture, $"ProxyRules contains credentials ('@' at position {at}); set ProxyConfig.Credentials instead."));

        var rules = new ProxyRules();
        bool isByScheme = false;
        foreach (Range range in text.AsSpan().Split(';'))
        {
            (int start, string part) = Trim(text, range);
            if (part.Length == 0)
                continue;
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (rules._all is not null || (isByScheme && equals < 0))
            {
                throw Wrong(parameterName, string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{part}' at position {start} of ProxyRules does not fit to what stands before it: either one list for all addresses, or lists by scheme as in 'http=a:80;https=b:80'; proxies of one list are separated by commas."));
            }

            isByScheme = equals >= 0;
            if (!isByScheme)
            {
                var all = new List<ProxyServer>();
                ParseList(all, part, start, ProxyScheme.Http, parameterName);
                rules._all = new ProxyList(all);
                continue;
            }

            string scheme = part[..equals].TrimEnd();
            (List<ProxyServer> list, ProxyScheme defaultScheme) = scheme.ToLowerInvariant() switch
            {
                "http" => (rules._http, ProxyScheme.Http),
                "https" => (rules._https, ProxyScheme.Http),
                "ftp" => (rules._ftp, ProxyScheme.Http),
                // Here socks means version 4, as in Chromium; in socks:// it means version 5.
                "socks" => (rules._fallback, ProxyScheme.Socks4),
                _ => throw Wrong(parameterName, string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{scheme}' at position {start} of ProxyRules is no scheme to choose by; use http, https, ftp, or socks for all others. ws and wss addresses take socks=, otherwise https=, otherwise http=.")),
            };
            string servers = part[(equals + 1)..];
            if (servers.IndexOf('=', StringComparison.Ordinal) is >= 0 and int second)
                throw Wrong(parameterName, string.Create(CultureInfo.InvariantCulture, $"'=' at position {start + equals + 1 + second} of ProxyRules is one too many; separate schemes by ';'."));
            ParseList(list, servers, start + equals + 1, defaultScheme, parameterName);
        }

        return rules._all is not null || isByScheme ? rules : throw Wrong(parameterName, "ProxyRules is empty; name the proxy, such as http://proxy.example:3128.");
    }

    /// <summary>The list for the scheme of an address. ws and wss take the fallback, otherwise that of https, otherwise that of http (RFC 6455, section 4.1).</summary>
    /// <param name="scheme">The scheme: ws, wss, http or https.</param>
    /// <returns>The list.</returns>
    public ProxyList For(string scheme)
    {
        if (_all is not null)
            return _all;
        List<ProxyServer>[] candidates = scheme switch
        {
            "ws" or "wss" => [_fallback, _https, _http],
            "http" => [_http, _fallback],
            "https" => [_https, _fallback],
            _ => [_fallback],
        };
        List<ProxyServer>? found = Array.Find(candidates, static list => list.Count > 0);
        return found is null ? ProxyList.Direct : new ProxyList(found);
    }

    private static void ParseList(List<ProxyServer> list, string text, int position, ProxyScheme defaultScheme, string parameterName)
    {
        int before = list.Count;
        foreach (Range range in text.AsSpan().Split(','))
        {
            (int start, string server) = Trim(text, range);
            if (server.Length > 0)
                list.Add(ProxyServer.Parse(server, position + start, defaultScheme, parameterName));
        }

        if (list.Count == before)
            throw Wrong(parameterName, string.Create(CultureInfo.InvariantCulture, $"A list without a proxy at position {position} of ProxyRules; name one, or direct://."));
    }

    private static (int Start, string Part) Trim(string text, Range range)
    {
        (int offset, int length) = range.GetOffsetAndLength(text.Length);
        string part = text.Substring(offset, length);
        return (offset + part.Length - part.TrimStart().Length, part.Trim());
    }

    private static ArgumentException Wrong(string parameterName, string message) => new(message, parameterName);
}
