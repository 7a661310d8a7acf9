using System.Net;
using System.Net.Security;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using static NetWebSockets.Tests.Handshake.Connecting;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace NetWebSockets.Tests.Handshake;

/// <summary>What the tests of HTTP/2 share.</summary>
internal static class Http2Connecting
{
    public static HandshakeRequest Http2Request(Uri uri) => Request(uri) with
    {
        HttpVersion = HttpVersion.Version20,
        HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    /// <summary>A Kestrel whose /which tells over which version of HTTP and which connection a socket came, and then echoes.</summary>
    public static Task<KestrelServer> StartKestrelAsync(HttpProtocols protocols, bool tls, Action<KestrelServerOptions>? configure = null)
    {
        var options = new KestrelServerOptions { Protocols = protocols, Certificate = tls ? TestCertificates.Shared.Localhost : null };
        options.Endpoints["/which"] = async (socket, context, token) =>
        {
            await socket.SendTextAsync($"{context.Request.Protocol} {context.Connection.Id}", token);
            while (await socket.ReceiveMessageAsync(token) is { } message)
                await socket.SendAsync(message.Data.AsMemory(), message.Type, true, token);
            await socket.AnswerCloseAsync(token);
        };
        configure?.Invoke(options);
        return KestrelServer.StartNewAsync(options);
    }

    /// <summary>A scripted server that speaks HTTP/2: with TLS by ALPN, otherwise as who knows it beforehand expects.</summary>
    public static ScriptedServer NewScriptedServer(bool tls = false) =>
        new(tls ? TestCertificates.Shared.Localhost : null) { ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] };

    /// <summary>Takes the next connection as one of HTTP/2.</summary>
    public static async Task<(Http2Peer Http2, ScriptedPeer Tcp)> AcceptHttp2Async(ScriptedServer server, bool allowsExtendedConnect = true)
    {
        ScriptedPeer tcp = await server.AcceptAsync(Token).WaitAsync(Guard, Token);
        var http2 = new Http2Peer(tcp);
        await http2.StartAsync(allowsExtendedConnect, Token).WaitAsync(Guard, Token);
        return (http2, tcp);
    }
}
