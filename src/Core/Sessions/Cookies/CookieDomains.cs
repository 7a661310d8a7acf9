using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using NetWebSockets.Telemetry;

namespace NetWebSockets.Sessions;

/// <summary>Which domains belong together, and which a cookie may name: by the public suffix list where it is at hand.</summary>
internal sealed class CookieDomains
{
    /// <summary>What hosts are made of.</summary>
    public static readonly SearchValues<char> HostCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly Lazy<PublicSuffixList?> _list;

    /// <summary>Makes the rules of a session. The file is read when it is first needed.</summary>
    /// <param name="file">The list; null for the system's where it is, empty for none.</param>
    /// <param name="logger">Where a list that cannot be read is told.</param>
    /// <exception cref="ArgumentException">The file that was named does not exist.</exception>
    public CookieDomains(string? file, ILogger logger)
    {
        if (file is { Length: > 0 } && !File.Exists(file))
            throw new ArgumentException($"The public suffix list '{file}' does not exist: {nameof(NetSessionOptions.PublicSuffixListFile)} takes the path of a file in the format of publicsuffix.org, or an empty string for none.", nameof(file));
        _list = new Lazy<PublicSuffixList?>(() => Load(file, logger));
    }

    /// <summary>
    /// The domain that can be registered, which a host belongs to: its public suffix and one label more. Without a list the suffix is the last label. Null when the
    /// host is itself a suffix.
    /// </summary>
    /// <param name="host">The host, no IP address.</param>
    /// <returns>The end of the host, or null.</returns>
    public ReadOnlyMemory<char>? Registrable(string host)
    {
        ReadOnlySpan<char> name = host;
        if (name.EndsWith('.'))
            name = name[..^1];
        int suffix = _list.Value is { } list ? list.SuffixStart(name) : name.LastIndexOf('.') + 1;
        // A cast, for null alone would become memory of nothing.
        return suffix == 0 ? (ReadOnlyMemory<char>?)null : host.AsMemory(name[..(suffix - 1)].LastIndexOf('.') + 1);
    }

    /// <summary>The key that all cookies that can go to one host have in common.</summary>
    /// <param name="host">A host, or a cookie's domain.</param>
    /// <param name="isAddress">Whether it is an IP address.</param>
    /// <returns>The registrable domain, otherwise the host itself.</returns>
    public ReadOnlyMemory<char> Key(string host, bool isAddress) => isAddress ? host.AsMemory() : Registrable(host) ?? host.AsMemory();

    /// <summary>
    /// Whether two hosts belong to one site. By the list: they have one registrable domain. Without it nobody knows where registries end, so that only a host and one
    /// above it (not a single label) do.
    /// </summary>
    /// <param name="first">A host.</param>
    /// <param name="second">Another.</param>
    /// <returns>Whether they do.</returns>
    public bool IsSameSite(string first, string second)
    {
        if (first.Equals(second, StringComparison.Ordinal))
            return true;
        if (IsAddress(first) || IsAddress(second))
            return false;
        if (_list.Value is null)
            return IsBelow(first, second) || IsBelow(second, first);
        return Registrable(first) is { } one && Registrable(second) is { } other && one.Span.SequenceEqual(other.Span);
    }

    /// <summary>Decides the domain of a cookie (RFC 6265bis, section 5.7, steps 8 to 12, as Chromium has them).</summary>
    /// <param name="address">Where it comes from.</param>
    /// <param name="attribute">The value of Domain; null or empty when there is none.</param>
    /// <param name="domain">The domain of the cookie.</param>
    /// <param name="hostOnly">Whether it is for the host alone.</param>
    /// <returns>Null when it may be; otherwise why not.</returns>
    public string? Decide(in CookieAddress address, string? attribute, out string domain, out bool hostOnly)
    {
        domain = address.Host;
        hostOnly = true;
        if (string.IsNullOrEmpty(attribute))
            return null;
        string named = (attribute[0] == '.' ? attribute[1..] : attribute).ToLowerInvariant();
        if (address.IsAddress)
            return named.Trim('[', ']').Equals(address.Host, StringComparison.Ordinal) ? null : "its Domain is not the IP address that it came from";
        if (ToAscii(named) is not { } ascii)
            return "its Domain is no host name";
        named = ascii;
        if (Registrable(address.Host) is not { } own)
            return named.Equals(address.Host, StringComparison.Ordinal) ? null : "its Domain is not the host that it came from, to which no others belong";
        if (Registrable(named) is not { } registrable)
            return CookieAddress.IsAtOrBelow(address.Host, named) ? "its Domain is a public suffix" : "its Domain is not the sender's";
        if (!registrable.Span.SequenceEqual(own.Span) || !CookieAddress.IsAtOrBelow(address.Host, named))
            return "its Domain is not the sender's";
        domain = named;
        hostOnly = false;
        return null;
    }

    /// <summary>Whether a host, as cookies are compared by, is an IP address.</summary>
    /// <param name="host">The host.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsAddress(string host) => System.Net.IPAddress.TryParse(host, out _);

    /// <summary>A domain as cookies are compared by.</summary>
    /// <param name="domain">The domain; an international one as letters or in Punycode.</param>
    /// <returns>Lower case and Punycode; null when it is no host name.</returns>
    public static string? ToAscii(string domain)
    {
        try
        {
            string ascii = Ascii.IsValid(domain) ? domain.ToLowerInvariant() : new IdnMapping().GetAscii(domain.ToLowerInvariant());
            return ascii.AsSpan().ContainsAnyExcept(HostCharacters) ? null : ascii;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsBelow(string host, string parent) =>
        host.Length > parent.Length && parent.Contains('.', StringComparison.Ordinal) && CookieAddress.IsAtOrBelow(host, parent);

    private static PublicSuffixList? Load(string? file, ILogger logger)
    {
        string path = file ?? PublicSuffixList.SystemFile;
        if (path.Length == 0 || (file is null && !File.Exists(path)))
            return null;
        try
        {
            return PublicSuffixList.FromFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException)
        {
            Log.PublicSuffixListFailed(logger, failure, path);
            return null;
        }
    }
}
