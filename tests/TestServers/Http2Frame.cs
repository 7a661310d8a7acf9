namespace NetWebSockets.TestServers;

/// <summary>One HTTP/2 frame (RFC 9113, section 4.1).</summary>
/// <param name="Type">See <see cref="Http2FrameTypes"/>.</param>
/// <param name="Flags">The flags.</param>
/// <param name="StreamId">The stream; 0 for the connection.</param>
/// <param name="Payload">The payload.</param>
public sealed record Http2Frame(int Type, int Flags, int StreamId, byte[] Payload)
{
    /// <summary>END_STREAM, of HEADERS and DATA; ACK, of SETTINGS and PING.</summary>
    public const int EndStream = 1;

    /// <summary>END_HEADERS, of HEADERS and CONTINUATION.</summary>
    public const int EndHeaders = 4;
}

/// <summary>The types of HTTP/2 frames that tests speak of (RFC 9113, section 6).</summary>
public static class Http2FrameTypes
{
    /// <summary>DATA.</summary>
    public const int Data = 0;

    /// <summary>HEADERS.</summary>
    public const int Headers = 1;

    /// <summary>RST_STREAM.</summary>
    public const int ResetStream = 3;

    /// <summary>SETTINGS.</summary>
    public const int Settings = 4;

    /// <summary>PING.</summary>
    public const int Ping = 6;

    /// <summary>GOAWAY.</summary>
    public const int GoAway = 7;

    /// <summary>CONTINUATION.</summary>
    public const int Continuation = 9;
}
