using System.Net;
using System.Security.Cryptography;
using System.Text;
using NetWebSockets.Protocol;

namespace NetWebSockets.Handshake;

/// <summary>
/// What a 101 response must be (RFC 6455, sections 4.1 and 4.2.2), and over HTTP/2 a 200. The HTTP handler checks none of it. Chromium's rules
/// and, where it has them, its sentences.
/// </summary>
internal static class ResponseChecks
{
    private const string Prefix = "Error during WebSocket handshake: ";

    /// <summary>Checks a response with status 101.</summary>
    /// <param name="response">The response.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="key">The Sec-WebSocket-Key that was sent.</param>
    /// <returns>The subprotocol and the extensions that the server chose, empty for none, and what the latter mean.</returns>
    /// <exception cref="HandshakeException">It is not what opens a WebSocket.</exception>
    public static (string Protocol, string Extensions, DeflateParameters? Deflate) Check(HttpResponseMessage response, HandshakeRequest request, string key)
    {
        if (response.Version < HttpVersion.Version11)
            throw Fail(response, $"the response is HTTP/{response.Version}, and only HTTP/1.1 can upgrade. A proxy in between may not pass WebSockets on.");

        string upgrade = Single(response, "Upgrade");
        if (!upgrade.Equals("websocket", StringComparison.OrdinalIgnoreCase))
            throw Fail(response, $"'Upgrade' header value is not 'WebSocket': {Shown(upgrade)}.");

        string[] connection = ResponseHeaders.Values(response, "Connection");
        if (connection.Length == 0)
            throw Fail(response, "'Connection' header is missing.");
        if (!HasToken(connection, "Upgrade"))
            throw Fail(response, "'Connection' header value must contain 'Upgrade'.");

        string accept = Single(response, "Sec-WebSocket-Accept");
        if (accept != AcceptFor(key))
            throw Fail(response, "Incorrect 'Sec-WebSocket-Accept' header value. The response answers another request; a cache or proxy may have kept it.");

        return CheckExtended(response, request);
    }

    /// <summary>Checks a response with status 200 to an extended CONNECT: HTTP/2 has none of the headers that upgrade (RFC 8441, section 5).</summary>
    /// <param name="response">The response.</param>
    /// <param name="request">What was asked for.</param>
    /// <returns>The subprotocol and the extensions that the server chose, empty for none, and what the latter mean.</returns>
    /// <exception cref="HandshakeException">It is not what opens a WebSocket.</exception>
    public static (string Protocol, string Extensions, DeflateParameters? Deflate) CheckExtended(HttpResponseMessage response, HandshakeRequest request)
    {
        string protocol = CheckProtocol(response, request);
        (string extensions, DeflateParameters? deflate) = CheckExtensions(response, request);
        return (protocol, extensions, deflate);
    }

    /// <summary>The Sec-WebSocket-Accept that answers a key (RFC 6455, section 4.2.2).</summary>
    /// <param name="key">The Sec-WebSocket-Key.</param>
    /// <returns>The value.</returns>
    public static string AcceptFor(string key)
    {
#pragma warning disable CA5350 // RFC 6455 says SHA-1; it proves that the server read the key, and protects nothing.
        return Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
    }

    private static string CheckProtocol(HttpResponseMessage response, HandshakeRequest request)
    {
        string[] values = Elements(response, "Sec-WebSocket-Protocol");
        if (values.Length > 1)
            throw Fail(response, "'Sec-WebSocket-Protocol' header must not appear more than once in a response.");
        if (values.Length == 0)
        {
            return request.Protocols.Count == 0
                ? string.Empty
                : throw Fail(response, "Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received. Offer only subprotocols that the server speaks, or none.");
        }

        if (request.Protocols.Count == 0)
            throw Fail(response, $"Response must not include 'Sec-WebSocket-Protocol' header if not present in request: {Shown(values[0])}.");
        return request.Protocols.Contains(values[0], StringComparer.Ordinal)
            ? values[0]
            : throw Fail(response, $"'Sec-WebSocket-Protocol' header value '{Shown(values[0])}' in response does not match any of sent values.");
    }

    private static (string Extensions, DeflateParameters? Deflate) CheckExtensions(HttpResponseMessage response, HandshakeRequest request)
    {
        string[] values = ResponseHeaders.Values(response, "Sec-WebSocket-Extensions");
        if (values.Length == 0)
            return (string.Empty, null);
        string header = string.Join(", ", values);
        if (!ExtensionHeader.TryParse(header, out IReadOnlyList<Extension>? extensions))
            throw Fail(response, $"'Sec-WebSocket-Extensions' header value is rejected by the parser: {Shown(header)}");
        DeflateParameters? deflate = null;
        foreach (Extension extension in extensions)
        {
            if (extension.Name != DeflateParameters.ExtensionName || request.Deflate is null)
                throw Fail(response, $"Found an unsupported extension '{Shown(extension.Name)}' in 'Sec-WebSocket-Extensions' header: it was not offered.");
            if (deflate is not null)
                throw Fail(response, "Received duplicate permessage-deflate response");
            deflate = DeflateParameters.Accept(extension, request.Deflate, out string problem)
                ?? throw Fail(response, $"Error in permessage-deflate: {problem}");
        }

        return (header, deflate);
    }

    private static string Single(HttpResponseMessage response, string name)
    {
        string[] values = Elements(response, name);
        return values.Length switch
        {
            1 => values[0],
            0 => throw Fail(response, $"'{name}' header is missing."),
            _ => throw Fail(response, $"'{name}' header must not appear more than once in a response."),
        };
    }

    // Two values are two, in two lines or in one (RFC 9110, section 5.3).
    private static string[] Elements(HttpResponseMessage response, string name) =>
        [.. ResponseHeaders.Values(response, name).SelectMany(static value => value.Split(',', StringSplitOptions.TrimEntries))];

    private static bool HasToken(string[] values, string token) =>
        values.Any(value => value.Split(',').Any(part => part.AsSpan().Trim().Equals(token, StringComparison.OrdinalIgnoreCase)));

    private static string Shown(string value) => value.Length > 100 ? string.Concat(value.AsSpan(0, 100), "…") : value;

    private static HandshakeException Fail(HttpResponseMessage response, string what) => new(NetError.InvalidResponse, Prefix + what)
    {
        StatusCode = response.StatusCode,
        Headers = ResponseHeaders.ToList(response),
    };
}
