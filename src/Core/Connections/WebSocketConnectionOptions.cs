namespace NetWebSockets;

/// <summary>How a <see cref="WebSocketConnection"/> connects, reconnects, queues and notices a dead peer.</summary>
public class WebSocketConnectionOptions
{
    /// <summary>The address, when no endpoint factory gives one.</summary>
    public Uri? Uri { get; set; }
}
