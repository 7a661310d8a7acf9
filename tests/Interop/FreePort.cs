using System.Net;
using System.Net.Sockets;

namespace NetWebSockets.InteropTests;

/// <summary>Ports for servers that have to be told theirs.</summary>
internal static class FreePort
{
    private const int Attempts = 3;

    /// <summary>A port that nothing listens at now.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until a server is ready; one that does not become so is ended.</summary>
    /// <typeparam name="T">The server.</typeparam>
    /// <param name="server">It.</param>
    /// <param name="ready">Done when it is ready, faulted when it has ended before.</param>
    /// <param name="end">Ends it.</param>
    /// <returns>The same.</returns>
    public static async Task<T> ReadyAsync<T>(T server, Task ready, Func<ValueTask> end)
    {
        try
        {
            await ready.WaitAsync(TimeSpan.FromSeconds(60));
            return server;
        }
        catch
        {
            await end();
            throw;
        }
    }

    /// <summary>Starts a server. Somebody else may take the port before the server has it; then it gets another.</summary>
    /// <typeparam name="T">The server.</typeparam>
    /// <param name="start">Starts it, and throws <see cref="InvalidOperationException"/> when it ends before it is ready.</param>
    /// <returns>The running server.</returns>
    public static async Task<T> StartAsync<T>(Func<int, Task<T>> start)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await start(Next());
            }
            catch (InvalidOperationException) when (attempt < Attempts)
            {
                // What it said is told with the last of them.
            }
        }
    }
}
