using System.Text;

namespace NetWebSockets.Handshake;

/// <summary>
/// The CONNECT request that opens a tunnel through a proxy, and its refusal. The handler makes the request by itself, and gives neither a way to add a
/// header nor the headers of the answer; both pass here.
/// </summary>
/// <param name="attempt">The handshake that the tunnel is for; null when there is no way to tell.</param>
internal sealed class TunnelRequest(HandshakeAttempt? attempt)
{
    private const byte LineFeed = (byte)'\n';

    private readonly List<byte> _block = [];
    private byte[] _line = [];
    private bool _isComplete = attempt?.AuthorizeTunnel is null;
    private bool _isAnswered = attempt is null;

    /// <summary>Reads the headers of a refusal.</summary>
    /// <param name="block">The header block; null for none.</param>
    /// <returns>The headers, in order; folded lines are joined.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> ReadHeaders(string? block)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (string text in (block ?? string.Empty).Split('\n').Skip(1))
        {
            string line = text.TrimEnd('\r');
            if (line.Length == 0)
                continue;
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (line[0] is ' ' or '\t' && headers.Count > 0)
                headers[^1] = new(headers[^1].Key, $"{headers[^1].Value} {line.Trim()}");
            else if (colon > 0)
                headers.Add(new(line[..colon].Trim(), line[(colon + 1)..].Trim()));
        }

        return headers;
    }

    /// <summary>Adds the credentials to the request, right after its first line.</summary>
    /// <param name="written">What the handler writes.</param>
    /// <returns>What is to be written.</returns>
    public ReadOnlyMemory<byte> Complete(ReadOnlyMemory<byte> written)
    {
        if (_isComplete)
            return written;
        int end = written.Span.IndexOf(LineFeed) + 1;
        if (end == 0)
        {
            _line = [.. _line, .. written.Span];
            return written;
        }

        _isComplete = true;
        string[] parts = Encoding.ASCII.GetString([.. _line, .. written.Span[..end]]).Split(' ');
        if (attempt!.AuthorizeTunnel!(parts[0], parts[1]) is not { } authorization)
            return written;
        HeaderRules.ValidateValue("Proxy-Authorization", authorization);
        return (byte[])[.. written.Span[..end], .. Encoding.UTF8.GetBytes($"Proxy-Authorization: {authorization}\r\n"), .. written.Span[end..]];
    }

    /// <summary>Keeps a part of the answer's header block.</summary>
    /// <param name="bytes">The part.</param>
    public void Record(ReadOnlySpan<byte> bytes)
    {
        // The handler itself fails past the limit.
        if (!_isAnswered && _block.Count + bytes.Length <= HandshakeHandler.MaxResponseHeadersKibibytes * 1024)
            _block.AddRange(bytes);
    }

    /// <summary>The header block has ended.</summary>
    /// <param name="statusClass">The first digit of its status.</param>
    /// <returns>Whether the tunnel is open.</returns>
    public bool EndBlock(byte statusClass)
    {
        if (statusClass == (byte)'2')
            return true;
        // The first answer counts: what follows it is a body, or a login of the handler's own.
        if (statusClass != (byte)'1' && !_isAnswered)
        {
            _isAnswered = true;
            attempt!.TunnelRefusal = Encoding.Latin1.GetString([.. _block]);
        }

        _block.Clear();
        return false;
    }
}
