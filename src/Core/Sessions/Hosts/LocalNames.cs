using System.Net;
using System.Net.Sockets;

namespace NetWebSockets.Sessions;

/// <summary>Names that are not for name servers.</summary>
internal static class LocalNames
{
    private static readonly IReadOnlyList<IPAddress> Loopback =
        Socket.OSSupportsIPv6 ? [IPAddress.IPv6Loopback, IPAddress.Loopback] : [IPAddress.Loopback];

    /// <summary>Answers for <c>localhost</c> and what ends in <c>.localhost</c> (RFC 6761, section 6.3): loopback, without asking anybody.</summary>
    /// <param name="host">The name in lower case.</param>
    /// <returns>The addresses, as Chromium has them; null for other names.</returns>
    public static IReadOnlyList<IPAddress>? Find(string host)
    {
        ReadOnlySpan<char> name = host.EndsWith('.') ? host.AsSpan(0, host.Length - 1) : host;
        return name is "localhost" || name.EndsWith(".localhost", StringComparison.Ordinal) ? Loopback : null;
    }

    /// <summary>Whether a name is one of multicast DNS (RFC 6762, section 3), which only the operating system can know.</summary>
    /// <param name="host">The name in lower case.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsMulticast(string host) => host.TrimEnd('.').EndsWith(".local", StringComparison.Ordinal);
}
