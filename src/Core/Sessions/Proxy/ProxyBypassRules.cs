using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace NetWebSockets.Sessions;

/// <summary>
/// Which addresses go around the proxy: Chromium's grammar and its order. Later rules go before earlier ones, and what no rule matches is
/// bypassed when it is of this machine or link-local (the implicit rules), unless <c>&lt;-loopback&gt;</c> takes that back.
/// </summary>
internal sealed class ProxyBypassRules
{
    private static readonly SearchValues<char> NotInHosts = SearchValues.Create("[] \t<>@");

    private readonly List<Func<Uri, bool?>> _rules = [];

    private ProxyBypassRules()
    {
    }

    /// <summary>Only the implicit rules.</summary>
    public static ProxyBypassRules Implicit { get; } = new();

    /// <summary>Reads rules separated by commas or semicolons.</summary>
    /// <param name="text">The rules.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <returns>The rules.</returns>
    /// <exception cref="ArgumentException">One is wrong; the message names it and its place.</exception>
    public static ProxyBypassRules Parse(string text, string parameterName)
    {
        var rules = new ProxyBypassRules();
        foreach (Range range in text.AsSpan().SplitAny(",;"))
        {
            string rule = text[range].Trim();
            if (rule.Length == 0)
                continue;
            (int position, _) = range.GetOffsetAndLength(text.Length);
            rules._rules.Add(ParseRule(rule) is { } parsed
                ? parsed
                : throw new ArgumentException($"'{rule}' at position {position} of ProxyBypassRules is no rule; use a host pattern with an optional scheme and port, .suffix, an IP address, a CIDR block, <local> or <-loopback>.", parameterName));
        }

        return rules;
    }

    /// <summary>Whether an address goes around the proxy.</summary>
    /// <param name="uri">The address.</param>
    /// <returns>Whether it does.</returns>
    public bool Bypasses(Uri uri)
    {
        for (int i = _rules.Count - 1; i >= 0; i--)
        {
            if (_rules[i](uri) is { } decision)
                return decision;
        }

        return IsImplicit(uri);
    }

    private static Func<Uri, bool?>? ParseRule(string rule)
    {
        if (rule.Equals("<local>", StringComparison.OrdinalIgnoreCase))
            return static uri => uri.HostNameType == UriHostNameType.Dns && !uri.Host.Contains('.', StringComparison.Ordinal) ? true : null;
        if (rule.Equals("<-loopback>", StringComparison.OrdinalIgnoreCase))
            return static uri => IsImplicit(uri) ? false : null;

        int schemeEnd = rule.IndexOf("://", StringComparison.Ordinal);
        string? scheme = schemeEnd < 0 ? null : rule[..schemeEnd].ToLowerInvariant();
        string rest = schemeEnd < 0 ? rule : rule[(schemeEnd + 3)..];
        if (scheme is "" || rest.Length == 0)
            return null;
        Func<Uri, bool>? matches = rest.Contains('/', StringComparison.Ordinal) ? ParseBlock(rest) : ParseHost(rest);
        if (matches is null)
            return null;
        return uri => (scheme is null || uri.Scheme == scheme) && matches(uri) ? true : null;
    }

    private static Func<Uri, bool>? ParseBlock(string rest)
    {
        int slash = rest.LastIndexOf('/');
        if (!TryParseAddress(rest[..slash], out IPAddress? prefix)
            || !int.TryParse(rest.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int length)
            || length > (prefix.AddressFamily == AddressFamily.InterNetwork ? 32 : 128))
        {
            return null;
        }

        byte[] prefixBytes = ToIPv6(prefix);
        int bits = prefix.AddressFamily == AddressFamily.InterNetwork ? length + 96 : length;
        return uri => TryGetAddress(uri, out IPAddress? address) && HasPrefix(ToIPv6(address), prefixBytes, bits);
    }

    private static Func<Uri, bool>? ParseHost(string rest)
    {
        string host = rest;
        int? port = null;
        int colon = rest.LastIndexOf(':');
        // An IPv6 address without brackets has colons of its own and no port.
        if (colon > rest.LastIndexOf(']') && !(TryParseAddress(rest, out IPAddress? bare) && bare.AddressFamily == AddressFamily.InterNetworkV6))
        {
            if (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number > 65535)
                return null;
            port = number;
            host = rest[..colon];
        }

        if (host.Length == 0)
            return null;
        if (TryParseAddress(host, out IPAddress? literal))
            return uri => (port is null || uri.Port == port) && TryGetAddress(uri, out IPAddress? address) && address.Equals(literal);
        if (host.AsSpan().ContainsAny(NotInHosts))
            return null;

        string pattern = host.StartsWith('.') ? "*" + host : host;
        return uri => (port is null || uri.Port == port) && MatchesAt(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost, 0, pattern, 0);
    }

    // '*' is any run of characters; '?' is at most one, as in Chromium.
    private static bool MatchesAt(string host, int at, string pattern, int patternAt)
    {
        if (patternAt == pattern.Length)
            return at == host.Length;
        return pattern[patternAt] switch
        {
            '*' => MatchesAt(host, at, pattern, patternAt + 1) || (at < host.Length && MatchesAt(host, at + 1, pattern, patternAt)),
            '?' => MatchesAt(host, at, pattern, patternAt + 1) || (at < host.Length && MatchesAt(host, at + 1, pattern, patternAt + 1)),
            char expected => at < host.Length && char.ToLowerInvariant(host[at]) == char.ToLowerInvariant(expected)
                && MatchesAt(host, at + 1, pattern, patternAt + 1),
        };
    }

    private static bool IsImplicit(Uri uri)
    {
        if (TryGetAddress(uri, out IPAddress? address))
        {
            if (address.IsIPv4MappedToIPv6)
                address = address.MapToIPv4();
            return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal
                || (address.AddressFamily == AddressFamily.InterNetwork && HasPrefix(address.GetAddressBytes(), [169, 254], 16));
        }

        string host = uri.IdnHost.TrimEnd('.');
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryGetAddress(Uri uri, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        return uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 && IPAddress.TryParse(uri.DnsSafeHost, out address);
    }

    // IPAddress alone would read "1" as an address.
    private static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        string inner = text.StartsWith('[') && text.EndsWith(']') ? text[1..^1] : text;
        bool hasShape = inner.Contains(':', StringComparison.Ordinal) || (text.Length == inner.Length && inner.Count(c => c == '.') == 3);
        return hasShape && IPAddress.TryParse(inner, out address);
    }

    private static byte[] ToIPv6(IPAddress address) =>
        (address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address).GetAddressBytes();

    private static bool HasPrefix(ReadOnlySpan<byte> address, ReadOnlySpan<byte> prefix, int bits)
    {
        int whole = bits / 8;
        if (!address[..whole].SequenceEqual(prefix[..whole]))
            return false;
        int rest = bits % 8;
        return rest == 0 || (address[whole] >> (8 - rest)) == (prefix[whole] >> (8 - rest));
    }
}
