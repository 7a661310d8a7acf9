namespace NetWebSockets.Telemetry;

/// <summary>
/// Every log message, by source generation. Each area adds a file <c>Log.&lt;Area&gt;.cs</c> beside this one with its
/// <c>[LoggerMessage]</c> methods, which take primitives only, and numbers them in its own hundred:
/// Sessions 1xx, Sockets 2xx, Connections 3xx, Messaging 4xx, Hosting 5xx. A test holds every area to its range.
/// </summary>
/// <remarks>No secret is ever logged: of an address only scheme, host and path, never its query or user information.</remarks>
internal static partial class Log
{
    /// <summary>The part of an address that may be logged.</summary>
    /// <param name="address">An absolute address.</param>
    /// <returns>Scheme, host, port and path.</returns>
    public static string Redact(Uri address) =>
        $"{address.Scheme}://{address.Authority}{address.AbsolutePath}";
}
