using System.Net;
using System.Security.Cryptography.X509Certificates;
using NetWebSockets.TestServers;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace NetWebSockets.InteropTests.Peers;

/// <summary>Kestrel over HTTP/2 alone, with TLS and without.</summary>
public class KestrelHttp2PeerTests : PeerTests
{
    // The framework's WebSocket reads a close frame without a code as 1000, and answers with that.
    protected override int AnswerToCloseWithoutCode => 1000;

    protected override NetWebSocketOptions Configured(NetWebSocketOptions options)
    {
        options.HttpVersion = HttpVersion.Version20;
        options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        return options;
    }

    protected override async Task<(IAsyncDisposable Server, Func<string, Uri> Uri)> StartAsync(X509Certificate2? certificate)
    {
        KestrelServer server = await KestrelServer.StartNewAsync(new()
        {
            Certificate = certificate,
            SubProtocols = { "v2" },
            Protocols = HttpProtocols.Http2,
            Deflate = Deflate is not null,
        });
        return (server, path => server.Uri(path));
    }
}
