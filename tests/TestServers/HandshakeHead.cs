using System.Security.Cryptography;
using System.Text;

namespace NetWebSockets.TestServers;

/// <summary>The opening handshake's request as it came over the wire.</summary>
/// <param name="Raw">Everything up to and with the blank line.</param>
/// <param name="RequestLine">The first line.</param>
/// <param name="Headers">The headers in order, names as they were written.</param>
public sealed record HandshakeHead(string Raw, string RequestLine, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>The request's target: path and query.</summary>
    public string Target => RequestLine.Split(' ')[1];

    /// <summary>The value of a header, or <see langword="null"/>; several values are joined by a comma.</summary>
    /// <param name="name">The name, in any case.</param>
    public string? this[string name]
    {
        get
        {
            string[] values = [.. All(name)];
            return values.Length == 0 ? null : string.Join(", ", values);
        }
    }

    /// <summary>The answer to this request's Sec-WebSocket-Key (RFC 6455, section 4.2.2).</summary>
    public string Accept => AcceptFor(this["Sec-WebSocket-Key"] ?? "");

    /// <summary>Every value of a header.</summary>
    /// <param name="name">The name, in any case.</param>
    /// <returns>The values in order.</returns>
    public IEnumerable<string> All(string name) =>
        Headers.Where(h => h.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value);

    /// <summary>The answer to a Sec-WebSocket-Key.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The value of Sec-WebSocket-Accept.</returns>
#pragma warning disable CA5350 // RFC 6455 says SHA-1.
    public static string AcceptFor(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350

    internal static HandshakeHead Parse(string raw)
    {
        string[] lines = raw.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        List<KeyValuePair<string, string>> headers = [];
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(colon < 0 ? new(line, "") : new(line[..colon], line[(colon + 1)..].Trim()));
        }

        return new HandshakeHead(raw, lines.Length == 0 ? "" : lines[0], headers);
    }
}
