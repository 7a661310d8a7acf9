using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets.Sessions;

/// <summary>From the platform's findings about a certificate to Chromium's names.</summary>
internal static class CertificateErrors
{
    /// <summary>The chain does not end at an authority that is trusted.</summary>
    public const X509ChainStatusFlags NotTrusted =
        X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid | X509ChainStatusFlags.Cyclic
        | X509ChainStatusFlags.ExplicitDistrust;

    /// <summary>Whether it was revoked is not known.</summary>
    public const X509ChainStatusFlags RevocationUnknown = X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    private const X509ChainStatusFlags NotTimely =
        X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.NotTimeNested | X509ChainStatusFlags.CtlNotTimeValid;

    private const X509ChainStatusFlags NameConstraints =
        X509ChainStatusFlags.InvalidNameConstraints | X509ChainStatusFlags.HasNotSupportedNameConstraint
        | X509ChainStatusFlags.HasNotDefinedNameConstraint | X509ChainStatusFlags.HasNotPermittedNameConstraint
        | X509ChainStatusFlags.HasExcludedNameConstraint;

    /// <summary>The most serious error first, in Chromium's order.</summary>
    /// <param name="errors">What the platform says.</param>
    /// <param name="status">What it says of the chain.</param>
    /// <param name="hasWeakKey">Whether a key in it is too weak.</param>
    /// <returns>The error.</returns>
    public static NetError ToNetError(SslPolicyErrors errors, X509ChainStatusFlags status, bool hasWeakKey = false)
    {
        if (errors == SslPolicyErrors.None)
            return NetError.None;
        bool hasChainErrors = errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors);
        if (hasChainErrors && Has(status, X509ChainStatusFlags.Revoked))
            return NetError.CertRevoked;
        if (hasChainErrors && Has(status, NotTrusted))
            return NetError.CertAuthorityInvalid;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return NetError.CertCommonNameInvalid;
        if (Has(status, NameConstraints))
            return NetError.CertNameConstraintViolation;
        if (Has(status, X509ChainStatusFlags.HasWeakSignature))
            return NetError.CertWeakSignatureAlgorithm;
        if (hasWeakKey)
            return NetError.CertWeakKey;
        if (Has(status, NotTimely))
            return NetError.CertDateInvalid;
        if (Has(status, RevocationUnknown))
            return NetError.CertUnableToCheckRevocation;
        return NetError.CertInvalid;
    }

    /// <summary>A sentence for an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="hostName">The host.</param>
    /// <param name="certificate">Its certificate.</param>
    /// <returns>What is wrong, and what to do.</returns>
    public static string Explain(NetError error, string hostName, X509Certificate2 certificate) => error switch
    {
        NetError.CertAuthorityInvalid =>
            $"The certificate of '{hostName}' is from '{certificate.Issuer}', which is not trusted. Add that authority to the session (AddCertificateAuthority) or to the machine.",
        NetError.CertCommonNameInvalid =>
            $"The certificate of '{hostName}' is for other names ({Names(certificate)}). Use one of them in the address.",
        NetError.CertDateInvalid => string.Create(
            CultureInfo.InvariantCulture,
            $"The certificate of '{hostName}', or one above it, is not valid now; its own time is {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}. Renew it, or set this machine's clock."),
        NetError.CertRevoked => $"The certificate of '{hostName}' has been revoked; it must be replaced.",
        NetError.CertWeakSignatureAlgorithm =>
            $"The certificate of '{hostName}', or one above it, is signed with a weak algorithm (its own is {certificate.SignatureAlgorithm.FriendlyName}); it must be replaced.",
        NetError.CertWeakKey => $"The certificate of '{hostName}', or one above it, has an RSA key of less than 2048 bits; it must be replaced.",
        NetError.CertNameConstraintViolation => $"The certificate of '{hostName}' breaks the name constraints of its authority.",
        NetError.CertUnableToCheckRevocation => $"Whether the certificate of '{hostName}' was revoked could not be learnt. Make the addresses of revocation lists and OCSP in it reachable, or set TlsConfig.AllowUnknownRevocationStatus.",
        _ => $"The certificate of '{hostName}' is not valid for a server.",
    };

    private static bool Has(X509ChainStatusFlags status, X509ChainStatusFlags any) => (status & any) != 0;

    private static string Names(X509Certificate2 certificate)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return names is null ? certificate.Subject : string.Join(", ", names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(a => a.ToString())).Take(5));
    }
}
