using System.Net.Sockets;

namespace NetWebSockets.Benchmarks.Server;

/// <summary>Connections that stay open and have no thread.</summary>
internal sealed class IdleSockets
{
    private readonly List<Socket> _sockets = [];

    public void Keep(Socket socket)
    {
        lock (_sockets)
            _sockets.Add(socket);
    }

    /// <summary>Ends them all at once, so that thousands of them do not linger in the operating system.</summary>
    public void DropAll()
    {
        lock (_sockets)
        {
            foreach (Socket socket in _sockets)
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }

            _sockets.Clear();
        }
    }
}
