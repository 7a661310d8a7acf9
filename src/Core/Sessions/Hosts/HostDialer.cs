using System.Net;
using System.Net.Sockets;

namespace NetWebSockets.Sessions;

/// <summary>Opens the TCP connections of a session.</summary>
/// <param name="resolver">What looks up hosts.</param>
internal sealed class HostDialer(HostResolver resolver)
{
    /// <inheritdoc cref="Handshake.TransportConnector"/>
    public async ValueTask<Socket> ConnectAsync(DnsEndPoint endPoint, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses = await resolver.ResolveAsync(endPoint.Host, cancellationToken).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync([.. addresses], endPoint.Port, cancellationToken).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
