namespace NetWebSockets;

/// <summary>
/// How a session looks up host names, for <see cref="NetSession.ConfigureHostResolver"/>; after Electron's <c>app.configureHostResolver</c>.
/// </summary>
public sealed class HostResolverOptions
{
    /// <summary>Whether DNS over HTTPS (RFC 8484) is used. Default <see cref="SecureDnsMode.Automatic"/>, which without servers is the operating system.</summary>
    public SecureDnsMode SecureDnsMode { get; set; } = SecureDnsMode.Automatic;

    /// <summary>
    /// The servers of DNS over HTTPS, as URI templates (RFC 6570) with https: <c>https://dns.example/dns-query{?dns}</c> is asked by GET, a template
    /// without the variable <c>dns</c> by POST. They are asked in this order; one that fails is passed over for a minute.
    /// </summary>
    public IList<string> SecureDnsServers { get; init; } = [];

    /// <summary>How long one server may take to answer, by the session's clock, before the next one is asked. Default 5 seconds.</summary>
    public TimeSpan SecureDnsTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
