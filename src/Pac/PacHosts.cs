using System.Globalization;
using System.Text;

namespace NetWebSockets.Pac;

/// <summary>What scripts ask of host names. Case matters, as in Chromium, which hands hosts over in lower case.</summary>
internal static class PacHosts
{
    private static readonly IdnMapping Idn = new();

    /// <summary>Whether a host has no domain: no dot, and it is no address.</summary>
    /// <param name="host">The host.</param>
    /// <returns>Whether it is so.</returns>
    public static bool IsPlain(string host) => !host.Contains('.', StringComparison.Ordinal) && !PacAddresses.TryParse(host, out _);

    /// <summary>Whether a host ends with a domain, which is compared as text: without a leading dot, 'notexample.com' is in 'example.com'.</summary>
    /// <param name="host">The host.</param>
    /// <param name="domain">The domain.</param>
    /// <returns>Whether it is so.</returns>
    public static bool IsInDomain(string host, string domain) => host.EndsWith(domain, StringComparison.Ordinal);

    /// <summary>Whether a host is another one, or its first labels.</summary>
    /// <param name="host">The host.</param>
    /// <param name="fullName">The other one.</param>
    /// <returns>Whether it is so.</returns>
    public static bool IsHostOrDomain(string host, string fullName) =>
        host == fullName || (fullName.Length > host.Length && fullName[host.Length] == '.' && fullName.StartsWith(host, StringComparison.Ordinal));

    /// <summary>Counts the dots of a host.</summary>
    /// <param name="host">The host.</param>
    /// <returns>The number.</returns>
    public static int CountLevels(string host) => host.AsSpan().Count('.');

    /// <summary>The form of a host name for look-ups.</summary>
    /// <param name="host">The host name.</param>
    /// <returns>It in ASCII; null when it has no such form.</returns>
    public static string? ToAscii(string host)
    {
        if (Ascii.IsValid(host))
            return host;
        try
        {
            return Idn.GetAscii(host);
        }
        catch (ArgumentException)
        {
            // No host name: then it has no address, which is what the script is told.
            return null;
        }
    }
}
