using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace NetWebSockets.Sessions;

/// <summary>Opens the TCP connections of a session.</summary>
/// <param name="resolver">What looks up hosts.</param>
/// <param name="timeProvider">The clock; the system's by default.</param>
/// <param name="logger">The session's log; none by default.</param>
internal sealed class HostDialer(HostResolver resolver, TimeProvider? timeProvider = null, ILogger? logger = null)
{
    private static readonly ResolveHostOptions Defaults = new();

    /// <summary>Whether it connects to what itself looks up hosts, which must not be asked for its own.</summary>
    public bool IsBootstrap { get; init; }

    /// <inheritdoc cref="Handshake.TransportConnector"/>
    public async ValueTask<Socket> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        ResolvedHost resolved = await resolver.ResolveAsync(endPoint.Host, endPoint.Port, Defaults, IsBootstrap, cancellationToken).ConfigureAwait(false);
        if (resolved.Addresses.Count == 1)
            return await ConnectionRace.ConnectAsync(resolved.Addresses[0], resolved.Port, cancellationToken).ConfigureAwait(false);
        var race = new ConnectionRace(AddressOrder.Interleave(resolved.Addresses), resolved.Port, timeProvider ?? TimeProvider.System, logger ?? NullLogger.Instance);
        return await race.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
