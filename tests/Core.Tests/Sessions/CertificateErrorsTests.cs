using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using NetWebSockets.Sessions;
using Xunit;

namespace NetWebSockets.Tests.Sessions;

/// <summary>The platform's findings that no certificate made here can provoke.</summary>
public sealed class CertificateErrorsTests
{
    private const SslPolicyErrors Chain = SslPolicyErrors.RemoteCertificateChainErrors;
    private const SslPolicyErrors Name = SslPolicyErrors.RemoteCertificateNameMismatch;

    [Theory]
    [InlineData(SslPolicyErrors.None, X509ChainStatusFlags.NoError, NetError.None)]
    [InlineData(Chain, X509ChainStatusFlags.Revoked, NetError.CertRevoked)]
    [InlineData(Chain, X509ChainStatusFlags.Revoked | X509ChainStatusFlags.UntrustedRoot, NetError.CertRevoked)]
    [InlineData(Chain, X509ChainStatusFlags.HasWeakSignature, NetError.CertWeakSignatureAlgorithm)]
    [InlineData(Chain, X509ChainStatusFlags.HasNotPermittedNameConstraint, NetError.CertNameConstraintViolation)]
    [InlineData(Chain, X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation, NetError.CertUnableToCheckRevocation)]
    [InlineData(Chain, X509ChainStatusFlags.NotValidForUsage, NetError.CertInvalid)]
    [InlineData(Chain, X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.PartialChain, NetError.CertAuthorityInvalid)]
    [InlineData(Chain | Name, X509ChainStatusFlags.NotTimeValid, NetError.CertCommonNameInvalid)]
    [InlineData(Chain | Name, X509ChainStatusFlags.UntrustedRoot, NetError.CertAuthorityInvalid)]
    public void The_most_serious_finding_gives_the_name(SslPolicyErrors errors, X509ChainStatusFlags status, NetError error) =>
        Assert.Equal(error, CertificateErrors.ToNetError(errors, status));

    [Theory]
    [InlineData(X509ChainStatusFlags.NoError, NetError.CertWeakKey)]
    [InlineData(X509ChainStatusFlags.NotTimeValid, NetError.CertWeakKey)]
    [InlineData(X509ChainStatusFlags.HasWeakSignature, NetError.CertWeakSignatureAlgorithm)]
    [InlineData(X509ChainStatusFlags.UntrustedRoot, NetError.CertAuthorityInvalid)]
    public void A_weak_key_is_more_serious_than_a_date_and_less_than_a_weak_signature(X509ChainStatusFlags status, NetError error) =>
        Assert.Equal(error, CertificateErrors.ToNetError(Chain, status, hasWeakKey: true));
}
