using System.Security.Authentication;
using Microsoft.Extensions.Logging.Abstractions;
using NetWebSockets.Handshake;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>What a session fetches for itself goes by its trust, as it is at that moment.</summary>
public sealed class TrustFollowingHandlerTests
{
    private static TestCertificates Certificates => TestCertificates.Shared;

    private static async Task<NetError> GetAsync(HttpMessageInvoker invoker, TlsKestrel server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(server.Uri()) { Scheme = Uri.UriSchemeHttps }.Uri);
        Exception? failure = await Record.ExceptionAsync(async () => (await invoker.SendAsync(request, Token)).Dispose());
        return failure is null ? NetError.None : NetErrorClassifier.Classify(failure);
    }

    private static async Task<CertificateVerdict> RejectLaterAsync()
    {
        await Task.Yield();
        return CertificateVerdict.Reject;
    }

    [Fact]
    public async Task Authorities_callbacks_pins_and_versions_count_from_the_next_request_on()
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, SslProtocols.Tls12);
        var trust = new TrustPolicy(new TrustSettings(), NullLogger.Instance);
        using var invoker = new HttpMessageInvoker(new TrustFollowingHandler(trust, () => new SocketsHttpHandler { UseProxy = false }));
        Assert.Equal(NetError.CertAuthorityInvalid, await GetAsync(invoker, server));
        trust.Change(settings => settings with { Authorities = [Certificates.Authority] });
        Assert.Equal(NetError.None, await GetAsync(invoker, server));
        trust.Change(settings => settings with { AsyncCallback = (_, _) => new ValueTask<CertificateVerdict>(RejectLaterAsync()) });
        Assert.Equal(NetError.CertInvalid, await GetAsync(invoker, server));
        trust.Change(settings => settings with { AsyncCallback = null, Callback = _ => CertificateVerdict.Reject });
        Assert.Equal(NetError.CertInvalid, await GetAsync(invoker, server));
        trust.Change(settings => settings with { Callback = null, Pins = settings.Pins.With("localhost", ["sha256/" + Convert.ToBase64String(new byte[32])], "pattern", "pins") });
        Assert.Equal(NetError.SslPinnedKeyNotInCertChain, await GetAsync(invoker, server));
        trust.Change(settings => settings with { Pins = CertificatePins.None });
        Assert.Equal(NetError.None, await GetAsync(invoker, server));
        trust.Change(settings => settings with { Tls = TlsRules.Create(new TlsConfig { MinVersion = TlsVersion.Tls13 }, "config") });
        Assert.Equal(NetError.SslVersionOrCipherMismatch, await GetAsync(invoker, server));
    }

    [Fact]
    public async Task No_client_certificate_is_shown()
    {
        await using TlsKestrel server = await TlsKestrel.StartAsync(Certificates.Localhost, asks: true);
        var trust = new TrustPolicy(new TrustSettings { Authorities = [Certificates.Authority], ClientCertificates = [Certificates.Client] }, NullLogger.Instance);
        using var invoker = new HttpMessageInvoker(new TrustFollowingHandler(trust, () => new SocketsHttpHandler { UseProxy = false }));

        Assert.Equal(NetError.None, await GetAsync(invoker, server));
        Assert.Equal(["none"], server.Clients);
    }

    [Fact]
    public async Task After_its_end_it_sends_nothing()
    {
        var trust = new TrustPolicy(new TrustSettings(), NullLogger.Instance);
        var invoker = new HttpMessageInvoker(new TrustFollowingHandler(trust, () => new SocketsHttpHandler()));
        invoker.Dispose();
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://localhost/");

        await Assert.ThrowsAsync<ObjectDisposedException>(() => invoker.SendAsync(request, Token));
    }
}
