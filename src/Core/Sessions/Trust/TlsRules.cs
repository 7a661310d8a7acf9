using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace NetWebSockets.Sessions;

/// <summary>A <see cref="TlsConfig"/> that has been checked.</summary>
/// <param name="Protocols">The versions; none for the platform's.</param>
/// <param name="CipherSuites">The cipher suites; null for the platform's.</param>
/// <param name="RevocationMode">How to learn of revocations.</param>
/// <param name="AllowUnknownRevocationStatus">Whether an unknown status will do.</param>
internal sealed record TlsRules(SslProtocols Protocols, CipherSuitesPolicy? CipherSuites, X509RevocationMode RevocationMode, bool AllowUnknownRevocationStatus)
{
    // RFC 8446, appendix B.4, and what may be added there: TLS 1.3 has numbers of its own.
    private const int Tls13Suites = 0x13;

    /// <summary>The platform's.</summary>
    public static TlsRules Platform { get; } = new(SslProtocols.None, null, X509RevocationMode.NoCheck, false);

    /// <summary>Checks a configuration. Later changes of it do nothing.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="parameterName">The argument to name in the exception.</param>
    /// <returns>The rules.</returns>
    /// <exception cref="ArgumentException">A part of it is wrong.</exception>
    /// <exception cref="PlatformNotSupportedException">The platform does not let cipher suites be chosen.</exception>
    public static TlsRules Create(TlsConfig config, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(config, parameterName);
        CheckVersion(config.MinVersion, nameof(TlsConfig.MinVersion), parameterName);
        CheckVersion(config.MaxVersion, nameof(TlsConfig.MaxVersion), parameterName);
        if (config.MinVersion > config.MaxVersion)
            throw new ArgumentException($"MinVersion ({config.MinVersion}) is higher than MaxVersion ({config.MaxVersion}), which leaves no TLS version.", parameterName);
        if (!Enum.IsDefined(config.RevocationMode))
            throw new ArgumentException($"RevocationMode: {(int)config.RevocationMode} is none.", parameterName);

        bool tls12 = config.MinVersion is null or TlsVersion.Tls12;
        bool tls13 = config.MaxVersion is null or TlsVersion.Tls13;
        bool isLimited = config.MinVersion is not null || config.MaxVersion is not null;
        CipherSuitesPolicy? suites = null;
        if (config.CipherSuites.Count > 0)
        {
            suites = CreateSuites(config.CipherSuites, parameterName);
            bool has13 = config.CipherSuites.Any(IsTls13);
            bool has12 = !config.CipherSuites.All(IsTls13);
            // A version that no suite is left for is not offered; one that is demanded must have some.
            if ((tls13 && !tls12 && !has13) || (tls12 && !tls13 && !has12))
                throw new ArgumentException($"None of CipherSuites is one of {(tls13 ? TlsVersion.Tls13 : TlsVersion.Tls12)}, the only version that MinVersion and MaxVersion allow.", parameterName);
            tls12 &= has12;
            tls13 &= has13;
        }

        SslProtocols protocols = !isLimited
            ? SslProtocols.None
            : (tls12 ? SslProtocols.Tls12 : SslProtocols.None) | (tls13 ? SslProtocols.Tls13 : SslProtocols.None);
        return new(protocols, suites, config.RevocationMode, config.AllowUnknownRevocationStatus);
    }

    private static bool IsTls13(TlsCipherSuite suite) => ((int)suite >> 8) == Tls13Suites;

    private static void CheckVersion(TlsVersion? version, string name, string parameterName)
    {
        if (version is { } given && !Enum.IsDefined(given))
            throw new ArgumentException($"{name}: {(int)given} is no TlsVersion.", parameterName);
    }

    private static CipherSuitesPolicy CreateSuites(IList<TlsCipherSuite> suites, string parameterName)
    {
        for (int i = 0; i < suites.Count; i++)
        {
            if (!Enum.IsDefined(suites[i]))
                throw new ArgumentException($"CipherSuites[{i}]: 0x{(int)suites[i]:X4} is no cipher suite.", parameterName);
        }

        if (OperatingSystem.IsWindows() || OperatingSystem.IsAndroid())
            throw new PlatformNotSupportedException("Cipher suites cannot be chosen by a program on this platform; leave TlsConfig.CipherSuites empty, and set them for the machine (on Windows: group policy 'SSL Cipher Suite Order').");
        return new CipherSuitesPolicy(suites);
    }
}
