using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace NetWebSockets.TestServers;

/// <summary>
/// A TCP server on loopback that does next to nothing by itself, for tests that make thousands of connections or send gigabytes: each connection is served by a method of the
/// test, on a socket.
/// </summary>
public sealed class RawServer : IAsyncDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Func<RawConnection, Task> _serve;
    private readonly ConcurrentDictionary<RawConnection, Task> _served = [];
    private readonly Task _loop;
    private int _count;

    /// <summary>Starts listening on a free port of 127.0.0.1.</summary>
    /// <param name="serve">Serves one connection, which is closed when it is done. What it throws because the client has left is passed over.</param>
    public RawServer(Func<RawConnection, Task> serve)
    {
        _serve = serve;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        Uri = new Uri($"ws://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}/");
        _loop = AcceptLoopAsync();
    }

    /// <summary>The address.</summary>
    public Uri Uri { get; }

    /// <summary>Connections that have come in so far.</summary>
    public int ConnectionCount => Volatile.Read(ref _count);

    /// <summary>Connections that are being served.</summary>
    public int LiveCount => _served.Count;

    /// <summary>A failure of the serving method that was none of the network; null when there was none.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Stops listening and drops every connection.</summary>
    /// <returns>A task that is done when all has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _loop.ConfigureAwait(false);
        foreach ((RawConnection connection, Task served) in _served)
        {
            connection.Socket.Dispose();
            await served.ConfigureAwait(false);
        }
    }

    private async Task AcceptLoopAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return; // DisposeAsync disposed it.
            }

            socket.NoDelay = true;
            var connection = new RawConnection(socket, Interlocked.Increment(ref _count));
            TaskCompletionSource added = new();
            _served[connection] = ServeAsync(connection, added.Task);
            added.SetResult();
        }
    }

    private async Task ServeAsync(RawConnection connection, Task added)
    {
        await added.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await _serve(connection).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            // The client has left, or the server is going.
        }
        catch (Exception e)
        {
            Failure ??= e;
        }
        finally
        {
            connection.Socket.Dispose();
            _served.TryRemove(connection, out _);
        }
    }
}
