using System.Net;

namespace NetWebSockets;

public sealed partial class NetSessionOptions
{
    /// <summary>The credentials for servers; see <see cref="NetSession.Credentials"/>. None by default.</summary>
    public ICredentials? Credentials { get; set; }

    /// <summary>Asked for credentials that nothing else has; see <see cref="NetSession.SetLoginHandler"/>. None by default.</summary>
    public Func<LoginRequest, CancellationToken, ValueTask<NetworkCredential?>>? LoginHandler { get; set; }
}
