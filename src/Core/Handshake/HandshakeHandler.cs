using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace NetWebSockets.Handshake;

/// <summary>
/// Makes the HTTP handler that handshakes go through: one for each way to the network (directly, or a proxy with its credentials), since
/// its pools do not tell credentials apart. It keeps nothing of a connection that was handed off.
/// </summary>
internal static class HandshakeHandler
{
    /// <summary>The limit on a response's header block, as Chromium's, in KiB.</summary>
    public const int MaxResponseHeadersKibibytes = 256;

    // A body that stands between two requests of a login is read up to here.
    private const int MaxLoginDrainSize = 64 * 1024;

    // Long enough for authentication that needs a second request on the same connection, short enough to leave no idle connections about.
    private static readonly TimeSpan IdleConnectionLifetime = TimeSpan.FromSeconds(2);

    /// <summary>Makes a handler.</summary>
    /// <param name="settings">What it is made of.</param>
    /// <returns>The invoker; disposing it leaves handed-off streams alone.</returns>
    public static HttpMessageInvoker Create(HandshakeHandlerSettings settings)
    {
        var tls = new TlsGuard(settings.Tls, settings.ProxyAddress);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = settings.Proxy is not null,
            Proxy = settings.Proxy,
            Credentials = settings.ServerLogin,
            AutomaticDecompression = DecompressionMethods.None,
            // Tracing headers would go out unasked.
            ActivityHeadersPropagator = null,
#pragma warning disable CA2262 // It is 256 KiB, as in Chromium.
            MaxResponseHeadersLength = MaxResponseHeadersKibibytes,
#pragma warning restore CA2262
            // What we do not read of a refusal is not worth keeping its connection for, unless it is being logged in.
            MaxResponseDrainSize = settings.ServerLogin is null && settings.Proxy?.Credentials is null ? 0 : MaxLoginDrainSize,
            PooledConnectionIdleTimeout = IdleConnectionLifetime,
            // A socket lives for long: past the server's limit of streams the next one takes a connection of its own and does not wait.
            EnableMultipleHttp2Connections = true,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context, settings.Connector, cancellationToken),
            PlaintextStreamFilter = (context, cancellationToken) => FilterAsync(context, tls, settings.OnHttp2Connection, cancellationToken),
            SslOptions = tls.CreateOptions(),
        };
        HttpMessageHandler outermost = settings.Tls.SelectClientCertificate is null ? handler : new ClientCertificateRetryHandler(handler);
        return new HttpMessageInvoker(outermost, disposeHandler: true);
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, TransportConnector connector, CancellationToken cancellationToken)
    {
        HandshakeAttempt? attempt = HandshakeAttempt.Of(context.InitialRequestMessage);
        attempt?.Begin();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, attempt?.CancellationToken ?? CancellationToken.None);
        Socket socket = await connector(context.DnsEndPoint, both.Token).ConfigureAwait(false);
        var transport = new HandshakeTransport(socket);
        attempt?.Connected(transport);
        return transport;
    }

    private static ValueTask<Stream> FilterAsync(
        SocketsHttpPlaintextStreamFilterContext context, TlsGuard tls, Action<Stream>? onHttp2Connection, CancellationToken cancellationToken)
    {
        HandshakeAttempt? attempt = HandshakeAttempt.Of(context.InitialRequestMessage);
        ValueTask settling = tls.SettleAsync(context.PlaintextStream, attempt, cancellationToken);
        return settling.IsCompletedSuccessfully
            ? ValueTask.FromResult(Filter(context, attempt, onHttp2Connection))
            : FilterWhenSettledAsync(settling, context, attempt, onHttp2Connection);
    }

    private static async ValueTask<Stream> FilterWhenSettledAsync(
        ValueTask settling, SocketsHttpPlaintextStreamFilterContext context, HandshakeAttempt? attempt, Action<Stream>? onHttp2Connection)
    {
        await settling.ConfigureAwait(false);
        return Filter(context, attempt, onHttp2Connection);
    }

    private static Stream Filter(SocketsHttpPlaintextStreamFilterContext context, HandshakeAttempt? attempt, Action<Stream>? onHttp2Connection)
    {
        // An extended CONNECT is a handshake of ours; a proxy's has no protocol.
        bool isTunnel = context.InitialRequestMessage is { Method.Method: "CONNECT", Headers.Protocol: null };
        if (isTunnel)
        {
            attempt?.ProxyAccepted();
            attempt?.RequestTunnel();
        }
        else
        {
            attempt?.Disarm();
        }

        // HTTP/2 frames its streams itself; the codec runs on the response's own stream there.
        Stream stream = context.PlaintextStream;
        if (context.NegotiatedHttpVersion.Major >= 2)
        {
            onHttp2Connection?.Invoke(stream);
            return attempt is not null && stream is SslStream ? new Http2Transport(stream, attempt) : stream;
        }

        // A tunnel without TLS inside: go through the tunnel's own HTTP connection to the transport, and let that connection go.
        ReadOnlyMemory<byte> received = default;
        if (stream is not (NetworkStream or SslStream) && HandOffStream.TryFind(stream, out HandOffStream? outer))
        {
            Stream tunnel = stream;
            (stream, received) = outer.Detach();
            tunnel.Dispose();
        }

        return new HandOffStream(stream, received, isTunnel ? new TunnelRequest() : null);
    }
}
