using System.Collections.Concurrent;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using NetWebSockets.TestServers;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace NetWebSockets.Tests.Sessions;

/// <summary>A Kestrel whose TLS the test sets, and which tells whom it saw.</summary>
internal sealed class TlsKestrel : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TlsKestrel(KestrelServerOptions options) => _server = new KestrelServer(options);

    /// <summary>The client certificates, one for each TLS connection that came as far as that: the subject, or <c>none</c>.</summary>
    public ConcurrentQueue<string> Clients { get; } = new();

    /// <summary>Done when the first is there. The server looks at the certificate after it has sent its last message, so that a client may be through before.</summary>
    public Task Seen => _seen.Task;

    public int Port => _server.Port;

    public static async Task<TlsKestrel> StartAsync(
        X509Certificate2 certificate,
        SslProtocols versions = SslProtocols.None,
        bool asks = false,
        bool demands = false,
        X509Certificate2Collection? intermediates = null,
        X509Certificate2Collection? acceptedIssuers = null,
        System.Net.Security.CipherSuitesPolicy? cipherSuites = null)
    {
        TlsKestrel? kestrel = null;
        kestrel = new TlsKestrel(new KestrelServerOptions
        {
            Certificate = certificate,
            Protocols = HttpProtocols.Http1AndHttp2,
            ConfigureHttps = https => https.OnAuthenticate = (_, options) =>
            {
                options.EnabledSslProtocols = versions;
                options.CipherSuitesPolicy = cipherSuites;
                options.ClientCertificateRequired = asks || demands;
                options.ServerCertificateContext = System.Net.Security.SslStreamCertificateContext.Create(
                    certificate,
                    intermediates,
                    offline: true,
                    acceptedIssuers is null ? null : System.Net.Security.SslCertificateTrust.CreateForX509Collection(acceptedIssuers, sendTrustInHandshake: true));
                options.RemoteCertificateValidationCallback = (_, client, _, _) =>
                {
                    kestrel!.Clients.Enqueue(client?.Subject ?? "none");
                    kestrel._seen.TrySetResult();
                    return !demands || client is not null;
                };
            },
        });
        await kestrel._server.StartAsync();
        return kestrel;
    }

    public Uri Uri(string host = "localhost") => _server.Uri("/echo", host);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
