using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace NetWebSockets.Sessions;

/// <summary>How the parts of a session reach the network for themselves: around any proxy, by the session's hosts and trust.</summary>
/// <param name="resolver">What looks up hosts.</param>
/// <param name="dialer">What opens connections.</param>
/// <param name="trust">What TLS connections are made with.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">The session's log.</param>
internal sealed class SessionNetwork(HostResolver resolver, HostDialer dialer, TrustPolicy trust, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>What looks up hosts.</summary>
    public HostResolver Resolver { get; } = resolver;

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; } = timeProvider;

    /// <summary>The session's log.</summary>
    public ILogger Logger { get; } = logger;

    /// <summary>What runs proxy scripts, when the session was given it; null for that of the package.</summary>
    public IProxyScriptEngine? ScriptEngine { get; init; }

    /// <summary>The network that the session emulates.</summary>
    public NetworkEmulator Emulator { get; init; } = new(timeProvider);

    /// <summary>Makes an HTTP client that goes around proxies, follows no redirects and knows no cookies.</summary>
    /// <returns>The client; the caller disposes it.</returns>
    public HttpMessageInvoker CreateInvoker() => CreateInvoker(dialer);

    /// <summary>Makes an HTTP client like <see cref="CreateInvoker()"/> that opens its connections in another way.</summary>
    /// <param name="through">What opens connections.</param>
    /// <returns>The client; the caller disposes it.</returns>
    public HttpMessageInvoker CreateInvoker(HostDialer through) => new(
        new OfflineHandler(Emulator, new TrustFollowingHandler(trust, () => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = async (context, cancellationToken) =>
                new NetworkStream(await through.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false), ownsSocket: true),
        })),
        disposeHandler: true);
}
