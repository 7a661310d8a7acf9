namespace NetWebSockets;

/// <summary>A version of TLS. Older ones are not spoken, as in Chromium.</summary>
public enum TlsVersion
{
    /// <summary>TLS 1.2, RFC 5246.</summary>
    Tls12 = 0,

    /// <summary>TLS 1.3, RFC 8446. On macOS the platform has it not.</summary>
    Tls13,
}
