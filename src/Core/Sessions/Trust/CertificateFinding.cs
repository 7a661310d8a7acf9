namespace NetWebSockets.Sessions;

/// <summary>What a session finds about a server's certificate, and what becomes of it by a callback's verdict.</summary>
/// <param name="HostName">The host.</param>
/// <param name="Error">What is wrong; none when nothing is.</param>
/// <param name="Explanation">What is wrong, and what to do.</param>
/// <param name="PinExplanation">The same of the host's pins; null when they hold. No verdict overrules that.</param>
internal sealed record CertificateFinding(string HostName, NetError Error, string Explanation, string? PinExplanation)
{
    /// <summary>The judgement by a verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <returns>The judgement.</returns>
    public Handshake.CertificateJudgement Conclude(CertificateVerdict verdict) => verdict switch
    {
        CertificateVerdict.Accept when PinExplanation is not null => new(NetError.SslPinnedKeyNotInCertChain, PinExplanation),
        CertificateVerdict.Accept => Handshake.CertificateJudgement.Accepted,
        CertificateVerdict.UseDefault when Error == NetError.None => Handshake.CertificateJudgement.Accepted,
        CertificateVerdict.UseDefault => new(Error, Explanation),
        // What is no verdict is no permission.
        _ => new(ErrorOr(NetError.CertInvalid), $"The session's certificate verify callback rejected the certificate of '{HostName}'."),
    };

    /// <summary>The judgement when the callback failed.</summary>
    /// <param name="failure">How it failed.</param>
    /// <returns>The judgement: rejected.</returns>
    public Handshake.CertificateJudgement ConcludeFailed(Exception failure) => new(
        ErrorOr(NetError.CertInvalid),
        $"The session's certificate verify callback failed for '{HostName}' ({failure.GetType().Name}), so its certificate is rejected.");

    private NetError ErrorOr(NetError otherwise) => Error == NetError.None ? otherwise : Error;
}
