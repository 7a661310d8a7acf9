using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

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
            (int offset, int length) = range.GetOffsetAndLength(text.Length);
            string part = text.Substring(offset, length);
            string rule = part.Trim();
            if (rule.Length == 0)
                continue;
            int position = offset + part.Length - part.TrimStart().Length;
            try
            {
                rules._rules.Add(ParseRule(rule));
            }
            catch (FormatException failure)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"'{rule}' at position {position} of ProxyBypassRules is no rule: {failure.Message}."), parameterName);
            }
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

    private static Func<Uri, bool?> ParseRule(string rule)
    {
        if (rule.Equals("<local>", StringComparison.OrdinalIgnoreCase))
            return static uri => uri.HostNameType == UriHostNameType.Dns && !uri.Host.Contains('.', StringComparison.Ordinal) ? true : null;
        if (rule.Equals("<-loopback>", StringComparison.OrdinalIgnoreCase))
            return static uri => IsImplicit(uri) ? false : null;

        int schemeEnd = rule.IndexOf("://", StringComparison.Ordinal);
        string? scheme = schemeEnd < 0 ? null : rule[..schemeEnd].ToLowerInvariant();
        string rest = schemeEnd < 0 ? rule : rule[(schemeEnd + 3)..];
        if (scheme is "")
            throw new FormatException("nothing stands before ://");
        if (rest.Length == 0)
            throw new FormatException("nothing stands after ://");
        Func<Uri, bool> matches = rest.Contains('/', StringComparison.Ordinal) ? ParseBlock(rest) : ParseHost(rest);
        return uri => (scheme is null || uri.Scheme == scheme) && matches(uri) ? true : null;
    }

    private static Func<Uri, bool> ParseBlock(string rest)
    {
        string[] parts = rest.Split('/', StringSplitOptions.TrimEntries);
        if (parts.Length != 2 || !TryParseAddress(parts[0], out IPAddress? prefix))
            throw new FormatException("what stands before / is no IP address; a block is written as 10.0.0.0/8 or 2001:db8::/32, without brackets and paths");
        int size = prefix.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length > size)
            throw new FormatException($"what stands after / is no number from 0 to {size}");

        byte[] prefixBytes = ToIPv6(prefix);
        int bits = prefix.AddressFamily == AddressFamily.InterNetwork ? length + 96 : length;
        return uri => TryGetAddress(uri, out IPAddress? address) && HasPrefix(ToIPv6(address), prefixBytes, bits);
    }

    private static Func<Uri, bool> ParseHost(string rest)
    {
        string host = rest;
        int? port = null;
        int colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf(']'))
        {
            if (!rest.StartsWith('[') && rest.AsSpan().Count(':') > 1)
                throw new FormatException("an IPv6 address is put into brackets");
            if (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > 65535)
                throw new FormatException("what stands after the colon is no port from 1 to 65535");
            port = number;
            host = rest[..colon];
        }

        if (host.Length == 0)
            throw new FormatException("there is no host");
        bool isBracketed = host.StartsWith('[') && host.EndsWith(']');
        if (TryParseAddress(isBracketed ? host[1..^1] : host, out IPAddress? literal) && isBracketed == (literal.AddressFamily == AddressFamily.InterNetworkV6))
            return uri => (port is null || uri.Port == port) && TryGetAddress(uri, out IPAddress? address) && address.Equals(literal);
        if (host.AsSpan().ContainsAny(NotInHosts))
            throw new FormatException("use a host pattern with an optional scheme and port, .suffix, an IP address, a CIDR block, <local> or <-loopback>");
        if (!Ascii.IsValid(host))
            throw new FormatException("write the name in its ASCII form (xn--…)");

        string pattern = (host.StartsWith('.') ? "*" + host : host).ToLowerInvariant();
        return uri => (port is null || uri.Port == port) && Matches((uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost).ToLowerInvariant(), pattern);
    }

    // '*' is any run of characters; '?' is at most one, as in Chromium. All places in the pattern that the host so far can have led to are kept, so that the
    // time is bounded whatever the pattern.
    private static bool Matches(string host, string pattern)
    {
        bool[] reached = new bool[pattern.Length + 1];
        bool[] next = new bool[pattern.Length + 1];
        reached[0] = true;
        Skip(reached, pattern);
        foreach (char c in host)
        {
            Array.Clear(next);
            for (int i = 0; i < pattern.Length; i++)
            {
                if (!reached[i])
                    continue;
                if (pattern[i] == '*')
                    next[i] = true;
                else if (pattern[i] == '?' || pattern[i] == c)
                    next[i + 1] = true;
            }

            Skip(next, pattern);
            (reached, next) = (next, reached);
        }

        return reached[^1];

        static void Skip(bool[] places, string pattern)
        {
            for (int i = 0; i < pattern.Length; i++)
                places[i + 1] |= places[i] && (pattern[i] is '*' or '?');
        }
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

        string host = uri.IdnHost;
        if (host.EndsWith('.'))
            host = host[..^1];
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryGetAddress(Uri uri, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        return uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 && IPAddress.TryParse(uri.DnsSafeHost, out address);
    }

    // In any form that the URL standard reads: 127.1 and 0x7f.0.0.1 are addresses, too. IPAddress alone would also take a scope.
    private static bool TryParseAddress(string text, [NotNullWhen(true)] out IPAddress? address)
    {
        address = null;
        return !text.AsSpan().ContainsAny('[', ']', '%') && IPAddress.TryParse(text, out address);
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
