using NetWebSockets.Handshake;

namespace NetWebSockets;

/// <summary>The network around sockets: proxy, trust, cookies.</summary>
public sealed class NetSession
{
    /// <summary>The session used when none is named.</summary>
    public static NetSession Default { get; } = new();

    internal ValueTask<HandshakeResult> ConnectAsync(HandshakeRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{this} {request} {cancellationToken}");
}
