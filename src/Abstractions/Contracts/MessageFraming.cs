namespace NetWebSockets;

/// <summary>How messages of a contract stand in WebSocket messages.</summary>
public enum MessageFraming
{
    /// <summary>Each is one. Default.</summary>
    Single = 0,

    /// <summary>A WebSocket message is a JSON array of messages, or one message. What is sent stands alone.</summary>
    JsonArray = 1,

    /// <summary>Each ends with a delimiter, and there may be several in a WebSocket message. What is sent ends with one too.</summary>
    Delimited = 2,
}
