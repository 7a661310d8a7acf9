using System.Text;

namespace NetWebSockets.Handshake;

/// <summary>
/// The CONNECT requests on a connection to a proxy, and their refusals. The handler makes them by itself, and gives neither a way to add a header nor the
/// headers of the answer; both pass here. A connection on which one was refused may carry the next, for another handshake.
/// </summary>
internal sealed class TunnelRequest
{
    private const byte LineFeed = (byte)'\n';

    private readonly List<byte> _block = [];
    private HandshakeAttempt? _attempt;
    private byte[] _line = [];
    private bool _isUnderWay;
    private bool _isComplete;

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
        if (!_isUnderWay)
        {
            _isUnderWay = true;
            _attempt = HandshakeAttempt.Current;
            _isComplete = _attempt?.AuthorizeTunnel is null;
            _line = [];
        }

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
        if (_attempt!.AuthorizeTunnel!(parts[0], parts[1]) is not { } authorization)
            return written;
        HeaderRules.ValidateValue("Proxy-Authorization", authorization);
        return (byte[])[.. written.Span[..end], .. Encoding.UTF8.GetBytes($"Proxy-Authorization: {authorization}\r\n"), .. written.Span[end..]];
    }

    /// <summary>Keeps a part of the answer's header block.</summary>
    /// <param name="bytes">The part.</param>
    public void Record(ReadOnlySpan<byte> bytes)
    {
        // The handler itself fails past the limit.
        if (_isUnderWay && _block.Count + bytes.Length <= HandshakeHandler.MaxResponseHeadersKibibytes * 1024)
            _block.AddRange(bytes);
    }

    /// <summary>The header block has ended.</summary>
    /// <param name="statusClass">The first digit of its status.</param>
    /// <returns>Whether the tunnel is open.</returns>
    public bool EndBlock(byte statusClass)
    {
        // What comes unasked is a body.
        if (!_isUnderWay)
            return false;
        if (statusClass == (byte)'2')
            return true;
        if (statusClass != (byte)'1')
        {
            _isUnderWay = false;
            // The first refusal counts: a later one may be a step of the handler's own login.
            if (_attempt is not null)
                _attempt.TunnelRefusal ??= Encoding.Latin1.GetString([.. _block]);
            _attempt = null;
        }

        _block.Clear();
        return false;
    }
}
