using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets.Sessions;

/// <summary>The keys that servers must have (RFC 7469's pins, set here and not by servers). Immutable.</summary>
internal sealed class CertificatePins
{
    private const string Prefix = "sha256/";
    private const string Wildcard = "*.";
    private static readonly IdnMapping Idn = new();

    private readonly Dictionary<string, byte[][]> _byPattern;

    private CertificatePins(Dictionary<string, byte[][]> byPattern) => _byPattern = byPattern;

    /// <summary>No pins.</summary>
    public static CertificatePins None { get; } = new([]);

    /// <summary>A key's pin as text.</summary>
    /// <param name="certificate">The certificate with the key.</param>
    /// <returns>Such as <c>sha256/…=</c>.</returns>
    public static string Of(X509Certificate2 certificate) => Prefix + Convert.ToBase64String(Hash(certificate));

    /// <summary>The pins with those of one pattern changed.</summary>
    /// <param name="hostPattern">A host, or <c>*.</c> and a suffix.</param>
    /// <param name="pins">The pins; empty to have none for the pattern.</param>
    /// <param name="patternName">The argument to name when the pattern is wrong.</param>
    /// <param name="pinsName">The argument to name when a pin is wrong.</param>
    /// <returns>The new pins.</returns>
    /// <exception cref="ArgumentException">The pattern or a pin is malformed.</exception>
    public CertificatePins With(string hostPattern, IEnumerable<string> pins, string patternName, string pinsName)
    {
        string pattern = NormalizePattern(hostPattern, patternName);
        byte[][] hashes = [.. pins.Select((pin, index) => Parse(pin, index, hostPattern, pinsName))];
        var changed = new Dictionary<string, byte[][]>(_byPattern, StringComparer.Ordinal);
        if (hashes.Length == 0)
            changed.Remove(pattern);
        else
            changed[pattern] = hashes;
        return new(changed);
    }

    /// <summary>Whether one of the certificates has a key that is pinned for a host. Of several patterns, the host's own counts, otherwise the longest.</summary>
    /// <param name="hostName">The host.</param>
    /// <param name="certificates">The certificates.</param>
    /// <returns>True as well when there are no pins for it.</returns>
    public bool Hold(string hostName, IEnumerable<X509Certificate2> certificates)
    {
        if (_byPattern.Count == 0 || Find(hostName) is not { } pins)
            return true;
        return certificates.Any(certificate =>
        {
            byte[] hash = Hash(certificate);
            return pins.Any(pin => pin.AsSpan().SequenceEqual(hash));
        });
    }

    private static byte[] Hash(X509Certificate2 certificate) => SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    private static byte[] Parse(string pin, int index, string hostPattern, string parameterName)
    {
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        string where = string.Create(CultureInfo.InvariantCulture, $"Pin {index + 1} of '{hostPattern}'");
        if (pin is null)
            throw new ArgumentException($"{where} is null.", parameterName);
        if (!pin.StartsWith(Prefix, StringComparison.Ordinal))
            throw new ArgumentException($"{where} ('{pin}') does not start with '{Prefix}'; only SHA-256 is known.", parameterName);
        if (!Convert.TryFromBase64String(pin[Prefix.Length..], hash, out int length) || length != hash.Length)
            throw new ArgumentException($"{where} ('{pin}') does not end with 32 bytes in base64 after '{Prefix}': the SHA-256 of a SubjectPublicKeyInfo.", parameterName);
        return hash;
    }

    private static string NormalizePattern(string pattern, string parameterName)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern, parameterName);
        bool isWildcard = pattern.StartsWith(Wildcard, StringComparison.Ordinal);
        string host = isWildcard ? pattern[Wildcard.Length..] : pattern;
        UriHostNameType kind = Uri.CheckHostName(host);
        if (kind is UriHostNameType.IPv4 or UriHostNameType.IPv6 && !isWildcard)
            return NormalizeHost(host);
        if (kind != UriHostNameType.Dns)
            throw new ArgumentException($"'{host}' in the pattern '{pattern}' is no host name; use a host such as 'feed.example', or '*.' and a suffix.", parameterName);
        try
        {
            return (isWildcard ? Wildcard : string.Empty) + NormalizeHost(Idn.GetAscii(host));
        }
        catch (ArgumentException)
        {
            throw new ArgumentException($"'{host}' in the pattern '{pattern}' is no valid international host name.", parameterName);
        }
    }

    private static string NormalizeHost(string hostName) =>
        IPAddress.TryParse(hostName, out IPAddress? address) ? address.ToString() : hostName.TrimEnd('.').ToLowerInvariant();

    private byte[][]? Find(string hostName)
    {
        string host = NormalizeHost(hostName);
        if (_byPattern.TryGetValue(host, out byte[][]? pins))
            return pins;
        // From the longest suffix to the shortest.
        for (int dot = host.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = host.IndexOf('.', dot + 1))
        {
            if (_byPattern.TryGetValue(string.Concat("*", host.AsSpan(dot)), out pins))
                return pins;
        }

        return null;
    }
}
