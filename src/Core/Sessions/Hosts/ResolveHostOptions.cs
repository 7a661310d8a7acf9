namespace NetWebSockets;

/// <summary>What <see cref="NetSession.ResolveHostAsync"/> is to ask, and whom; after Electron's <c>ses.resolveHost</c>.</summary>
public sealed class ResolveHostOptions
{
    /// <summary>Which addresses are wanted. Default both kinds.</summary>
    public HostQueryType QueryType { get; set; }

    /// <summary>Who is asked. Default as for connections.</summary>
    public HostResolverSource Source { get; set; }

    /// <summary>Whether the session's cache may answer. Default <see cref="HostCacheUsage.Allowed"/>.</summary>
    public HostCacheUsage CacheUsage { get; set; }

    /// <summary>Whether DNS over HTTPS is used as configured. Default <see cref="SecureDnsPolicy.Allow"/>.</summary>
    public SecureDnsPolicy SecureDnsPolicy { get; set; }
}

/// <summary>Which addresses of a host are wanted.</summary>
public enum HostQueryType
{
    /// <summary>Both kinds.</summary>
    Any = 0,

    /// <summary>IPv4 (A records).</summary>
    A,

    /// <summary>IPv6 (AAAA records).</summary>
    Aaaa,
}

/// <summary>Who is asked for a host.</summary>
public enum HostResolverSource
{
    /// <summary>As for connections: the session's callback, DNS over HTTPS as configured, the operating system.</summary>
    Any = 0,

    /// <summary>The operating system.</summary>
    System,

    /// <summary>The servers of DNS over HTTPS only.</summary>
    Dns,

    /// <summary>Nobody: only what is known without asking, such as addresses, localhost and what the cache has.</summary>
    LocalOnly,
}

/// <summary>Whether the session's cache of hosts may answer.</summary>
public enum HostCacheUsage
{
    /// <summary>It may.</summary>
    Allowed = 0,

    /// <summary>It may, also with addresses whose time is over.</summary>
    StaleAllowed,

    /// <summary>It may not; what is learnt is kept there all the same.</summary>
    Disallowed,
}

/// <summary>Whether one look-up uses DNS over HTTPS.</summary>
public enum SecureDnsPolicy
{
    /// <summary>As the session is configured.</summary>
    Allow = 0,

    /// <summary>It does not.</summary>
    Disable,
}
