namespace NetWebSockets;

/// <summary>Network errors, one for each that Chromium can report for a WebSocket. <see cref="NetErrorExtensions.ToChromiumName"/> spells them as Chromium does.</summary>
public enum NetError
{
    /// <summary>No error. <c>net::OK</c>.</summary>
    None = 0,

    /// <summary>Something that has no name of its own. <c>net::ERR_FAILED</c>.</summary>
    Failed,

    /// <summary>The operation was aborted, by the caller or by its session. <c>net::ERR_ABORTED</c>.</summary>
    Aborted,

    /// <summary>The operation took longer than its time-out. <c>net::ERR_TIMED_OUT</c>.</summary>
    TimedOut,

    /// <summary>Something that must not happen did: a defect. <c>net::ERR_UNEXPECTED</c>.</summary>
    Unexpected,

    /// <summary>The machine has run out of sockets or memory. <c>net::ERR_INSUFFICIENT_RESOURCES</c>.</summary>
    InsufficientResources,

    /// <summary>The operating system has no buffers left for the socket. <c>net::ERR_NO_BUFFER_SPACE</c>.</summary>
    NoBufferSpace,

    /// <summary>The socket is not connected. <c>net::ERR_SOCKET_NOT_CONNECTED</c>.</summary>
    SocketNotConnected,

    /// <summary>The network changed under the connection. <c>net::ERR_NETWORK_CHANGED</c>.</summary>
    NetworkChanged,

    /// <summary>The operating system or a firewall refused access to the network. <c>net::ERR_NETWORK_ACCESS_DENIED</c>.</summary>
    NetworkAccessDenied,

    /// <summary>The machine (or the session, emulating it) is offline. <c>net::ERR_INTERNET_DISCONNECTED</c>.</summary>
    InternetDisconnected,

    /// <summary>Nothing listens at the address. <c>net::ERR_CONNECTION_REFUSED</c>.</summary>
    ConnectionRefused,

    /// <summary>The peer reset the connection (TCP RST). <c>net::ERR_CONNECTION_RESET</c>.</summary>
    ConnectionReset,

    /// <summary>The peer closed the connection (TCP FIN) before it was expected. <c>net::ERR_CONNECTION_CLOSED</c>.</summary>
    ConnectionClosed,

    /// <summary>The connection was aborted, usually because its data was not acknowledged. <c>net::ERR_CONNECTION_ABORTED</c>.</summary>
    ConnectionAborted,

    /// <summary>The connection attempt failed. <c>net::ERR_CONNECTION_FAILED</c>.</summary>
    ConnectionFailed,

    /// <summary>The connection attempt got no answer in time. <c>net::ERR_CONNECTION_TIMED_OUT</c>.</summary>
    ConnectionTimedOut,

    /// <summary>The host name has no address. <c>net::ERR_NAME_NOT_RESOLVED</c>.</summary>
    NameNotResolved,

    /// <summary>The name servers could not be asked. <c>net::ERR_NAME_RESOLUTION_FAILED</c>.</summary>
    NameResolutionFailed,

    /// <summary>The address or its port cannot be connected to. <c>net::ERR_ADDRESS_INVALID</c>.</summary>
    AddressInvalid,

    /// <summary>There is no route to the address. <c>net::ERR_ADDRESS_UNREACHABLE</c>.</summary>
    AddressUnreachable,

    /// <summary>The local address is in use. <c>net::ERR_ADDRESS_IN_USE</c>.</summary>
    AddressInUse,

    /// <summary>The port is one that the Fetch standard blocks. <c>net::ERR_UNSAFE_PORT</c>.</summary>
    UnsafePort,

    /// <summary>The certificate is not for this host name. <c>net::ERR_CERT_COMMON_NAME_INVALID</c>.</summary>
    CertCommonNameInvalid,

    /// <summary>The certificate has expired or is not valid yet. <c>net::ERR_CERT_DATE_INVALID</c>.</summary>
    CertDateInvalid,

    /// <summary>The certificate is not from an authority that is trusted. <c>net::ERR_CERT_AUTHORITY_INVALID</c>.</summary>
    CertAuthorityInvalid,

    /// <summary>Whether the certificate was revoked could not be learnt. <c>net::ERR_CERT_UNABLE_TO_CHECK_REVOCATION</c>.</summary>
    CertUnableToCheckRevocation,

    /// <summary>The certificate has been revoked. <c>net::ERR_CERT_REVOKED</c>.</summary>
    CertRevoked,

    /// <summary>The certificate is not valid, or the session's verify callback rejected it. <c>net::ERR_CERT_INVALID</c>.</summary>
    CertInvalid,

    /// <summary>The certificate is signed with a weak algorithm. <c>net::ERR_CERT_WEAK_SIGNATURE_ALGORITHM</c>.</summary>
    CertWeakSignatureAlgorithm,

    /// <summary>The certificate's key is too weak. <c>net::ERR_CERT_WEAK_KEY</c>.</summary>
    CertWeakKey,

    /// <summary>The certificate breaks the name constraints of its authority. <c>net::ERR_CERT_NAME_CONSTRAINT_VIOLATION</c>.</summary>
    CertNameConstraintViolation,

    /// <summary>The peer broke the TLS protocol, or does not speak it. <c>net::ERR_SSL_PROTOCOL_ERROR</c>.</summary>
    SslProtocolError,

    /// <summary>No TLS version or cipher is common to both sides. <c>net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH</c>.</summary>
    SslVersionOrCipherMismatch,

    /// <summary>The server asks for a client certificate. <c>net::ERR_SSL_CLIENT_AUTH_CERT_NEEDED</c>.</summary>
    SslClientAuthCertNeeded,

    /// <summary>No certificate of the chain has a key that is pinned. <c>net::ERR_SSL_PINNED_KEY_NOT_IN_CERT_CHAIN</c>.</summary>
    SslPinnedKeyNotInCertChain,

    /// <summary>The server refused the client certificate. <c>net::ERR_BAD_SSL_CLIENT_AUTH_CERT</c>.</summary>
    BadSslClientAuthCert,

    /// <summary>The proxy could not be reached. <c>net::ERR_PROXY_CONNECTION_FAILED</c>.</summary>
    ProxyConnectionFailed,

    /// <summary>The proxy refused to open a tunnel (HTTP CONNECT). <c>net::ERR_TUNNEL_CONNECTION_FAILED</c>.</summary>
    TunnelConnectionFailed,

    /// <summary>The proxy asks for credentials, or refused those it got. <c>net::ERR_PROXY_AUTH_REQUESTED</c>.</summary>
    ProxyAuthRequested,

    /// <summary>The proxy asks for a kind of authentication that is not supported. <c>net::ERR_PROXY_AUTH_UNSUPPORTED</c>.</summary>
    ProxyAuthUnsupported,

    /// <summary>The certificate of the proxy itself is not valid. <c>net::ERR_PROXY_CERTIFICATE_INVALID</c>.</summary>
    ProxyCertificateInvalid,

    /// <summary>The proxy configuration that must be used could not be had. <c>net::ERR_MANDATORY_PROXY_CONFIGURATION_FAILED</c>.</summary>
    MandatoryProxyConfigurationFailed,

    /// <summary>The proxy script failed. <c>net::ERR_PAC_SCRIPT_FAILED</c>.</summary>
    PacScriptFailed,

    /// <summary>The SOCKS proxy could not connect to the host. <c>net::ERR_SOCKS_CONNECTION_FAILED</c>.</summary>
    SocksConnectionFailed,

    /// <summary>The SOCKS proxy found no route to the host. <c>net::ERR_SOCKS_CONNECTION_HOST_UNREACHABLE</c>.</summary>
    SocksConnectionHostUnreachable,

    /// <summary>The server's response is not the one that opens a WebSocket: another status, or a wrong header. <c>net::ERR_INVALID_RESPONSE</c>.</summary>
    InvalidResponse,

    /// <summary>The server's response is not HTTP. <c>net::ERR_INVALID_HTTP_RESPONSE</c>.</summary>
    InvalidHttpResponse,

    /// <summary>The server closed the connection without sending anything. <c>net::ERR_EMPTY_RESPONSE</c>.</summary>
    EmptyResponse,

    /// <summary>The headers of the response are larger than 256 KiB. <c>net::ERR_RESPONSE_HEADERS_TOO_BIG</c>.</summary>
    ResponseHeadersTooBig,

    /// <summary>The kind of authentication is not supported. <c>net::ERR_UNSUPPORTED_AUTH_SCHEME</c>.</summary>
    UnsupportedAuthScheme,

    /// <summary>The server speaks HTTP/2 and wants HTTP/1.1 for WebSockets (no extended CONNECT, or error HTTP_1_1_REQUIRED). <c>net::ERR_HTTP_1_1_REQUIRED</c>.</summary>
    HttpVersionRequired,

    /// <summary>The server broke the HTTP/2 protocol. <c>net::ERR_HTTP2_PROTOCOL_ERROR</c>.</summary>
    Http2ProtocolError,

    /// <summary>The peer broke the WebSocket protocol (RFC 6455). <c>net::ERR_WS_PROTOCOL_ERROR</c>.</summary>
    WsProtocolError,

    /// <summary>A message is larger than the limit. <c>net::ERR_MSG_TOO_BIG</c>.</summary>
    MessageTooBig,

    /// <summary>The peer did not answer a ping in time. Chromium does not ping; the name is its general one for a time-out. <c>net::ERR_TIMED_OUT</c>.</summary>
    PingTimedOut,

    /// <summary>The server does not speak HTTP/2, and nothing else will do. <c>net::ERR_ALPN_NEGOTIATION_FAILED</c>.</summary>
    AlpnNegotiationFailed,
}
