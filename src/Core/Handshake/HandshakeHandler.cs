using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
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

    // Long enough for authentication that needs a second request on the same connection, short enough to leave no idle connections about.
    private static readonly TimeSpan IdleConnectionLifetime = TimeSpan.FromSeconds(2);

    /// <summary>Makes a handler.</summary>
    /// <param name="settings">What it is made of.</param>
    /// <returns>The invoker; disposing it leaves handed-off streams alone.</returns>
    public static HttpMessageInvoker Create(HandshakeHandlerSettings settings)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = settings.Proxy is not null,
            Proxy = settings.Proxy,
            AutomaticDecompression = DecompressionMethods.None,
            // Tracing headers would go out unasked.
            ActivityHeadersPropagator = null,
#pragma warning disable CA2262 // It is 256 KiB, as in Chromium.
            MaxResponseHeadersLength = MaxResponseHeadersKibibytes,
#pragma warning restore CA2262
            // What we do not read of a refusal is not worth keeping its connection for.
            MaxResponseDrainSize = 0,
            PooledConnectionIdleTimeout = IdleConnectionLifetime,
            // A socket lives for long: past the server's limit of streams the next one takes a connection of its own and does not wait.
            EnableMultipleHttp2Connections = true,
            RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
            ConnectCallback = (context, cancellationToken) => ConnectAsync(context, settings.Connector, cancellationToken),
            PlaintextStreamFilter = (context, _) => ValueTask.FromResult(Filter(context, settings.OnHttp2Connection)),
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                    IsAccepted(settings.CertificatePolicy, (sender as SslStream)?.TargetHostName ?? string.Empty, certificate, chain, errors),
            },
        };
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }

    private static bool IsAccepted(CertificatePolicy policy, string hostName, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        CertificateJudgement judgement = policy(hostName, certificate as X509Certificate2, chain, errors);
        return judgement.Error == NetError.None ? true : throw new CertificateRejectedException(judgement, hostName);
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, TransportConnector connector, CancellationToken cancellationToken)
    {
        HandshakeAttempt? attempt = HandshakeAttempt.Of(context.InitialRequestMessage);
        attempt?.Begin();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, attempt?.CancellationToken ?? CancellationToken.None);
        Socket socket = await connector(context.DnsEndPoint, both.Token).ConfigureAwait(false);
        attempt?.Arm(socket);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static Stream Filter(SocketsHttpPlaintextStreamFilterContext context, Action<Stream>? onHttp2Connection)
    {
        // An extended CONNECT is a handshake of ours; a proxy's has no protocol.
        bool isTunnel = context.InitialRequestMessage is { Method.Method: "CONNECT", Headers.Protocol: null };
        HandshakeAttempt? attempt = HandshakeAttempt.Of(context.InitialRequestMessage);
        if (isTunnel)
            attempt?.RequestTunnel();
        else
            attempt?.Disarm();

        // HTTP/2 frames its streams itself; the codec runs on the response's own stream there.
        Stream stream = context.PlaintextStream;
        if (context.NegotiatedHttpVersion.Major >= 2)
        {
            onHttp2Connection?.Invoke(stream);
            return stream;
        }

        // A tunnel without TLS inside: go through the tunnel's own HTTP connection to the transport, and let that connection go.
        ReadOnlyMemory<byte> received = default;
        if (stream is not (NetworkStream or SslStream) && HandOffStream.TryFind(stream, out HandOffStream? outer))
        {
            Stream tunnel = stream;
            (stream, received) = outer.Detach();
            tunnel.Dispose();
        }

        return new HandOffStream(stream, received, isTunnel);
    }
}
