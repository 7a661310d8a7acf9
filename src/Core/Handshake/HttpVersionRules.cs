namespace NetWebSockets.Handshake;

/// <summary>Over which versions of HTTP one handshake goes.</summary>
internal enum HttpVersionChoice
{
    /// <summary>HTTP/1.1 alone: an upgrade (RFC 6455).</summary>
    Http11,

    /// <summary>HTTP/2 alone: an extended CONNECT (RFC 8441).</summary>
    Http2,

    /// <summary>HTTP/2, and HTTP/1.1 when the server does not take WebSockets over it.</summary>
    Http2OrHttp11,
}

/// <summary>What the options say about the version of HTTP: what they may be, and what follows.</summary>
internal static class HttpVersionRules
{
    /// <summary>Checks a version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="parameterName">The option to name in the exception.</param>
    /// <exception cref="ArgumentException">It is neither 1.1 nor 2.0.</exception>
    public static void ValidateVersion(Version version, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(version, parameterName);
        if (version is { Major: 1, Minor: 1 } or { Major: 2, Minor: 0 })
            return;
        throw new ArgumentException(
            version.Major == 3
                ? "WebSockets over HTTP/3 (RFC 9220) are not supported: use HTTP version 1.1 or 2.0."
                : $"The HTTP version is {version}: it must be 1.1 or 2.0.",
            parameterName);
    }

    /// <summary>Checks a policy.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="parameterName">The option to name in the exception.</param>
    /// <exception cref="ArgumentException">It is no member of the enumeration.</exception>
    public static void ValidatePolicy(HttpVersionPolicy policy, string parameterName)
    {
        if (!Enum.IsDefined(policy))
            throw new ArgumentException($"The HTTP version policy is {(int)policy}: it must be RequestVersionOrLower, RequestVersionOrHigher or RequestVersionExact.", parameterName);
    }

    /// <summary>What version and policy mean for an address, as ClientWebSocket has it.</summary>
    /// <param name="version">1.1 or 2.0.</param>
    /// <param name="policy">Whether another one will do.</param>
    /// <param name="isSecure">Whether the address is wss: only TLS can find out by itself what the server speaks (ALPN).</param>
    /// <returns>The choice.</returns>
    public static HttpVersionChoice Choose(Version version, HttpVersionPolicy policy, bool isSecure) => (version.Major, policy) switch
    {
        (1, HttpVersionPolicy.RequestVersionOrHigher) => isSecure ? HttpVersionChoice.Http2OrHttp11 : HttpVersionChoice.Http11,
        (1, _) => HttpVersionChoice.Http11,
        (_, HttpVersionPolicy.RequestVersionOrLower) => isSecure ? HttpVersionChoice.Http2OrHttp11 : HttpVersionChoice.Http11,
        _ => HttpVersionChoice.Http2,
    };
}
