using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>Credentials for one realm of one server or proxy.</summary>
/// <param name="key">What they are for.</param>
/// <param name="credential">Name and password.</param>
/// <param name="source">The <see cref="ICredentials"/> that gave them, so that they end with it; null when a login handler or an address did.</param>
internal sealed class AuthEntry(AuthKey key, NetworkCredential credential, ICredentials? source)
{
    private volatile DigestAuthorization? _digest;

    /// <summary>What they are for.</summary>
    public AuthKey Key { get; } = key;

    /// <summary>Name and password.</summary>
    public NetworkCredential Credential { get; } = credential;

    /// <summary>The configuration that gave them; null for a login handler or an address.</summary>
    public ICredentials? Source { get; } = source;

    /// <summary>The server's last nonce, with its count. Digest only.</summary>
    public DigestAuthorization? Digest { get => _digest; set => _digest = value; }

    /// <summary>The folders for which they have worked, the last one first; the cache's lock guards it.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>When they were last used, as a count; the cache's lock guards it.</summary>
    public long LastUse { get; set; }
}

/// <summary>What credentials are for.</summary>
/// <param name="Target">The server or proxy.</param>
/// <param name="Scheme">The scheme.</param>
/// <param name="Realm">The realm; empty for schemes that have none.</param>
internal sealed record AuthKey(AuthTarget Target, AuthScheme Scheme, string Realm);
