using NetWebSockets.Protocol;

namespace NetWebSockets.Handshake;

/// <summary>An accepted opening handshake: the stream is the codec's from here on.</summary>
/// <param name="Stream">The duplex stream below HTTP (a NetworkStream, an SslStream, or HTTP/2's own).</param>
/// <param name="Received">Bytes that were read past the response's header block: the first frames.</param>
/// <param name="Protocol">The subprotocol the server chose, or an empty string.</param>
/// <param name="Extensions">The value of the server's Sec-WebSocket-Extensions, or an empty string.</param>
/// <param name="Deflate">What was agreed on for permessage-deflate; null when it is not used.</param>
/// <param name="Headers">The headers of the response.</param>
internal sealed record HandshakeResult(
    Stream Stream,
    ReadOnlyMemory<byte> Received,
    string Protocol,
    string Extensions,
    DeflateParameters? Deflate,
    IReadOnlyList<KeyValuePair<string, string>> Headers);
