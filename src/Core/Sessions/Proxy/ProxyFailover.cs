using System.Text;

namespace NetWebSockets.Sessions;

/// <summary>When another proxy is tried, and what is said when none worked.</summary>
internal static class ProxyFailover
{
    /// <summary>
    /// Whether the next way may do. That is Chromium's list: the way itself failed. What the server did is final, and so is what a proxy that could be reached
    /// says of it: a refused tunnel or an answer that is none.
    /// </summary>
    /// <param name="failure">The failure.</param>
    /// <returns>Whether to go on.</returns>
    public static bool IsPossible(HandshakeException failure) => failure.IsOnTheWay && failure.Error is
        NetError.ProxyConnectionFailed or NetError.ProxyCertificateInvalid or NetError.SocksConnectionFailed
        or NetError.NameNotResolved or NetError.NameResolutionFailed or NetError.InternetDisconnected or NetError.AddressUnreachable
        or NetError.ConnectionClosed or NetError.ConnectionTimedOut or NetError.ConnectionReset or NetError.ConnectionRefused or NetError.ConnectionAborted
        or NetError.TimedOut or NetError.SslProtocolError or NetError.SslVersionOrCipherMismatch;

    /// <summary>The last failure, with what was tried before it.</summary>
    /// <param name="failed">The ways that failed, and their errors.</param>
    /// <param name="last">The last failure.</param>
    /// <param name="way">The way that it was on.</param>
    /// <returns>An exception that names the last error.</returns>
    public static HandshakeException Combine(IReadOnlyList<(ProxyServer Server, NetError Error)> failed, HandshakeException last, ProxyServer way)
    {
        var message = new StringBuilder(last.Message).Append(" Tried in this order: ");
        foreach ((ProxyServer server, NetError error) in failed)
            message.Append(server).Append(" (").Append(error.ToChromiumName()).Append("), ");
        message.Append(way).Append(" (").Append(last.Error.ToChromiumName()).Append(").");
        return new HandshakeException(last.Error, message.ToString(), last)
        {
            StatusCode = last.StatusCode,
            Headers = last.Headers,
            Body = last.Body,
            RetryAfter = last.RetryAfter,
            IsOnTheWay = last.IsOnTheWay,
        };
    }
}
