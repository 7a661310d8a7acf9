namespace NetWebSockets;

/// <summary>How one message is sent.</summary>
[Flags]
public enum SendFlags
{
    /// <summary>As the socket's options say.</summary>
    None = 0,

    /// <summary>
    /// Not compressed, although permessage-deflate was negotiated: for data that is compressed already, and for secrets beside text that others choose (RFC 7692, section 8).
    /// </summary>
    DisableCompression = 1,
}
