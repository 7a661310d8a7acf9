using System.Globalization;
using NetWebSockets.Handshake;

namespace NetWebSockets.Sessions;

/// <summary>What a proxy script is told of an address.</summary>
/// <param name="Url">The address as the script sees it.</param>
/// <param name="Host">Its host; an IPv6 address without brackets.</param>
internal readonly record struct ProxyScriptAddress(string Url, string Host)
{
    /// <summary>Takes away what scripts must not see: user information and fragment, and of wss and https addresses path and query, as Chromium does.</summary>
    /// <param name="uri">The ws, wss, http or https address.</param>
    /// <returns>What is left. The scheme stays as it is.</returns>
    public static ProxyScriptAddress Of(Uri uri)
    {
        string host = AddressText.HostOf(uri);
        string port = uri.IsDefaultPort ? string.Empty : ":" + uri.Port.ToString(CultureInfo.InvariantCulture);
        bool isEncrypted = uri.Scheme == Uri.UriSchemeWss || uri.Scheme == Uri.UriSchemeHttps;
        return new($"{uri.Scheme}://{host}{port}{(isEncrypted ? "/" : uri.PathAndQuery)}", host.TrimStart('[').TrimEnd(']'));
    }
}
