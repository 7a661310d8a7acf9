using System.Globalization;
using System.Net;

namespace NetWebSockets.Sessions;

/// <summary>What a host and port have become by the rules.</summary>
/// <param name="Host">The host to look up; null for one that does not exist.</param>
/// <param name="Port">The port to connect to.</param>
internal readonly record struct MappedHost(string? Host, int Port);

/// <summary>
/// Host-resolver rules in Chromium's grammar (<c>--host-resolver-rules</c>). The first map that fits a host, or a host with its port, decides,
/// unless an exclusion fits the host; addresses are mapped like names.
/// </summary>
internal sealed class HostRules
{
    private readonly List<Map> _maps = [];
    private readonly List<HostPattern> _exclusions = [];

    private HostRules()
    {
    }

    /// <summary>No rules.</summary>
    public static HostRules None { get; } = new();

    /// <summary>How many there are.</summary>
    public int Count => _maps.Count + _exclusions.Count;

    /// <summary>Reads rules.</summary>
    /// <param name="text">The rules, separated by commas; null or empty for none.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <returns>The rules.</returns>
    /// <exception cref="ArgumentException">One is wrong; the message shows it, and where it stands.</exception>
    public static HostRules Parse(string? text, string? parameterName)
    {
        if (string.IsNullOrWhiteSpace(text))
            return None;
        var rules = new HostRules();
        int start = 0;
        foreach (string part in text.Split(','))
        {
            // Nothing between two commas is no rule, in Chromium too.
            string rule = part.Trim();
            if (rule.Length > 0)
                rules.Add(rule, new Place(rule, start + part.IndexOf(rule, StringComparison.Ordinal), parameterName));
            start += part.Length + 1;
        }

        return rules;
    }

    /// <summary>Applies the rules.</summary>
    /// <param name="host">The host; an IPv6 address without brackets.</param>
    /// <param name="port">The port.</param>
    /// <returns>Where to go.</returns>
    public MappedHost Apply(string host, int port)
    {
        if (_maps.Count == 0)
            return new(host, port);
        string name = host.ToLowerInvariant();
        string withPort = string.Create(CultureInfo.InvariantCulture, $"{(name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name)}:{port}");
        foreach (Map map in _maps)
        {
            if (!map.Pattern.Matches(name) && !map.Pattern.Matches(withPort))
                continue;
            foreach (HostPattern exclusion in _exclusions)
            {
                if (exclusion.Matches(name))
                    return new(host, port);
            }

            return new(map.Host, map.Port ?? port);
        }

        return new(host, port);
    }

    private void Add(string rule, Place place)
    {
        string[] parts = rule.Split(' ');
        if (parts.Any(static part => part.Length == 0 || part.Any(char.IsWhiteSpace)))
            throw place.Error("its words are to be separated by one space each");
        switch (parts[0].ToUpperInvariant())
        {
            case "MAP" when parts.Length == 3:
                HostPattern pattern = ParsePattern(parts[1], place);
                (string? host, int? port) = ParseReplacement(parts[2], place);
                _maps.Add(new(pattern, host, port));
                return;
            case "EXCLUDE" when parts.Length == 2:
                if (parts[1].LastIndexOf(':') is >= 0 and int colon && colon == parts[1].IndexOf(':', StringComparison.Ordinal) && parts[1].Length > colon + 1)
                    throw place.Error($"an exclusion has no port, but '{parts[1]}' does; it holds for all ports of a host");
                _exclusions.Add(ParsePattern(parts[1], place));
                return;
            case "MAP":
                throw place.Error($"MAP is followed by a pattern and a replacement, here are {parts.Length - 1} words");
            case "EXCLUDE":
                throw place.Error($"EXCLUDE is followed by one pattern, here are {parts.Length - 1} words");
            default:
                throw place.Error($"'{parts[0]}' is no rule; use 'MAP pattern replacement' or 'EXCLUDE pattern'");
        }
    }

    private static HostPattern ParsePattern(string pattern, Place place)
    {
        if (pattern.AsSpan().IndexOfAny('/', '@') is >= 0 and int at)
            throw place.Error($"the pattern '{pattern}' contains '{pattern[at]}', and would never fit; a pattern is a host or host:port, without scheme and path");
        if (!pattern.All(char.IsAscii))
            throw place.Error($"the pattern '{pattern}' is not ASCII, and would never fit; write the name as it is looked up (xn--…)");
        return new HostPattern(pattern.ToLowerInvariant());
    }

    private static (string? Host, int? Port) ParseReplacement(string replacement, Place place)
    {
        string host = replacement;
        int? port = null;
        int colon = replacement.LastIndexOf(':');
        // In [::1] the last colon is part of the address.
        if (colon > replacement.LastIndexOf(']'))
        {
            host = replacement[..colon];
            string digits = replacement[(colon + 1)..];
            if (host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('['))
                throw place.Error($"'{replacement}' is no host; an IPv6 address stands in brackets, such as [::1] or [::1]:80");
            port = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= 65535
                ? number
                : throw place.Error($"'{digits}' is no port; use a number from 1 to 65535");
        }

        // Chromium's present spelling and its former one.
        if (host.ToUpperInvariant() is "~NOTFOUND" or "^NOTFOUND")
            return (null, null);
        bool isBracketed = host.StartsWith('[');
        UriHostNameType kind = Uri.CheckHostName(host);
        if (kind == UriHostNameType.Unknown || (kind == UriHostNameType.IPv6 && !isBracketed))
            throw place.Error($"'{host}' is no host name or address; use one, with a port if need be, or ~NOTFOUND");
        if (isBracketed)
            return (IPAddress.Parse(host[1..^1]).ToString(), port);
        return (new Uri($"http://{host}/").IdnHost, port);
    }

    private sealed record Map(HostPattern Pattern, string? Host, int? Port);

    private sealed record Place(string Rule, int Position, string? ParameterName)
    {
        public ArgumentException Error(string what) =>
            new($"The host-resolver rule '{Rule}' at position {Position.ToString(CultureInfo.InvariantCulture)} is wrong: {what}.", ParameterName);
    }
}
