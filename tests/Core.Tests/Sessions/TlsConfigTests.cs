using System.Net.Security;
using System.Runtime.Versioning;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using static NetWebSockets.Tests.Handshake.Http2Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>TLS versions and cipher suites of a session.</summary>
public sealed class TlsConfigTests
{
    private static TestCertificates Certificates => TestCertificates.Shared;

    private static async Task<(SslProtocols Version, TlsCipherSuite Suite)> OpenAsync(NetSession session, Uri uri)
    {
        await using Stream stream = (await ConnectAsync(session, uri)).Stream;
        SslStream tls = Assert.IsType<SslStream>(Transport(stream));
        return (tls.SslProtocol, tls.NegotiatedCipherSuite);
    }

    [Theory]
    [InlineData(null, null, SslProtocols.None, SslProtocols.Tls13)]
    [InlineData(null, TlsVersion.Tls12, SslProtocols.None, SslProtocols.Tls12)]
    [InlineData(TlsVersion.Tls12, null, SslProtocols.None, SslProtocols.Tls13)]
    [InlineData(TlsVersion.Tls12, TlsVersion.Tls12, SslProtocols.None, SslProtocols.Tls12)]
    [InlineData(TlsVersion.Tls13, null, SslProtocols.None, SslProtocols.Tls13)]
    [InlineData(TlsVersion.Tls12, TlsVersion.Tls13, SslProtocols.Tls12, SslProtocols.Tls12)]
    public async Task The_highest_version_that_both_sides_allow_is_spoken(TlsVersion? min, TlsVersion? max, SslProtocols served, SslProtocols expected)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, served);
        using NetSession session = NewTrustingSession();
        session.SetTlsConfig(new TlsConfig { MinVersion = min, MaxVersion = max });

        Assert.Equal(expected, (await OpenAsync(session, server.Uri())).Version);
    }

    [Theory]
    [InlineData(TlsVersion.Tls13, null, SslProtocols.Tls12, false)]
    [InlineData(TlsVersion.Tls13, null, SslProtocols.Tls12, true)]
    [InlineData(null, TlsVersion.Tls12, SslProtocols.Tls13, false)]
    [InlineData(null, TlsVersion.Tls12, SslProtocols.Tls13, true)]
    public async Task Without_a_common_version_the_failure_is_named(TlsVersion? min, TlsVersion? max, SslProtocols served, bool http2)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, served);
        using NetSession session = NewSession(options =>
        {
            options.CertificateAuthorities.Add(Certificates.Authority);
            options.Tls = new TlsConfig { MinVersion = min, MaxVersion = max };
        });
        HandshakeException failure = await FailAsync(session, http2 ? Http2Request(server.Uri()) : Request(server.Uri()));

        Assert.Equal(NetError.SslVersionOrCipherMismatch, failure.Error);
    }

    [Theory]
    [InlineData(TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, SslProtocols.Tls13)]
    [InlineData(TlsCipherSuite.TLS_AES_128_GCM_SHA256, SslProtocols.Tls13)]
    [InlineData(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, SslProtocols.Tls12)]
    public async Task A_cipher_suite_that_is_asked_for_is_used_and_its_version_spoken(TlsCipherSuite suite, SslProtocols version)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows chooses cipher suites for the machine.");
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost);
        using NetSession session = NewTrustingSession();
        session.SetTlsConfig(new TlsConfig { MinVersion = TlsVersion.Tls12, MaxVersion = TlsVersion.Tls13, CipherSuites = [suite] });
        Assert.Equal((version, suite), await OpenAsync(session, server.Uri()));
        session.SetTlsConfig(new TlsConfig { CipherSuites = [suite] });
        Assert.Equal((version, suite), await OpenAsync(session, server.Uri()));
    }

    [UnsupportedOSPlatform("windows")]
    [Theory]
    [InlineData(TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384)]
    [InlineData(TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384)]
    public async Task Without_a_common_cipher_suite_the_failure_is_named(TlsCipherSuite mine, TlsCipherSuite theirs)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows chooses cipher suites for the machine.");
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, cipherSuites: new CipherSuitesPolicy([theirs]));
        using NetSession session = NewTrustingSession();
        session.SetTlsConfig(new TlsConfig { CipherSuites = [mine] });

        Assert.Equal(NetError.SslVersionOrCipherMismatch, (await FailAsync(session, server.Uri())).Error);
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_the_former_settings_stay()
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost);
        using NetSession session = NewTrustingSession();
        session.SetTlsConfig(new TlsConfig { MaxVersion = TlsVersion.Tls12 });

        void Refuses(TlsConfig config, string part)
        {
            Assert.Contains(part, Assert.Throws<ArgumentException>(nameof(config), () => session.SetTlsConfig(config)).Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>("options", () => NewSession(options => options.Tls = config));
        }

        Refuses(new TlsConfig { MinVersion = TlsVersion.Tls13, MaxVersion = TlsVersion.Tls12 }, "MinVersion (Tls13) is higher than MaxVersion (Tls12)");
        Refuses(new TlsConfig { MinVersion = (TlsVersion)9 }, "MinVersion: 9");
        Refuses(new TlsConfig { MaxVersion = (TlsVersion)(-1) }, "MaxVersion: -1");
        Refuses(new TlsConfig { RevocationMode = (X509RevocationMode)5 }, "RevocationMode: 5");
        if (!OperatingSystem.IsWindows())
        {
            Refuses(new TlsConfig { CipherSuites = [TlsCipherSuite.TLS_AES_128_GCM_SHA256, (TlsCipherSuite)0xFAFA] }, "CipherSuites[1]: 0xFAFA");
            Refuses(new TlsConfig { MaxVersion = TlsVersion.Tls12, CipherSuites = [TlsCipherSuite.TLS_AES_128_GCM_SHA256] }, "CipherSuites is one of Tls12");
            Refuses(new TlsConfig { MinVersion = TlsVersion.Tls13, CipherSuites = [TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256] }, "CipherSuites is one of Tls13");
        }

        Assert.Throws<ArgumentNullException>("config", () => session.SetTlsConfig(null!));
        Assert.Equal(SslProtocols.Tls12, (await OpenAsync(session, server.Uri())).Version);
    }

    [Fact]
    public async Task A_change_counts_for_the_next_connection_even_when_one_is_kept_alive()
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost);
        using NetSession session = NewTrustingSession();
        await using Stream shared = (await ConnectAsync(session, Http2Request(server.Uri()))).Stream;
        session.SetTlsConfig(new TlsConfig { MinVersion = TlsVersion.Tls13 });
        await using TlsKestrel old = await TlsKestrel.StartAsync(Certificates.Localhost, SslProtocols.Tls12);

        Assert.Equal(NetError.SslVersionOrCipherMismatch, (await FailAsync(session, Http2Request(old.Uri()))).Error);
        Assert.Equal(SslProtocols.Tls13, (await OpenAsync(session, server.Uri())).Version);
    }
}
