using System.IO.Compression;
using NetWebSockets.Protocol;

namespace NetWebSockets;

/// <summary>
/// What is offered and how messages are compressed, when permessage-deflate (RFC 7692) is wanted. Compression costs processor time and, while the context is kept,
/// about 300 KiB of native memory per connection for sending and 64 KiB for receiving. Whoever can make a peer send text of their choice beside a secret may learn
/// the secret from the length of what was compressed: send such messages with <see cref="SendFlags.DisableCompression"/>. Read and checked when the socket is made: an
/// option that is out of its range is an <see cref="ArgumentException"/> there.
/// </summary>
public sealed class PerMessageDeflateOptions
{
    /// <summary>
    /// Whether our messages may refer to earlier ones (RFC 7692, section 7.1.1.2). False offers <c>client_no_context_takeover</c>: less memory between messages, worse compression.
    /// The server may forbid it all the same. Default <see langword="true"/>.
    /// </summary>
    public bool ClientContextTakeover { get; set; } = true;

    /// <summary>
    /// Whether the server's messages may refer to earlier ones (section 7.1.1.1). False demands <c>server_no_context_takeover</c>: a server that does not agree is refused. Default
    /// <see langword="true"/>.
    /// </summary>
    public bool ServerContextTakeover { get; set; } = true;

    /// <summary>
    /// The base-2 logarithm of the window that our compression uses at most (section 7.1.2.2), 8 to 15. The server may ask for less. Below 15 the compressor starts over each time
    /// it has been given a window's length, which costs compression. Default 15.
    /// </summary>
    public int ClientMaxWindowBits { get; set; } = DeflateParameters.MaxWindowBits;

    /// <summary>
    /// The base-2 logarithm of the window that the server may use (section 7.1.2.1), 8 to 15. Below 15 <c>server_max_window_bits</c> is demanded: a server that does not agree is refused. Default 15.
    /// </summary>
    public int ServerMaxWindowBits { get; set; } = DeflateParameters.MaxWindowBits;

    /// <summary>Messages of fewer bytes are sent as they are. Not negative. Default 64.</summary>
    public int Threshold { get; set; } = 64;

    /// <summary>
    /// How hard to compress: <see cref="CompressionLevel.Fastest"/>, the default, costs senders the least time; <see cref="CompressionLevel.Optimal"/> makes messages shorter.
    /// </summary>
    public CompressionLevel Level { get; set; } = CompressionLevel.Fastest;

    /// <summary>A copy that nobody else changes.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal PerMessageDeflateOptions ToValidated()
    {
        foreach (string problem in Problems())
            throw new ArgumentException(problem, "PerMessageDeflate");
        return (PerMessageDeflateOptions)MemberwiseClone();
    }

    /// <summary>A sentence for each option that is out of its range.</summary>
    internal IEnumerable<string> Problems()
    {
        if (ClientMaxWindowBits is < DeflateParameters.MinWindowBits or > DeflateParameters.MaxWindowBits)
            yield return $"PerMessageDeflate.ClientMaxWindowBits is {ClientMaxWindowBits}; it must be from 8 to 15 (RFC 7692, section 7.1.2.2).";
        if (ServerMaxWindowBits is < DeflateParameters.MinWindowBits or > DeflateParameters.MaxWindowBits)
            yield return $"PerMessageDeflate.ServerMaxWindowBits is {ServerMaxWindowBits}; it must be from 8 to 15 (RFC 7692, section 7.1.2.1).";
        if (Threshold < 0)
            yield return $"PerMessageDeflate.Threshold is {Threshold}; it must not be negative.";
        if (!Enum.IsDefined(Level))
            yield return $"PerMessageDeflate.Level is {(int)Level}, which is not a CompressionLevel.";
    }
}
