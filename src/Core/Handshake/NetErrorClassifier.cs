using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Handshake;

/// <summary>From what .NET throws to what Chromium calls it, and to a sentence.</summary>
internal static class NetErrorClassifier
{
    // Windows' SChannel: no common algorithm; unsupported function (version).
    private const int SecurityAlgorithmMismatch = unchecked((int)0x80090331);
    private const int SecurityUnsupportedFunction = unchecked((int)0x80090302);

    // Windows' SChannel: no common application protocol.
    private const int SecurityApplicationProtocolMismatch = unchecked((int)0x80090367);

    // RFC 9113, section 7: HTTP_1_1_REQUIRED.
    private const long Http11Required = 0xD;

    // Of a single header that is too large, HTTP/2's decoder tells only in its text, and with the limit.
    private static readonly string HeaderLimitText = (HandshakeHandler.MaxResponseHeadersKibibytes * 1024).ToString(CultureInfo.InvariantCulture);

    // How OpenSSL and the peers' alerts say that versions or ciphers do not meet. Its texts are not translated.
    private static readonly string[] VersionMismatchTexts =
    [
        "protocol version", "unsupported protocol", "no protocols available", "handshake failure", "no shared cipher", "wrong ssl version",
        "insufficient security", "no cipher",
    ];

    /// <summary>Names a failure of a stream or of the HTTP handler.</summary>
    /// <param name="failure">The failure.</param>
    /// <returns>The error.</returns>
    public static NetError Classify(Exception failure) => Classify(failure, proxy: null);

    /// <summary>Names a failure of a handshake.</summary>
    /// <param name="failure">The failure.</param>
    /// <param name="proxy">The proxy in between, or null.</param>
    /// <returns>The error.</returns>
    public static NetError Classify(Exception failure, Uri? proxy) => failure switch
    {
        HandshakeException handshake => handshake.Error,
        HttpRequestException request => Classify(request, proxy),
        HttpIOException http => Classify(http.HttpRequestError, http),
        CertificateRejectedException certificate => certificate.Error,
        SocketException socket => Classify(socket.SocketErrorCode),
        IOException when FindInner<HttpProtocolException>(failure) is { } http2 => Classify(http2.HttpRequestError, http2),
        OperationCanceledException { InnerException: TimeoutException } => NetError.ConnectionTimedOut,
        OperationCanceledException => NetError.Aborted,
        TimeoutException => NetError.TimedOut,
        AuthenticationException tls => ClassifyTls(tls),
        IOException when TlsAlerts.ToClientCertificateError(failure) is { } alert => alert,
        IOException or ObjectDisposedException when FindInner<SocketException>(failure) is { } socket => Classify(socket.SocketErrorCode),
        // An end in the middle: SslStream and others have no code for it.
        IOException or ObjectDisposedException => NetError.ConnectionClosed,
        _ => NetError.Failed,
    };

    /// <summary>Names an error of the operating system's sockets.</summary>
    /// <param name="error">The error.</param>
    /// <returns>The name.</returns>
    public static NetError Classify(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => NetError.ConnectionRefused,
        SocketError.ConnectionReset => NetError.ConnectionReset,
        SocketError.ConnectionAborted => NetError.ConnectionAborted,
        SocketError.TimedOut => NetError.ConnectionTimedOut,
        SocketError.Shutdown or SocketError.Disconnecting => NetError.ConnectionClosed,
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown => NetError.AddressUnreachable,
        SocketError.NetworkDown => NetError.InternetDisconnected,
        SocketError.NetworkReset => NetError.NetworkChanged,
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => NetError.NameNotResolved,
        SocketError.NoRecovery => NetError.NameResolutionFailed,
        SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported => NetError.AddressInvalid,
        SocketError.AddressAlreadyInUse => NetError.AddressInUse,
        SocketError.AccessDenied => NetError.NetworkAccessDenied,
        SocketError.TooManyOpenSockets => NetError.InsufficientResources,
        SocketError.NoBufferSpaceAvailable => NetError.NoBufferSpace,
        SocketError.NotConnected => NetError.SocketNotConnected,
        SocketError.OperationAborted or SocketError.Interrupted => NetError.Aborted,
        _ => NetError.ConnectionFailed,
    };

    /// <summary>Makes the exception of a failed handshake.</summary>
    /// <param name="failure">What the handler threw.</param>
    /// <param name="uri">The address.</param>
    /// <param name="proxy">The proxy in between, or null.</param>
    /// <param name="attempt">What is known of the connection.</param>
    /// <returns>The exception.</returns>
    public static HandshakeException ToHandshakeException(Exception failure, Uri uri, Uri? proxy, HandshakeAttempt attempt)
    {
        // The connector may know better than the handler, which puts its exceptions into one of its own.
        if (FindInner<HandshakeException>(failure) is { } handshake)
            return handshake;
        // The handler may only know that the connection was lost, and not how.
        if (attempt.FirstReadFailure is { } first && TlsAlerts.ToClientCertificateError(first) is not null)
            failure = first;
        NetError error = TlsAlerts.Refine(Classify(failure, proxy), failure, attempt, proxy);
        var request = failure as HttpRequestException;
        bool isTunnel = request?.HttpRequestError == HttpRequestError.ProxyTunnelError;
        string sentence = FindInner<CertificateRejectedException>(failure) is { } rejected
            ? rejected.Message
            : Explain(error, uri, proxy, isTunnel ? request!.StatusCode : null, attempt.ClientCertificate);
        // The handler's text of a tunnel failure may contain the proxy's password, so that exception is left behind.
        return new HandshakeException(error, sentence, isTunnel ? null : failure)
        {
            StatusCode = isTunnel ? request!.StatusCode : null,
            Headers = isTunnel ? TunnelRequest.ReadHeaders(attempt.TunnelRefusal) : [],
        };
    }

    /// <summary>Makes the exception of a connection that was given up, since there is another way to try.</summary>
    /// <param name="time">How long it had.</param>
    /// <param name="uri">The address.</param>
    /// <param name="proxy">The proxy in between, or null.</param>
    /// <returns>The exception.</returns>
    public static HandshakeException ConnectingTookTooLong(TimeSpan time, Uri uri, Uri? proxy)
    {
        string way = proxy is null ? $"to {uri.Authority}" : $"through the proxy {proxy.Scheme}://{proxy.Authority}";
        string sentence = string.Create(CultureInfo.InvariantCulture, $"Connecting {way} took longer than {time.TotalSeconds:0.###} s (ProxyConfig.ConnectTimeout).");
        return new HandshakeException(NetError.TimedOut, sentence) { IsOnTheWay = true };
    }

    private static NetError Classify(HttpRequestException failure, Uri? proxy)
    {
        // Rejected within the TLS handshake, or right after it; in the latter case the handler does not say of what kind the failure is.
        if (FindInner<CertificateRejectedException>(failure) is { } rejected)
            return rejected.Error;
        // Its certificate was another one each time.
        if (FindInner<ClientCertificateWithheldException>(failure) is not null)
            return NetError.SslClientAuthCertNeeded;
        bool isSocks = proxy?.Scheme.StartsWith("socks", StringComparison.Ordinal) ?? false;
        return failure.HttpRequestError switch
        {
            // With a proxy, it is the proxy that is looked up and connected to.
            HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError when proxy is not null => NetError.ProxyConnectionFailed,
            HttpRequestError.NameResolutionError => NetError.NameNotResolved,
            HttpRequestError.ProxyTunnelError when isSocks => NetError.SocksConnectionFailed,
            HttpRequestError.ProxyTunnelError when failure.StatusCode == HttpStatusCode.ProxyAuthenticationRequired => NetError.ProxyAuthRequested,
            HttpRequestError.ProxyTunnelError => NetError.TunnelConnectionFailed,
            _ => Classify(failure.HttpRequestError, failure),
        };
    }

    private static NetError Classify(HttpRequestError error, Exception failure) => error switch
    {
        HttpRequestError.SecureConnectionError => ClassifyTls(failure),
        HttpRequestError.ResponseEnded => FindInner<EmptyResponseException>(failure) is null ? NetError.ConnectionClosed : NetError.EmptyResponse,
        HttpRequestError.InvalidResponse => NetError.InvalidHttpResponse,
        HttpRequestError.ConfigurationLimitExceeded => NetError.ResponseHeadersTooBig,
        HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError when FindInner<HttpProtocolException>(failure) is { ErrorCode: Http11Required } => NetError.HttpVersionRequired,
        HttpRequestError.HttpProtocolError => NetError.Http2ProtocolError,
        HttpRequestError.VersionNegotiationError => NetError.AlpnNegotiationFailed,
        HttpRequestError.ExtendedConnectNotSupported => NetError.HttpVersionRequired,
        HttpRequestError.UserAuthenticationError => NetError.UnsupportedAuthScheme,
        // In TLS 1.3 the server's word comes after the handshake.
        _ when TlsAlerts.ToClientCertificateError(failure) is { } alert => alert,
        _ when FindInner<SocketException>(failure) is { } socket => Classify(socket.SocketErrorCode),
        // What the server did to an HTTP/2 connection ends each of its streams, and stands inside of that failure.
        HttpRequestError.Unknown when FindInner<HttpRequestException>(failure.InnerException) is { HttpRequestError: not HttpRequestError.Unknown } cause =>
            Classify(cause.HttpRequestError, cause),
        HttpRequestError.Unknown when FindCompressionError(failure) is { } compression =>
            compression.Message.Contains(HeaderLimitText, StringComparison.Ordinal) ? NetError.ResponseHeadersTooBig : NetError.Http2ProtocolError,
        HttpRequestError.Unknown when FindInner<HttpProtocolException>(failure) is { } http2 => Classify(http2.HttpRequestError, http2),
        HttpRequestError.ConnectionError => NetError.ConnectionFailed,
        _ when failure.InnerException is IOException => NetError.ConnectionClosed,
        _ => NetError.Failed,
    };

    private static NetError ClassifyTls(Exception failure)
    {
        if (FindInner<CertificateRejectedException>(failure) is { } rejected)
            return rejected.Error;
        if (FindInner<SocketException>(failure) is { } socket)
            return Classify(socket.SocketErrorCode);
        if (TlsAlerts.ToClientCertificateError(failure) is { } alert)
            return alert;
        for (Exception? inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is Win32Exception { NativeErrorCode: SecurityAlgorithmMismatch or SecurityUnsupportedFunction })
                return NetError.SslVersionOrCipherMismatch;
            if (inner is Win32Exception { NativeErrorCode: SecurityApplicationProtocolMismatch }
                || inner.Message.Contains("no application protocol", StringComparison.OrdinalIgnoreCase))
                return NetError.AlpnNegotiationFailed;
            if (VersionMismatchTexts.Any(text => inner.Message.Contains(text, StringComparison.OrdinalIgnoreCase)))
                return NetError.SslVersionOrCipherMismatch;
        }

        // SslStream reports an end of the stream as a bare IOException.
        return FindInner<IOException>(failure) is not null && FindInner<AuthenticationException>(failure) is null
            ? NetError.ConnectionClosed
            : NetError.SslProtocolError;
    }

    // The type is the handler's own.
    private static Exception? FindCompressionError(Exception failure)
    {
        Exception? inner = failure;
        while (inner is not null && inner.GetType().Name != "HPackDecodingException")
            inner = inner.InnerException;
        return inner;
    }

    private static T? FindInner<T>(Exception? failure)
        where T : Exception
    {
        for (Exception? inner = failure; inner is not null; inner = inner.InnerException)
        {
            if (inner is T found)
                return found;
        }

        return null;
    }

    private static string Explain(NetError error, Uri uri, Uri? proxy, HttpStatusCode? status, ClientCertificateUse clientCertificate)
    {
        string target = Log.Redact(uri);
        string through = proxy is null ? string.Empty : $"{proxy.Scheme}://{proxy.Authority}";
        return error switch
        {
            NetError.ConnectionRefused => $"Nothing listens at {uri.Authority}; check host and port, and that the server runs.",
            NetError.NameNotResolved => $"The host name '{uri.IdnHost}' has no address; check its spelling and the machine's name servers.",
            NetError.NameResolutionFailed => $"The host name '{uri.IdnHost}' could not be looked up; check the machine's name servers.",
            NetError.ConnectionTimedOut => $"{uri.Authority} did not answer the attempt to connect; a firewall may drop it.",
            NetError.AddressUnreachable => $"There is no route to {uri.Authority}; check the network.",
            NetError.ProxyConnectionFailed => $"The proxy {through} could not be reached; check its address and that it runs.",
            NetError.ProxyAuthRequested => $"The proxy {through} asks for credentials, or refused those it got; set ProxyConfig.Credentials, or a login handler.",
            NetError.ProxyAuthUnsupported => $"The proxy {through} asks for a kind of authentication that is not supported.",
            NetError.TunnelConnectionFailed => $"The proxy {through} refused the tunnel to {uri.Host}:{uri.Port}{(status is { } code ? $" with status {(int)code}" : string.Empty)}; check that it allows CONNECT to this port.",
            NetError.SocksConnectionFailed => $"The SOCKS proxy {through} could not connect to {uri.Host}:{uri.Port}; check its rules and credentials.",
            NetError.EmptyResponse => $"Connection closed before receiving a handshake response from {target}.",
            NetError.ConnectionClosed => $"The connection to {target} was closed in the middle of the handshake.",
            NetError.ConnectionReset => $"The connection to {target} was reset in the middle of the handshake.",
            NetError.InvalidHttpResponse => $"What {target} answered is not HTTP; check that a WebSocket server listens there, and whether it wants wss.",
            NetError.ResponseHeadersTooBig => $"The headers of the response of {target} are larger than {HandshakeHandler.MaxResponseHeadersKibibytes} KiB.",
            NetError.SslProtocolError => $"The TLS handshake with {target} failed; check that the port serves TLS, else use ws.",
            NetError.AlpnNegotiationFailed when proxy is not null && uri.Scheme == Uri.UriSchemeWs => "HTTP/2 without TLS does not go through an http proxy; use wss, or HTTP/1.1.",
            NetError.AlpnNegotiationFailed => $"{target} does not speak HTTP/2; allow HTTP/1.1 with HttpVersionPolicy.RequestVersionOrLower.",
            NetError.HttpVersionRequired => $"{target} speaks HTTP/2 and takes no WebSockets over it (SETTINGS_ENABLE_CONNECT_PROTOCOL, RFC 8441, is not set); allow HTTP/1.1 with HttpVersionPolicy.RequestVersionOrLower.",
            NetError.Http2ProtocolError => $"{target} broke the HTTP/2 protocol, or reset the stream of the handshake.",
            NetError.SslVersionOrCipherMismatch => $"No TLS version or cipher is common to this machine and {target}.",
            NetError.SslClientAuthCertNeeded when clientCertificate == ClientCertificateUse.Withheld =>
                $"{target} demands a client certificate before its own certificate could be verified by what the session knows, so it was shown none. Add the authority that issued the server's certificate (AddCertificateAuthority).",
            NetError.SslClientAuthCertNeeded when clientCertificate == ClientCertificateUse.None =>
                $"{target} demands a client certificate, and the session has none that the server accepts; see SetClientCertificates.",
            NetError.SslClientAuthCertNeeded => $"{target} demands a client certificate; give the session one with SetClientCertificates.",
            NetError.BadSslClientAuthCert => $"{target} refused the client certificate; check that it has not expired and that the server knows its authority.",
            _ => $"The connection to {target} failed ({error.ToChromiumName()}).",
        };
    }
}
