using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>A way to the network: directly, or a proxy with its credentials.</summary>
/// <param name="Address">The proxy; null for none.</param>
/// <param name="Credentials">Its credentials; null for none.</param>
internal sealed record ProxyChoice(Uri? Address, ICredentials? Credentials)
{
    /// <summary>No proxy.</summary>
    public static ProxyChoice Direct { get; } = new(null, null);
}

/// <summary>One proxy for everything that its handler does.</summary>
/// <param name="choice">The proxy.</param>
internal sealed class SingleProxy(ProxyChoice choice) : IWebProxy
{
    /// <inheritdoc/>
    public ICredentials? Credentials { get; set; } = choice.Credentials;

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => choice.Address;

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => false;
}
