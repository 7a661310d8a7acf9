namespace NetWebSockets.Sessions;

/// <summary>The ways to an address, best first: proxies, and direct among them.</summary>
/// <param name="Servers">The ways; at least one.</param>
internal sealed record ProxyList(IReadOnlyList<ProxyServer> Servers)
{
    /// <summary>Only the way without a proxy.</summary>
    public static ProxyList Direct { get; } = new([ProxyServer.Direct]);

    /// <summary>
    /// Reads what a proxy script answers, such as <c>PROXY a:3128; SOCKS5 b; DIRECT</c>. What is no element or of a kind that is not supported is
    /// passed over; when nothing is left it means direct, as in Chromium.
    /// </summary>
    /// <param name="answer">The answer.</param>
    /// <returns>The list.</returns>
    public static ProxyList FromPac(string answer)
    {
        var servers = new List<ProxyServer>();
        foreach (Range range in answer.AsSpan().Split(';'))
        {
            if (ProxyServer.FromPacElement(answer.AsSpan()[range]) is { } server)
                servers.Add(server);
        }

        return servers.Count == 0 ? Direct : new ProxyList(servers);
    }

    /// <summary>Writes the list as a proxy script would answer it, in Chromium's form: <c>PROXY a:3128;DIRECT</c>.</summary>
    /// <returns>The text.</returns>
    public string ToPac() => string.Join(';', Servers.Select(static server => server.ToPacElement()));
}
