using System.Security.Cryptography.X509Certificates;
using NetWebSockets.TestServers;

namespace NetWebSockets.InteropTests.Peers;

/// <summary>Kestrel, in this process.</summary>
public class KestrelPeerTests : PeerTests
{
    // The framework's WebSocket reads a close frame without a code as 1000, and answers with that.
    protected override int AnswerToCloseWithoutCode => 1000;

    protected override async Task<(IAsyncDisposable Server, Func<string, Uri> Uri)> StartAsync(X509Certificate2? certificate)
    {
        KestrelServer server = await KestrelServer.StartNewAsync(new() { Certificate = certificate, SubProtocols = { "v2" }, Deflate = Deflate is not null });
        return (server, path => server.Uri(path));
    }
}
