using NetWebSockets.Sessions;

namespace NetWebSockets;

public sealed partial class NetSession
{
    private readonly HostDialer _dialer;
    private readonly SessionNetwork _network;
}
