using System.Net;
using System.Net.Sockets;

namespace NetWebSockets.Sessions;

/// <summary>
/// The order in which addresses are tried: for answers of DNS what the operating system would do with them (RFC 6724, section 6: rules 1, 2, 5, 6
/// and 8), and both kinds by turns (RFC 8305, section 4).
/// </summary>
internal static class AddressOrder
{
    private const int LinkLocalScope = 2;
    private const int SiteLocalScope = 5;
    private const int GlobalScope = 14;

    // RFC 6724, section 2.1; longest prefixes first. The one for IPv4 stands apart, since IPNetwork takes mapped addresses for IPv4.
    private static readonly (int Precedence, int Label) PolicyOfIPv4 = (35, 4);

    private static readonly (IPNetwork Prefix, int Precedence, int Label)[] Policy =
    [
        (IPNetwork.Parse("::1/128"), 50, 0),
        (IPNetwork.Parse("::/96"), 1, 3),
        (IPNetwork.Parse("2001::/32"), 5, 5),
        (IPNetwork.Parse("2002::/16"), 30, 2),
        (IPNetwork.Parse("3ffe::/16"), 1, 12),
        (IPNetwork.Parse("fec0::/10"), 1, 11),
        (IPNetwork.Parse("fc00::/7"), 3, 13),
        (IPNetwork.Parse("::/0"), 40, 1),
    ];

    /// <summary>Sorts the addresses of a host, best first.</summary>
    /// <param name="addresses">The addresses.</param>
    /// <param name="sourceOf">The local address that an address would be reached from, or null when it cannot be; null to ask the operating system.</param>
    /// <returns>The same addresses.</returns>
    public static IReadOnlyList<IPAddress> Sort(IReadOnlyList<IPAddress> addresses, Func<IPAddress, IPAddress?>? sourceOf = null)
    {
        // Among IPv4 addresses the server's order stands, as in Chromium: it may balance load.
        if (!addresses.Any(static address => address.AddressFamily == AddressFamily.InterNetworkV6))
            return addresses;
        return
        [
            .. addresses
                .Select(address => (Address: address, Source: (sourceOf ?? FindSource)(address)))
                .OrderByDescending(static each => each.Source is not null)
                .ThenByDescending(static each => each.Source is not null && ScopeOf(each.Source) == ScopeOf(each.Address))
                .ThenByDescending(static each => each.Source is not null && PolicyOf(each.Source).Label == PolicyOf(each.Address).Label)
                .ThenByDescending(static each => PolicyOf(each.Address).Precedence)
                .ThenBy(static each => ScopeOf(each.Address))
                .Select(static each => each.Address),
        ];
    }

    /// <summary>Takes both kinds of addresses by turns, beginning with the kind of the first one.</summary>
    /// <param name="addresses">The addresses, best first.</param>
    /// <returns>The same addresses.</returns>
    public static IReadOnlyList<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count < 3)
            return addresses;
        AddressFamily preferred = addresses[0].AddressFamily;
        IPAddress[] first = [.. addresses.Where(address => address.AddressFamily == preferred)];
        IPAddress[] second = [.. addresses.Where(address => address.AddressFamily != preferred)];
        List<IPAddress> order = [];
        for (int i = 0; i < Math.Max(first.Length, second.Length); i++)
        {
            if (i < first.Length)
                order.Add(first[i]);
            if (i < second.Length)
                order.Add(second[i]);
        }

        return order;
    }

    // Connecting a UDP socket sends nothing, and binds it to the address that the routes choose.
    private static IPAddress? FindSource(IPAddress address)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(address, 80));
            return (socket.LocalEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException)
        {
            // There is no way to it, which is the answer.
            return null;
        }
    }

    private static (int Precedence, int Label) PolicyOf(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6)
            return PolicyOfIPv4;
        (_, int precedence, int label) = Policy.First(entry => entry.Prefix.Contains(address));
        return (precedence, label);
    }

    private static int ScopeOf(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return IPAddress.IsLoopback(address) || address.GetAddressBytes() is [169, 254, ..] ? LinkLocalScope : GlobalScope;
        if (IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal)
            return LinkLocalScope;
        return address.IsIPv6SiteLocal ? SiteLocalScope : GlobalScope;
    }
}
