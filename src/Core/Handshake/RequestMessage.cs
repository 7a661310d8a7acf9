using System.Net;
using NetWebSockets.Protocol;

namespace NetWebSockets.Handshake;

/// <summary>Makes the HTTP request of an opening handshake. Headers go in Chromium's order; Host comes first by itself.</summary>
internal static class RequestMessage
{
    /// <summary>The request that upgrades an HTTP/1.1 connection (RFC 6455, section 4.1).</summary>
    /// <param name="request">What to ask for.</param>
    /// <param name="userAgent">The User-Agent to send when the request has none of its own; null for none.</param>
    /// <param name="key">The Sec-WebSocket-Key.</param>
    /// <returns>The message.</returns>
    public static HttpRequestMessage ForUpgrade(HandshakeRequest request, string? userAgent, string key)
    {
        HttpRequestMessage message = Create(HttpMethod.Get, request, HttpVersion.Version11);
        Add(message, "Connection", "Upgrade");
        AddUserAgent(message, request, userAgent);
        Add(message, "Upgrade", "websocket");
        AddOriginAndOwn(message, request);
        Add(message, "Sec-WebSocket-Key", key);
        AddOffers(message, request);
        return message;
    }

    /// <summary>The request that opens a stream on an HTTP/2 connection (RFC 8441, section 5): no key, for nothing of it can come from a cache.</summary>
    /// <param name="request">What to ask for.</param>
    /// <param name="userAgent">The User-Agent to send when the request has none of its own; null for none.</param>
    /// <returns>The message.</returns>
    public static HttpRequestMessage ForExtendedConnect(HandshakeRequest request, string? userAgent)
    {
        HttpRequestMessage message = Create(HttpMethod.Connect, request, HttpVersion.Version20);
        message.Headers.Protocol = "websocket";
        AddUserAgent(message, request, userAgent);
        AddOriginAndOwn(message, request);
        AddOffers(message, request);
        return message;
    }

    // Exact: with leave to go lower, the handler would send an extended CONNECT over HTTP/1.1, where it means something else.
    private static HttpRequestMessage Create(HttpMethod method, HandshakeRequest request, Version version) =>
        new(method, AddressText.Canonicalize(request.Uri, request.Uri.Scheme))
        {
            Version = version,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

    private static void AddUserAgent(HttpRequestMessage message, HandshakeRequest request, string? userAgent)
    {
        if (userAgent is not null && !request.Has("User-Agent"))
            Add(message, "User-Agent", userAgent);
    }

    private static void AddOriginAndOwn(HttpRequestMessage message, HandshakeRequest request)
    {
        if (request.Origin is { Length: > 0 } origin)
            Add(message, "Origin", origin);
        Add(message, "Sec-WebSocket-Version", "13");
        if (request.Authorize?.Invoke(message.Method.Method, message.RequestUri!.PathAndQuery) is { } authorization)
            Add(message, "Authorization", authorization);
        foreach ((string name, string value) in request.Headers)
            Add(message, name, value);
    }

    private static void AddOffers(HttpRequestMessage message, HandshakeRequest request)
    {
        if (request.Deflate is { } deflate)
            Add(message, "Sec-WebSocket-Extensions", DeflateParameters.Offer(deflate));
        if (request.Protocols.Count > 0)
            Add(message, "Sec-WebSocket-Protocol", string.Join(", ", request.Protocols));
    }

    private static void Add(HttpRequestMessage message, string name, string value)
    {
        // The handler lets line breaks through; nothing may reach it that has not been checked.
        HeaderRules.ValidateValue(name, value);
        if (!HeaderRules.IsToken(name) || !message.Headers.TryAddWithoutValidation(name, value))
            throw new ArgumentException($"The header '{name}' cannot be part of an opening handshake; leave it out.", nameof(name));
    }
}
