namespace NetWebSockets;

/// <summary>Whether host names are looked up by DNS over HTTPS (Electron's <c>secureDnsMode</c>).</summary>
public enum SecureDnsMode
{
    /// <summary>By the operating system only.</summary>
    Off = 0,

    /// <summary>By DNS over HTTPS, and by the operating system when that fails or does not know the name, as a name of an inner network.</summary>
    Automatic,

    /// <summary>By DNS over HTTPS only. Only the servers' own names are looked up by the operating system.</summary>
    Secure,
}
