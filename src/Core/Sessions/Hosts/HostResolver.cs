using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>Looks up host names for a session.</summary>
internal sealed class HostResolver
{
    /// <summary>Looks up a host.</summary>
    /// <param name="host">A host name, or an address as text.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <returns>Its addresses, best first; never empty.</returns>
    /// <exception cref="System.Net.Sockets.SocketException">It has none, or the name servers could not be asked.</exception>
#pragma warning disable CA1822 // What a session knows of hosts will be this object's.
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
#pragma warning restore CA1822
}
