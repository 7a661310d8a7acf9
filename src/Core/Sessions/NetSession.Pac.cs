using NetWebSockets.Sessions;

namespace NetWebSockets;

public sealed partial class NetSession
{
    /// <summary>How the session reaches the network for itself.</summary>
    internal SessionNetwork Network => _network;
}
