namespace NetWebSockets;

/// <summary>A server that asks for a client certificate.</summary>
public sealed class ClientCertificateRequest
{
    internal ClientCertificateRequest(string hostname, int port, bool isProxy, IReadOnlyList<string> acceptableIssuers)
    {
        Hostname = hostname;
        Port = port;
        IsProxy = isProxy;
        AcceptableIssuers = acceptableIssuers;
    }

    /// <summary>The server's host; the proxy's when it is a proxy reached over TLS that asks.</summary>
    public string Hostname { get; }

    /// <summary>Its port; 0 when it is not known, which is only when a connection has outlived the socket that it was made for.</summary>
    public int Port { get; }

    /// <summary>Whether it is a proxy that asks.</summary>
    public bool IsProxy { get; }

    /// <summary>
    /// The distinguished names of the authorities whose certificates it accepts, as <see cref="System.Security.Cryptography.X509Certificates.X509Certificate.Issuer"/>
    /// spells them; empty when it does not say.
    /// </summary>
    public IReadOnlyList<string> AcceptableIssuers { get; }
}
