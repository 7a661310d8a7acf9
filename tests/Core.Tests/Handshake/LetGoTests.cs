using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using NetWebSockets.Handshake;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Handshake;

/// <summary>What a connection holds after its handshake: its socket and stream, and nothing of HTTP.</summary>
public sealed class LetGoTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_http_connection_is_collected_while_its_stream_lives_on(bool throughProxy)
    {
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http);
        SingleProxy? through = throughProxy ? new SingleProxy(new ProxyChoice(new Uri(proxy.Rule("http")), null)) : null;
        using var invoker = new WatchingInvoker(HandshakeHandler.Create(new HandshakeHandlerSettings
        {
            Proxy = through,
            Tls = new TlsSettings { Policy = (_, _, _, _) => CertificateJudgement.Accepted },
            Connector = new HostDialer(new HostResolver()).ConnectAsync,
        }));
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        await using Stream stream = await ConnectAsync(invoker, server.Uri);
        using ScriptedPeer peer = await accepting;
        // What a codec does while nothing comes; it also lets go of the buffer of the last read.
        Task<int> reading = stream.ReadAsync(Memory<byte>.Empty, Token).AsTask();

        // Also inside a proxy's tunnel it is the socket's own stream.
        Assert.IsType<HandshakeTransport>(stream);
        WeakReference watched = Assert.Single(invoker.Watched);
        for (int i = 0; i < 100 && watched.IsAlive; i++)
        {
            // A thread may still have a reference on its stack from what it did last.
            await Task.Yield();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(watched.IsAlive);
        Assert.False(reading.IsCompleted);
        await peer.SendTextAsync("alive", Token);
        await reading.WaitAsync(Guard, Token);
        byte[] frame = new byte[7];
        await stream.ReadExactlyAsync(frame, Token);
        Assert.Equal(ServerFrame.Text("alive"), frame);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<Stream> ConnectAsync(HttpMessageInvoker invoker, Uri uri) =>
        (await OpeningHandshake.ConnectAsync(Request(uri), new HandshakeEnvironment(invoker, null, null, TimeProvider.System), Token)).Stream;

    /// <summary>Remembers, weakly, the hand-off stream below each response: the HTTP connection holds it, so when it is gone both are.</summary>
    private sealed class WatchingInvoker(HttpMessageInvoker inner) : HttpMessageInvoker(new SocketsHttpHandler())
    {
        public ConcurrentQueue<WeakReference> Watched { get; } = new();

        public override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await inner.SendAsync(request, cancellationToken);
            Assert.Equal(HttpStatusCode.SwitchingProtocols, response.StatusCode);
            Watch(await response.Content.ReadAsStreamAsync(cancellationToken));
            return response;
        }

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void Watch(Stream stream)
        {
            Assert.True(HandOffStream.TryFind(stream, out HandOffStream? found));
            Watched.Enqueue(new WeakReference(found));
        }
    }
}
