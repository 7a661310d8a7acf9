using Microsoft.Extensions.Logging;
using NetWebSockets.Handshake;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>Puts a session's cookies into handshakes, and takes those of responses.</summary>
internal static class SessionCookies
{
    /// <summary>Adds the Cookie header. One that the request has itself goes first, in the same line (RFC 6265, section 5.4: one header).</summary>
    /// <param name="request">The request.</param>
    /// <param name="cookies">The cookies.</param>
    /// <returns>The request with cookies.</returns>
    public static HandshakeRequest AddTo(HandshakeRequest request, CookieStore cookies)
    {
        string header = cookies.HeaderFor(request.Uri, request.Origin);
        if (header.Length == 0)
            return request;
        var headers = new List<KeyValuePair<string, string>>(request.Headers);
        int own = headers.FindIndex(static candidate => candidate.Key.Equals("Cookie", StringComparison.OrdinalIgnoreCase));
        if (own < 0)
            headers.Add(new("Cookie", header));
        else
            headers[own] = new(headers[own].Key, headers[own].Value + "; " + header);
        return request with { Headers = headers };
    }

    /// <summary>Stores the cookies of a response, also of a refused one. One that cannot be stored is logged, and the others are stored.</summary>
    /// <param name="request">The request that they answer.</param>
    /// <param name="headers">The headers of the response.</param>
    /// <param name="cookies">Where they go.</param>
    /// <param name="logger">Where refused ones are told.</param>
    public static void Store(HandshakeRequest request, IReadOnlyList<KeyValuePair<string, string>> headers, CookieStore cookies, ILogger logger)
    {
        foreach ((string name, string value) in headers)
        {
            if (!name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase))
                continue;
            if (cookies.Store(request.Uri, value, request.Origin) is { } refusal)
                Log.CookieRefused(logger, request.Uri.Host, refusal);
        }
    }
}
