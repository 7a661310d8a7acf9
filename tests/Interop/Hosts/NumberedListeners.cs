using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NetWebSockets.InteropTests.Hosts;

/// <summary>Listeners on loopback, each with a letter; they tell which of them was connected to, and close.</summary>
internal sealed class NumberedListeners : IAsyncDisposable
{
    private readonly Dictionary<string, TcpListener> _listeners = [];
    private readonly List<Task> _loops = [];
    private readonly List<string> _seen = [];
    private readonly List<(TcpClient Client, Task Serving)> _served = [];

    public NumberedListeners()
    {
        foreach (string letter in new[] { "a", "b", "c", "d", "six", "z" })
        {
            var listener = new TcpListener(letter == "six" ? IPAddress.IPv6Loopback : IPAddress.Loopback, 0);
            listener.Start();
            _listeners.Add(letter, listener);
            _loops.Add(AcceptAsync(letter, listener));
        }
    }

    /// <summary>Puts the ports into a text: <c>{a}</c> is that of the listener a.</summary>
    public string Fill(string text) =>
        _listeners.Aggregate(text, (filled, each) => filled.Replace($"{{{each.Key}}}", $"{((IPEndPoint)each.Value.LocalEndpoint).Port}", StringComparison.Ordinal));

    /// <summary>Who was connected to since the last time: a letter, or <c>none</c>.</summary>
    public string Take()
    {
        lock (_seen)
        {
            string seen = _seen.Count == 0 ? "none" : string.Join('+', _seen.Distinct());
            _seen.Clear();
            return seen;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (TcpListener listener in _listeners.Values)
            listener.Stop();
        await Task.WhenAll(_loops);
        foreach ((TcpClient client, Task serving) in _served)
        {
            client.Dispose();
            await serving;
        }
    }

    private async Task AcceptAsync(string letter, TcpListener listener)
    {
        while (true)
        {
            try
            {
                TcpClient client = await listener.AcceptTcpClientAsync();
                lock (_seen)
                    _served.Add((client, ServeAsync(letter, client)));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return; // Stopped.
            }
        }
    }

    // Beside each other: a browser opens connections that it then says nothing on.
    private async Task ServeAsync(string letter, TcpClient client)
    {
        using (client)
        {
            try
            {
                byte[] buffer = new byte[4096];
                int length = await client.GetStream().ReadAtLeastAsync(buffer, 1, throwOnEndOfStream: false);
                // A browser asks for things of its own too.
                if (Encoding.ASCII.GetString(buffer, 0, length).Contains("Upgrade: websocket", StringComparison.OrdinalIgnoreCase))
                {
                    lock (_seen)
                        _seen.Add(letter);
                }

                await client.GetStream().WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // The client has left, or this side has stopped.
            }
        }
    }
}
