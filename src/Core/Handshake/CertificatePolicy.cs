using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets.Handshake;

/// <summary>Judges a server's certificate during the TLS handshake. What it throws rejects the certificate.</summary>
/// <param name="hostName">The host that was asked for: the server's, or that of a proxy reached over TLS.</param>
/// <param name="certificate">The certificate; null when the server sent none.</param>
/// <param name="chain">The chain that the platform built.</param>
/// <param name="errors">What the platform found wrong.</param>
/// <returns>The judgement.</returns>
internal delegate CertificateJudgement CertificatePolicy(string hostName, X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors);

/// <summary>Whether a certificate is accepted, and if not, why.</summary>
/// <param name="Error"><see cref="NetError.None"/> when it is.</param>
/// <param name="Explanation">What is wrong with it, and what to do.</param>
/// <param name="Pending">
/// What judges it after the TLS handshake, before anything is sent to the server; null when this judgement is final. Called once.
/// </param>
internal readonly record struct CertificateJudgement(
    NetError Error, string Explanation, Func<CancellationToken, ValueTask<CertificateJudgement>>? Pending = null)
{
    /// <summary>It is accepted.</summary>
    public static CertificateJudgement Accepted { get; } = new(NetError.None, string.Empty);
}

/// <summary>A certificate was rejected on this side. Thrown within the making of its connection, for that is the only way the reason stays with it.</summary>
/// <param name="judgement">The judgement.</param>
/// <param name="isProxy">Whether it is that of a proxy which is reached over TLS.</param>
internal sealed class CertificateRejectedException(CertificateJudgement judgement, bool isProxy) : AuthenticationException(judgement.Explanation)
{
    /// <summary>The error.</summary>
    public NetError Error { get; } = isProxy ? NetError.ProxyCertificateInvalid : judgement.Error;
}
