namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>The addresses that every configuration is asked for. No two have the same host and port, so that what a proxy is asked for tells which it was.</summary>
public static class ProxyAddresses
{
    /// <summary>All of them, in the order in which they are opened.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        // Names: the same ones by ws, by wss and on other ports, and such that nearly match.
        "ws://example.com/", "wss://example.com/", "ws://example.com:8080/chat", "wss://example.com:8443/chat?room=1", "ws://EXAMPLE.com:81/Upper",
        "ws://example.com.:82/", "ws://www.example.com/", "wss://www.example.com/", "ws://a.b.example.com/", "wss://a.b.example.com:9443/x/y?z=1&q=a/b",
        "ws://badexample.com/", "ws://example.com.evil.test/", "ws://example.community/", "ws://example.org/", "wss://feed.example.org/",
        "ws://feed.example.org/", "wss://feed.example.net/", "wss://example.net/", "ws://www.example.org:443/", "wss://www.example.org:80/",
        "ws://internal.test/", "ws://a.internal.test/", "wss://a.internal.test:444/", "ws://xinternal.test/", "ws://suffix.test/",
        "ws://my-suffix.test/", "ws://mysuffix.test.:89/", "ws://a_b.c-d.test/", "wss://login.test/private?token=1", "wss://user:word@login.test:8443/",

        // Without a dot, and with nothing but one at the end.
        "ws://plain/", "wss://plain/", "ws://plain:8080/", "ws://host/", "ws://hosts/", "ws://plain.:83/", "wss://UPPER:4443/",

        // Not ASCII.
        "ws://bücher.example/", "wss://xn--bcher-kva.example/", "ws://faß.example/", "wss://日本.example/sub?q=ü",

        // This machine, and what looks like it.
        "ws://localhost/", "wss://localhost/", "ws://localhost:8080/", "ws://localhost.:84/", "ws://a.localhost/", "wss://deep.a.localhost:8443/",
        "ws://LOCALHOST:88/", "ws://localhost.localdomain/", "ws://notlocalhost/", "ws://localhost.test/",
        "ws://127.0.0.1/", "wss://127.0.0.1/", "ws://127.0.0.2:8080/", "ws://127.255.255.254/", "ws://128.0.0.1/", "ws://126.255.255.255/",
        "ws://[::1]/", "wss://[::1]:8443/", "ws://[::2]/", "ws://[::ffff:127.0.0.1]/", "ws://[::ffff:10.0.0.1]/", "ws://[::ffff:169.254.7.7]/",

        // The link, and beside it.
        "ws://169.254.1.1/", "wss://169.254.255.255/", "ws://169.253.1.1/", "ws://169.255.1.1/", "ws://[fe80::1]/", "wss://[febf::1]/", "ws://[fec0::1]/",

        // Addresses, private and public, also in odd forms.
        "ws://10.0.0.1/", "wss://10.0.0.1/", "ws://10.255.0.1:8080/a", "ws://11.0.0.1/", "ws://192.168.1.1/", "ws://192.168.1.2/",
        "ws://172.16.5.5/", "ws://172.32.0.1/", "ws://8.8.4.4/", "ws://[2001:db8::1]/", "wss://[2001:DB8:0:0::2]:444/", "ws://[2001:db9::1]/", "ws://[fd00::1]/",
        "ws://0x0a000002/", "ws://012.0.0.3/", "ws://10.4/", "ws://0x7f.1:85/", "ws://2130706433:86/",

        // What a company's own name server knows; and a port that is blocked, which no proxy may be asked for.
        "ws://ten.corp.test/", "wss://lan.corp.test/", "ws://none.corp.test/", "ws://printer.corp.test/", "ws://example.com:6667/",
    ];

    /// <summary>A few, for configurations in which sockets fail: Chromium makes a page whose handshakes fail wait before the next.</summary>
    public static IReadOnlyList<string> Few { get; } =
    [
        "ws://example.com/", "wss://example.com/", "ws://localhost/", "ws://example.com:8080/chat", "wss://127.0.0.1/", "wss://feed.example.org/", "ws://[::1]/", "ws://plain/",
    ];

    /// <summary>The host and port of an address that a client has made canonical.</summary>
    /// <param name="url">A ws or wss address as <c>url</c> gives it.</param>
    /// <returns>What a proxy is asked for.</returns>
    public static string KeyOf(string url)
    {
        int start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        int end = url.IndexOf('/', start);
        string authority = end < 0 ? url[start..] : url[start..end];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        return WithPort(authority, url.StartsWith("wss:", StringComparison.Ordinal));
    }

    /// <summary>A host with its port, when that was left out because it is the default.</summary>
    /// <param name="authority">A host, with or without a port.</param>
    /// <param name="isSecure">Whether it is of a wss address.</param>
    /// <returns>Host and port.</returns>
    public static string WithPort(string authority, bool isSecure) =>
        authority.LastIndexOf(':') > authority.LastIndexOf(']') ? authority : authority + (isSecure ? ":443" : ":80");
}
