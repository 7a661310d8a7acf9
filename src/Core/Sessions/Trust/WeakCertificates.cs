using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets.Sessions;

/// <summary>Finds keys and signatures that are too weak to prove anything, whatever the platform thinks of them.</summary>
internal static class WeakCertificates
{
    private const int MinRsaKeySize = 2048;
    private const string Rsa = "1.2.840.113549.1.1.1";

    // With MD2, MD4, MD5 and SHA-1.
    private static readonly string[] WeakSignatures =
    [
        "1.2.840.113549.1.1.2", "1.2.840.113549.1.1.3", "1.2.840.113549.1.1.4", "1.2.840.113549.1.1.5", "1.3.14.3.2.29", "1.2.840.10040.4.3",
        "1.2.840.10045.4.1",
    ];

    /// <summary>Looks at a chain.</summary>
    /// <param name="chain">The chain.</param>
    /// <returns>Whether it has weak keys and weak signatures.</returns>
    public static (bool Keys, bool Signatures) Find(X509Chain chain)
    {
        bool keys = false;
        bool signatures = false;
        for (int i = 0; i < chain.ChainElements.Count; i++)
        {
            X509Certificate2 certificate = chain.ChainElements[i].Certificate;
            keys |= certificate.GetKeyAlgorithm() == Rsa && SizeOfRsaKey(certificate) < MinRsaKeySize;
            // Nobody relies on the signature of the authority that is trusted for itself.
            bool isTrustAnchor = i > 0 && i == chain.ChainElements.Count - 1;
            signatures |= !isTrustAnchor && WeakSignatures.Contains(certificate.SignatureAlgorithm.Value);
        }

        return (keys, signatures);
    }

    private static int SizeOfRsaKey(X509Certificate2 certificate)
    {
        // RFC 8017, appendix A.1.1: the modulus comes first. Read here, since a key object costs more than all else about a judgement.
        ReadOnlySpan<byte> key = certificate.GetPublicKey();
        AsnDecoder.ReadSequence(key, AsnEncodingRules.DER, out int start, out _, out _);
        ReadOnlySpan<byte> modulus = AsnDecoder.ReadIntegerBytes(key[start..], AsnEncodingRules.DER, out _).TrimStart((byte)0);
        return modulus.IsEmpty ? 0 : (modulus.Length * 8) - byte.LeadingZeroCount(modulus[0]);
    }
}
