using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets.Sessions;

/// <summary>Reads certificates of authorities from files.</summary>
internal static class CertificateFiles
{
    private static ReadOnlySpan<byte> PemBegin => "-----BEGIN"u8;

    /// <summary>Reads one file.</summary>
    /// <param name="path">A PEM file with one or more certificates, or a DER file with one.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <returns>The certificates, each of an authority.</returns>
    /// <exception cref="ArgumentException">The file cannot be read, or holds something else; the message names file and place.</exception>
    public static X509Certificate2[] ReadAuthorities(string path, string parameterName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path, parameterName);
        X509Certificate2Collection certificates = Read(path, parameterName);
        for (int i = 0; i < certificates.Count; i++)
            TrustPolicy.ValidateAuthority(certificates[i], parameterName, string.Create(CultureInfo.InvariantCulture, $"Certificate {i + 1} in '{path}'"));
        return [.. certificates];
    }

    private static X509Certificate2Collection Read(string path, string parameterName)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ArgumentException($"The file of certificate authorities '{path}' could not be read: {failure.Message}", parameterName, failure);
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            if (bytes.AsSpan().IndexOf(PemBegin) >= 0)
                certificates.ImportFromPem(System.Text.Encoding.UTF8.GetString(bytes));
            else
                certificates.Add(X509CertificateLoader.LoadCertificate(bytes));
        }
        catch (CryptographicException failure)
        {
            throw new ArgumentException($"The file of certificate authorities '{path}' holds no certificate in PEM or DER form, or a broken one: {failure.Message}", parameterName, failure);
        }

        if (certificates.Count == 0)
            throw new ArgumentException($"The file of certificate authorities '{path}' holds PEM, but no certificate (-----BEGIN CERTIFICATE-----).", parameterName);
        return certificates;
    }
}
