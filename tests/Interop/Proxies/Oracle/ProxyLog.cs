using System.Net;
using NetWebSockets.Handshake;

namespace NetWebSockets.InteropTests.Proxies.Oracle;

/// <summary>What the listeners of a roster were asked for, in order.</summary>
public sealed class ProxyLog
{
    private readonly Lock _lock = new();
    private readonly List<(string Key, string Entry)> _entries = [];

    /// <summary>Adds an entry.</summary>
    /// <param name="key">The host and port that were asked for.</param>
    /// <param name="entry">Who was asked.</param>
    public void Add(string key, string entry)
    {
        lock (_lock)
            _entries.Add((Normalize(key), entry));
    }

    // An address that embeds an IPv4 address goes out as .NET writes it, and Chromium writes it otherwise; it is the same.
    private static string Normalize(string key) =>
        key.IndexOf(']') is > 0 and int end && IPAddress.TryParse(key[1..end], out IPAddress? address) ? $"[{AddressText.IPv6Of(address)}{key[end..]}" : key;

    /// <summary>Takes all that there is.</summary>
    /// <returns>Who was asked, by host and port.</returns>
    public ILookup<string, string> Take()
    {
        lock (_lock)
        {
            ILookup<string, string> taken = _entries.ToLookup(e => e.Key, e => e.Entry, StringComparer.Ordinal);
            _entries.Clear();
            return taken;
        }
    }
}
