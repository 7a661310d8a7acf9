namespace NetWebSockets.TestServers;

/// <summary>Opcodes of RFC 6455, section 5.2. Plain numbers, so that a test can send reserved ones as well.</summary>
public static class Opcodes
{
    /// <summary>A further frame of a fragmented message.</summary>
    public const int Continuation = 0x0;

    /// <summary>Text.</summary>
    public const int Text = 0x1;

    /// <summary>Binary.</summary>
    public const int Binary = 0x2;

    /// <summary>Close.</summary>
    public const int Close = 0x8;

    /// <summary>Ping.</summary>
    public const int Ping = 0x9;

    /// <summary>Pong.</summary>
    public const int Pong = 0xA;
}
