using System.Net;
using System.Net.Sockets;

namespace NetWebSockets.Sessions;

/// <summary>
/// The addresses by which this machine is known to the network, found as Chromium finds them for <c>myIpAddress</c>: by the route to the
/// public internet, then by the machine's own name, then by the routes to private networks. Nothing is sent.
/// </summary>
/// <param name="resolver">What looks up the machine's name.</param>
internal sealed class LocalAddresses(HostResolver resolver)
{
    private static readonly IPAddress[] Public = [IPAddress.Parse("8.8.8.8"), IPAddress.Parse("2001:4860:4860::8888")];
    private static readonly IPAddress[] Private =
        [IPAddress.Parse("10.0.0.0"), IPAddress.Parse("172.16.0.0"), IPAddress.Parse("192.168.0.0"), IPAddress.Parse("fc00::")];

    /// <summary>Finds them.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Them, without loopback; link-local ones only when there are no others.</returns>
    public async ValueTask<IReadOnlyList<IPAddress>> FindAsync(CancellationToken cancellationToken)
    {
        List<IPAddress> linkLocal = [];
        List<IPAddress> found = Select(Public.Select(SourceTowards), linkLocal);
        if (found.Count == 0)
            found = Select(await ResolveOwnNameAsync(cancellationToken).ConfigureAwait(false), linkLocal);
        if (found.Count == 0)
            found = Select(Private.Select(SourceTowards), linkLocal);
        return found.Count > 0 ? found : linkLocal;
    }

    private static List<IPAddress> Select(IEnumerable<IPAddress?> candidates, List<IPAddress> linkLocal)
    {
        List<IPAddress> found = [];
        foreach (IPAddress? address in candidates)
        {
            if (address is null || IPAddress.IsLoopback(address))
                continue;
            List<IPAddress> list = IsLinkLocal(address) ? linkLocal : found;
            if (!list.Contains(address))
                list.Add(address);
        }

        return found;
    }

    private static bool IsLinkLocal(IPAddress address) =>
        address.IsIPv6LinkLocal || (address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);

    // Connecting a datagram socket asks the routing table, and the network nothing.
    private static IPAddress? SourceTowards(IPAddress destination)
    {
        try
        {
            using var socket = new Socket(destination.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(destination, 80);
            return (socket.LocalEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException)
        {
            // There is no such route, or no such protocol: then there is no address for it either.
            return null;
        }
    }

    private async ValueTask<IReadOnlyList<IPAddress>> ResolveOwnNameAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await resolver.ResolveAsync(Dns.GetHostName(), cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // The machine's name is not in the DNS, which is common.
            return [];
        }
    }
}
