namespace NetWebSockets;

/// <summary>What a certificate verify callback decides.</summary>
public enum CertificateVerdict
{
    /// <summary>What the session would decide without the callback: the platform's result, with the session's own authorities.</summary>
    UseDefault = 0,

    /// <summary>The certificate is accepted, whatever is wrong with it.</summary>
    Accept,

    /// <summary>The certificate is rejected, even when nothing is wrong with it.</summary>
    Reject,
}
