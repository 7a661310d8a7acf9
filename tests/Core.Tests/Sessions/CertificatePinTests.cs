using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Keys that servers must have.</summary>
public sealed class CertificatePinTests
{
    private static readonly string Nobodys = "sha256/" + Convert.ToBase64String(new byte[32]);

    private static TestCertificates Certificates => TestCertificates.Shared;

    private static string PinOf(X509Certificate2 certificate) =>
        "sha256/" + Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private static async Task<NetError> TryAsync(NetSession session, Uri uri)
    {
        Exception? failure = await Record.ExceptionAsync(async () => await (await ConnectAsync(session, uri)).Stream.DisposeAsync());
        return failure is null ? NetError.None : Assert.IsType<HandshakeException>(failure).Error;
    }

    [Fact]
    public async Task One_certificate_of_the_chain_must_have_one_of_the_keys()
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost);
        using NetSession session = NewTrustingSession();
        session.SetCertificatePins("localhost", [Nobodys, PinOf(Certificates.Authority)]);
        Assert.Equal(NetError.None, await TryAsync(session, server.Uri()));
        session.SetCertificatePins("localhost", [PinOf(Certificates.Localhost)]);
        Assert.Equal(NetError.None, await TryAsync(session, server.Uri()));

        session.SetCertificatePins("localhost", [Nobodys]);
        HandshakeException failure = await FailAsync(session, server.Uri());
        Assert.Equal(NetError.SslPinnedKeyNotInCertChain, failure.Error);
        Assert.Contains($"{PinOf(Certificates.Localhost)}, {PinOf(Certificates.Authority)}", failure.Message, StringComparison.Ordinal);

        session.SetCertificatePins("localhost", []);
        Assert.Equal(NetError.None, await TryAsync(session, server.Uri()));
    }

    [Fact]
    public async Task A_pin_makes_no_bad_certificate_good()
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.SelfSigned);
        using NetSession session = NewSession(options => options.CertificatePins["localhost"] = [PinOf(Certificates.SelfSigned)]);

        Assert.Equal(NetError.CertAuthorityInvalid, await TryAsync(session, server.Uri()));
    }

    [Fact]
    public async Task A_callback_does_not_overrule_it_and_sees_it()
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost);
        using NetSession session = NewTrustingSession();
        session.SetCertificatePins("localhost", [Nobodys]);
        NetError? seen = null;
        session.SetCertificateVerifyProc(request =>
        {
            seen = request.Error;
            return CertificateVerdict.Accept;
        });

        Assert.Equal(NetError.SslPinnedKeyNotInCertChain, await TryAsync(session, server.Uri()));
        Assert.Equal(NetError.SslPinnedKeyNotInCertChain, seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_a_chain_that_only_a_callback_accepts_nothing_but_the_servers_own_key_counts(bool asynchronous)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, intermediates: [Certificates.Authority]);
        using NetSession session = NewSession();
        if (asynchronous)
            session.SetCertificateVerifyProc((_, _) => ValueTask.FromResult(CertificateVerdict.Accept));
        else
            session.SetCertificateVerifyProc(_ => CertificateVerdict.Accept);
        session.SetCertificatePins("localhost", [PinOf(Certificates.Authority)]);
        Assert.Equal(NetError.SslPinnedKeyNotInCertChain, await TryAsync(session, server.Uri()));
        session.SetCertificatePins("localhost", [PinOf(Certificates.Localhost)]);
        Assert.Equal(NetError.None, await TryAsync(session, server.Uri()));
    }

    [Theory]
    [InlineData("feed.example", "feed.example", true)]
    [InlineData("Feed.Example", "feed.example", true)]
    [InlineData("feed.example", "FEED.example.", true)]
    [InlineData("feed.example.", "feed.example", true)]
    [InlineData("feed.example", "a.feed.example", false)]
    [InlineData("*.example", "feed.example", true)]
    [InlineData("*.example", "a.b.example", true)]
    [InlineData("*.example", "example", false)]
    [InlineData("*.feed.example", "xfeed.example", false)]
    [InlineData("bücher.example", "xn--bcher-kva.example", true)]
    [InlineData("*.bücher.example", "a.xn--bcher-kva.example", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("[::1]", "::1", true)]
    [InlineData("0:0::1", "::1", true)]
    [InlineData("*.0.0.1x", "127.0.0.1", false)]
    public void A_pattern_is_a_host_or_all_below_a_suffix(string pattern, string host, bool matches)
    {
        CertificatePins pins = CertificatePins.None.With(pattern, [Nobodys], "pattern", "pins");

        Assert.Equal(!matches, pins.Hold(host, [Certificates.Localhost]));
    }

    [Fact]
    public void The_pattern_closest_to_the_host_counts_alone()
    {
        string pin = PinOf(Certificates.Localhost);
        CertificatePins pins = CertificatePins.None
            .With("*.example", [Nobodys], "pattern", "pins")
            .With("*.a.example", [pin], "pattern", "pins")
            .With("b.a.example", [Nobodys], "pattern", "pins");

        Assert.False(pins.Hold("x.example", [Certificates.Localhost]));
        Assert.True(pins.Hold("x.a.example", [Certificates.Localhost]));
        Assert.False(pins.Hold("b.a.example", [Certificates.Localhost]));
        Assert.True(pins.Hold("other.test", [Certificates.Localhost]));
        Assert.True(pins.With("b.a.example", [], "pattern", "pins").Hold("b.a.example", [Certificates.Localhost]));
    }

    [Theory]
    [InlineData("", "'' in the pattern '*.'", "*.")]
    [InlineData("", "'*' in the pattern '*'", "*")]
    [InlineData("", "'a.*.example' in the pattern", "a.*.example")]
    [InlineData("", "'https://a.example' in the pattern", "https://a.example")]
    [InlineData("", "'a.example:443' in the pattern", "a.example:443")]
    [InlineData("", "'127.0.0.1' in the pattern '*.127.0.0.1'", "*.127.0.0.1")]
    [InlineData("sha1/AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Pin 2 of 'a.example' ('sha1/", "a.example")]
    [InlineData("sha256/AAAA", "Pin 2 of 'a.example' ('sha256/AAAA')", "a.example")]
    [InlineData("sha256/!!!", "Pin 2 of 'a.example' ('sha256/!!!')", "a.example")]
    [InlineData("sha256/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "Pin 2 of 'a.example'", "a.example")]
    public async Task What_is_malformed_is_named_with_its_place_and_the_former_pins_stay(string pin, string part, string pattern)
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost);
        using NetSession session = NewTrustingSession();
        session.SetCertificatePins("localhost", [Nobodys]);
        string[] pins = pin.Length == 0 ? [Nobodys] : [Nobodys, pin];
        ArgumentException failure = Assert.Throws<ArgumentException>(pin.Length == 0 ? "hostPattern" : "pins", () => session.SetCertificatePins(pattern, pins));

        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>("options", () => NewSession(options => options.CertificatePins[pattern] = pins));
        Assert.Equal(NetError.SslPinnedKeyNotInCertChain, await TryAsync(session, server.Uri()));
    }

    [Fact]
    public void A_pattern_without_pins_in_the_options_is_refused_for_it_would_keep_nothing_out() =>
        Assert.Contains("'a.example'", Assert.Throws<ArgumentException>(() => NewSession(options => options.CertificatePins["a.example"] = [])).Message, StringComparison.Ordinal);
}
