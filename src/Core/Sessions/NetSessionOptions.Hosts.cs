using System.Net;

namespace NetWebSockets;

public sealed partial class NetSessionOptions
{
    /// <summary>The host-resolver rules; see <see cref="NetSession.SetHostResolverRules"/>. None by default.</summary>
    public string? HostResolverRules { get; set; }

    /// <summary>Looks up hosts; see <see cref="NetSession.SetHostResolver"/>. None by default.</summary>
    public Func<HostResolveRequest, CancellationToken, ValueTask<IReadOnlyList<IPAddress>?>>? HostResolver { get; set; }

    /// <summary>How host names are looked up; see <see cref="NetSession.ConfigureHostResolver"/>. By the operating system by default.</summary>
    public HostResolverOptions? HostResolverOptions { get; set; }
}
