using System.Net.WebSockets;
using System.Text;

namespace NetWebSockets.TestServers;

/// <summary>One whole message that a Kestrel endpoint received.</summary>
/// <param name="Path">The path of the endpoint.</param>
/// <param name="Connection">The number of the connection on this server, from 1.</param>
/// <param name="Type">Text or binary.</param>
/// <param name="Data">The message.</param>
public sealed record ReceivedMessage(string Path, int Connection, WebSocketMessageType Type, byte[] Data)
{
    /// <summary>The message as text.</summary>
    public string Text => Encoding.UTF8.GetString(Data);
}

/// <summary>Whole messages on the framework's own <see cref="WebSocket"/>.</summary>
public static class WebSocketMessages
{
    /// <summary>Receives one whole message.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the socket.</param>
    /// <returns>The message, or <see langword="null"/> when the peer closed.</returns>
    public static async Task<(WebSocketMessageType Type, byte[] Data)?> ReceiveMessageAsync(
        this WebSocket socket, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[16 * 1024];
        using MemoryStream message = new();
        while (true)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
            if (result.MessageType == WebSocketMessageType.Close)
                return null;
            message.Write(buffer, 0, result.Count);
            if (result.EndOfMessage)
                return (result.MessageType, message.ToArray());
        }
    }

    /// <summary>Sends one text message.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="text">The text.</param>
    /// <param name="cancellationToken">Ends the send, and with it the socket.</param>
    /// <returns>A task that is done when it is sent.</returns>
    public static Task SendTextAsync(this WebSocket socket, string text, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, cancellationToken);

    /// <summary>Answers the peer's close with the code and reason it gave.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that is done when the answer is sent.</returns>
    public static async Task AnswerCloseAsync(this WebSocket socket, CancellationToken cancellationToken)
    {
        if (socket.State == WebSocketState.CloseReceived)
        {
            WebSocketCloseStatus status = socket.CloseStatus ?? WebSocketCloseStatus.Empty;
            string? reason = status == WebSocketCloseStatus.Empty ? null : socket.CloseStatusDescription;
            await socket.CloseOutputAsync(status, reason, cancellationToken).ConfigureAwait(false);
        }
    }
}
