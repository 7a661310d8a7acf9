using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using NetWebSockets.Handshake;

namespace NetWebSockets.Sessions;

/// <summary>How the parts of a session reach the network for themselves: around any proxy, by the session's hosts and trust.</summary>
/// <param name="resolver">What looks up hosts.</param>
/// <param name="dialer">What opens connections.</param>
/// <param name="policy">What judges certificates.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">The session's log.</param>
internal sealed class SessionNetwork(HostResolver resolver, HostDialer dialer, CertificatePolicy policy, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>What looks up hosts.</summary>
    public HostResolver Resolver { get; } = resolver;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>The session's log.</summary>
    public ILogger Logger { get; } = logger;

    /// <summary>The network that the session emulates.</summary>
    public NetworkEmulator Emulator { get; init; } = new(timeProvider);

    /// <summary>Makes an HTTP client that goes around proxies, follows no redirects and knows no cookies.</summary>
    /// <returns>The client; the caller disposes it.</returns>
    public HttpMessageInvoker CreateInvoker() => new(
        new OfflineHandler(Emulator, new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = async (context, cancellationToken) =>
                new NetworkStream(await dialer.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false), ownsSocket: true),
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                    policy((sender as SslStream)?.TargetHostName ?? string.Empty, certificate as X509Certificate2, chain, errors).Error == NetError.None,
            },
        }),
        disposeHandler: true);
}
