namespace NetWebSockets.AotSmoke;

/// <summary>The socket by itself, compressed.</summary>
internal static class SocketScenario
{
    public static async Task RunAsync(Uri server, CancellationToken cancellationToken)
    {
        await using NetWebSocket socket = new(new Uri(server, "/echo").ToString(), new NetWebSocketOptions { PerMessageDeflate = new PerMessageDeflateOptions() });
        await socket.Opened.WaitAsync(cancellationToken);
        socket.Send(new string('x', 10_000));
        await foreach (WebSocketMessage message in socket.ReadAllAsync(cancellationToken))
        {
            Report.Line("socket", message.Text.Length, socket.Extensions.Length > 0);
            break;
        }
    }
}
