namespace NetWebSockets.Fuzz;

/// <summary>The ways to consume the messages of a <see cref="NetWebSocket"/>.</summary>
internal enum MessageConsumer
{
    Listener,
    Foreach,
    TryReceive,
}

/// <summary>Consumes every message of a socket in one of these ways.</summary>
internal static class MessageConsumers
{
    /// <summary>Consumes to the end.</summary>
    /// <param name="socket">A socket that was just made.</param>
    /// <param name="consumer">The way.</param>
    /// <returns>The messages; of one that was handed out as it came and did not end, its part.</returns>
    public static async Task<List<WireEvent>> ConsumeAsync(NetWebSocket socket, MessageConsumer consumer)
    {
        List<WireEvent> found = [];
        try
        {
            switch (consumer)
            {
                case MessageConsumer.Listener:
                    return await ListenAsync(socket);
                case MessageConsumer.Foreach:
                    await foreach (WebSocketMessage message in socket.ReadAllAsync())
                        found.Add(await TakeAsync(message));
                    break;
                default:
                    while (await socket.WaitToReceiveAsync())
                    {
                        while (socket.TryReceive(out WebSocketMessage message))
                            found.Add(message.Stream is null ? Take(message) : await TakeAsync(message));
                    }

                    break;
            }
        }
        catch (NetWebSocketException)
        {
            // The loop tells how the connection failed after the last message; so does the close event, which is looked at.
        }

        return found;
    }

    private static async Task<List<WireEvent>> ListenAsync(NetWebSocket socket)
    {
        TaskCompletionSource<Exception?> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<Task<WireEvent>> found = [];
        socket.OnHandlerException = exception => closed.TrySetResult(exception);
        socket.OnMessage = e => found.Add(e.Message.Stream is null ? Task.FromResult(Take(e.Message)) : TakeAsync(e.Message));
        socket.OnClose = _ => closed.TrySetResult(null);
        if (await closed.Task is { } failure)
            throw new FuzzFailure("A listener threw.", failure);
        return [.. await Task.WhenAll(found)];
    }

    private static WireEvent Take(WebSocketMessage message) => new(message.IsText ? WireEventType.Text : WireEventType.Binary, message.ToArray());

    private static async Task<WireEvent> TakeAsync(WebSocketMessage message)
    {
        if (message.Stream is not { } stream)
            return Take(message);
        MemoryStream all = new();
        try
        {
            await stream.CopyToAsync(all, 777);
            return new WireEvent(WireEventType.Binary, all.ToArray());
        }
        catch (IOException)
        {
            return new WireEvent(WireEventType.BinaryPart, all.ToArray());
        }
    }
}
