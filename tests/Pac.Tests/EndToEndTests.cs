using NetWebSockets.Pac.Tests.Sources;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Pac.Tests.Sources.Fetching;

namespace NetWebSockets.Pac.Tests;

/// <summary>Sockets of sessions whose proxy a script chooses, through real proxies. The names are made up: only the proxies know where they lead.</summary>
public sealed class EndToEndTests
{
    private static async Task EchoAsync(NetSession session, Uri address)
    {
        await using var socket = new NetWebSocket(address.ToString(), new NetWebSocketOptions { Session = session });
        await socket.Opened.WaitAsync(Pac.Guard, Pac.Token);
        socket.Send("hello");
        await foreach (WebSocketMessage message in socket.ReadAllAsync(Pac.Token))
        {
            Assert.Equal("hello", message.Text);
            break;
        }
    }

    [Fact]
    public async Task A_script_of_a_server_chooses_the_proxy_of_each_address()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using var http = new LoopbackProxy(LoopbackProxyKind.Http);
        await using var socks = new LoopbackProxy(LoopbackProxyKind.Socks5);
        await using Fetching scripts = await StartAsync();
        scripts.Answer = context => Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
            context.Response,
            $"function FindProxyForURL(url, host) {{ return host == 'a.test' ? 'PROXY 127.0.0.1:{http.Port}' : 'SOCKS5 127.0.0.1:{socks.Port}'; }}");
        await using var session = new NetSession();
        await session.SetProxyAsync(new ProxyConfig { PacScript = scripts.Address });
        await EchoAsync(session, new Uri($"ws://a.test:{server.Port}/echo"));
        await EchoAsync(session, new Uri($"ws://b.test:{server.Port}/echo"));

        Assert.Equal([$"a.test:{server.Port}"], http.Requests);
        Assert.Equal([$"b.test:{server.Port}"], socks.Requests);
        Assert.Equal(1, scripts.Requests);
    }

    [Fact]
    public async Task The_network_says_where_its_script_is()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        await using var http = new LoopbackProxy(LoopbackProxyKind.Http);
        await using Fetching scripts = await StartAsync();
        string? asked = null;
        scripts.Answer = context =>
        {
            asked = context.Request.Host + context.Request.Path;
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                context.Response, $"function FindProxyForURL(url, host) {{ return 'PROXY 127.0.0.1:{http.Port}'; }}");
        };
        await using var session = new NetSession(new NetSessionOptions
        {
            HostResolverRules = $"MAP wpad 127.0.0.1:{scripts.Address.Port}",
            Proxy = new ProxyConfig { Mode = ProxyMode.AutoDetect },
        });
        await EchoAsync(session, new Uri($"ws://a.test:{server.Port}/echo"));

        Assert.Equal("wpad/wpad.dat", asked);
        Assert.Equal([$"a.test:{server.Port}"], http.Requests);
        Assert.Equal($"PROXY 127.0.0.1:{http.Port}", await session.ResolveProxyAsync(new Uri("wss://b.test/"), Pac.Token));
    }
}
