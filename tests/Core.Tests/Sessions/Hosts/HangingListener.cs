using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NetWebSockets.TestServers;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>An address on loopback that does not answer: a listening socket whose queue of connections is full. Linux drops what comes then.</summary>
internal sealed class HangingListener : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Socket _filler = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private HangingListener()
    {
    }

    public IPAddress Address { get; private init; } = IPAddress.Loopback;

    /// <summary>Connections to the address that wait for an answer, by the system's table.</summary>
    public int Waiting
    {
        get
        {
            // The address and port of the other side, and the state SYN_SENT.
            int port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
            uint address = BitConverter.ToUInt32(Address.GetAddressBytes());
            string line = string.Create(CultureInfo.InvariantCulture, $" {address:X8}:{port:X4} 02 ");
            // The table is read piece by piece and may show an entry twice: each has a local address of its own.
            return File.ReadLines("/proc/net/tcp")
                .Where(entry => entry.Contains(line, StringComparison.Ordinal))
                .Select(static entry => entry.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])
                .Distinct()
                .Count();
        }
    }

    public static async Task<HangingListener> StartAsync(string address, int port)
    {
        SkipUnless.Require(OperatingSystem.IsLinux(), "A full queue hangs on Linux only.");
        var listener = new HangingListener { Address = IPAddress.Parse(address) };
        listener._listener.Bind(new IPEndPoint(listener.Address, port));
        listener._listener.Listen(0);
        await listener._filler.ConnectAsync(new IPEndPoint(listener.Address, port));
        return listener;
    }

    public void Dispose()
    {
        _filler.Dispose();
        _listener.Dispose();
    }
}
