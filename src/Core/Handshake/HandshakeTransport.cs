using System.Net.Sockets;

namespace NetWebSockets.Handshake;

/// <summary>
/// The stream of a TCP connection. It notes whether TLS came to the client's second flight: in TLS 1.2 a server has one alert (handshake_failure) both
/// for ciphers that do not meet, which it sends after the first, and for a client certificate that is missing, which it sends after the second.
/// </summary>
/// <param name="socket">The connected socket; owned.</param>
internal sealed class HandshakeTransport(Socket socket) : NetworkStream(socket, ownsSocket: true)
{
    // RFC 8446, section 5.1.
    private const byte HandshakeRecord = 22;

    private byte _flights;

    /// <summary>Whether the client has sent a second flight of a TLS handshake.</summary>
    public bool HasSecondFlight => _flights > 1;

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_flights < 2 && buffer is { Length: > 0, Span: [HandshakeRecord, ..] })
            _flights++;
        return base.WriteAsync(buffer, cancellationToken);
    }
}
