namespace NetWebSockets.Protocol;

/// <summary>What <see cref="FrameReader"/> found.</summary>
internal enum FrameTokenType
{
    /// <summary>A whole message, in place.</summary>
    Message,

    /// <summary>A piece of a message that is fragmented, or larger than the read buffer.</summary>
    Piece,

    /// <summary>A control frame.</summary>
    Ping,

    /// <inheritdoc cref="Ping"/>
    Pong,

    /// <inheritdoc cref="Ping"/>
    Close,
}

/// <summary>One thing found in the read buffer; the payload is a range of the bytes that were passed in.</summary>
internal struct FrameToken
{
    public FrameTokenType Type;

    /// <summary>Text or binary, for messages and pieces.</summary>
    public MessageKind Kind;

    /// <summary>Start of the payload in the bytes that were passed in.</summary>
    public int Offset;

    /// <summary>Length of the payload.</summary>
    public int Length;

    /// <summary>For a piece: the first of its message.</summary>
    public bool IsFirst;

    /// <summary>For a piece: the last of its message.</summary>
    public bool IsLast;

    /// <summary>For a message or a first piece: RSV1 was set (permessage-deflate). Text is then not validated here.</summary>
    public bool IsCompressed;
}
