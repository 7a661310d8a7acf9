namespace NetWebSockets;

/// <summary>The two kinds of WebSocket message (RFC 6455, section 5.6).</summary>
public enum MessageKind
{
    /// <summary>Text: UTF-8, validated before it is delivered.</summary>
    Text = 1,

    /// <summary>Binary.</summary>
    Binary = 2,
}
