using System.Net;
using System.Net.Sockets;
using NetWebSockets.Handshake;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>What a SOCKS proxy refuses, and what it is asked.</summary>
public sealed class SocksTests
{
    private static NetSession SessionThrough(string rules, NetworkCredential? credentials = null) =>
        NewSession(options => options.Proxy = new ProxyConfig { ProxyRules = rules, ProxyBypassRules = "<-loopback>", Credentials = credentials });

    [Theory]
    [InlineData((byte)2, "rules")]
    [InlineData((byte)3, "network is unreachable")]
    [InlineData((byte)4, "host is unreachable")]
    [InlineData((byte)5, "refused")]
    [InlineData((byte)99, "does not explain")]
    public async Task Why_a_socks5_proxy_refuses_is_told(byte code, string why)
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Socks5) { RefusalCode = code };
        using NetSession session = SessionThrough(proxy.Rule("socks5"));
        HandshakeException failure = await FailAsync(session, new Uri("wss://server.test/"));

        Assert.Equal(NetError.SocksConnectionFailed, failure.Error);
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        Assert.Contains("server.test:443", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_credentials_are_asked_for()
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Socks5) { Credentials = "me:s3cret" };
        using NetSession session = SessionThrough(proxy.Rule("socks5"));
        HandshakeException failure = await FailAsync(session, new Uri("ws://server.test/"));

        Assert.Equal(NetError.SocksConnectionFailed, failure.Error);
        Assert.Contains("ProxyConfig.Credentials", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_is_too_long_is_told_without_showing_it()
    {
        string password = new('s', 256);
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Socks5) { Credentials = "me:s3cret" };
        using NetSession session = SessionThrough(proxy.Rule("socks5"), new NetworkCredential("me", password));
        HandshakeException failure = await FailAsync(session, new Uri("ws://server.test/"));

        Assert.Contains("255", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(password, failure.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("socks4a")]
    [InlineData("socks5")]
    public async Task What_speaks_no_socks_is_named(string scheme)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using NetSession session = SessionThrough($"{scheme}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        Task<HandshakeException> failing = FailAsync(session, new Uri("ws://server.test/"));
        using TcpClient client = await listener.AcceptTcpClientAsync(Token);
        await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), Token);
        HandshakeException failure = await failing;

        Assert.Equal(NetError.SocksConnectionFailed, failure.Error);
        Assert.Contains("does not speak SOCKS", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("socks4")]
    [InlineData("socks5")]
    public async Task A_proxy_that_leaves_in_the_middle_is_named(string scheme)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using NetSession session = SessionThrough($"{scheme}://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        Task<HandshakeException> failing = FailAsync(session, new Uri("ws://127.0.0.1/"));
        using (TcpClient client = await listener.AcceptTcpClientAsync(Token))
            Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[100], Token));
        HandshakeException failure = await failing;

        Assert.Equal(NetError.SocksConnectionFailed, failure.Error);
        Assert.Contains("closed the connection", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Socks4_knows_no_ipv6_and_socks5_does()
    {
        await using var four = new LoopbackProxy(LoopbackProxyKind.Socks4);
        await using var five = new LoopbackProxy(LoopbackProxyKind.Socks5) { RefusalCode = 5 };
        using NetSession throughFour = SessionThrough(four.Rule("socks4"));
        using NetSession throughFive = SessionThrough(five.Rule("socks5"));
        HandshakeException failure = await FailAsync(throughFour, new Uri("ws://[2001:db8::1]/"));
        await FailAsync(throughFive, new Uri("ws://[2001:db8::1]:81/"));

        Assert.Equal(NetError.NameNotResolved, failure.Error);
        Assert.Contains("socks5", failure.Message, StringComparison.Ordinal);
        Assert.Empty(four.Requests);
        Assert.Equal(["2001:db8::1:81"], five.Requests);
    }

    [Fact]
    public async Task A_name_that_socks4_cannot_look_up_is_named()
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Socks4);
        using NetSession session = SessionThrough(proxy.Rule("socks4"));
        HandshakeException failure = await FailAsync(session, new Uri("ws://no-such-server.invalid/"));

        Assert.Equal(NetError.NameNotResolved, failure.Error);
        Assert.Contains("socks4a", failure.Message, StringComparison.Ordinal);
        Assert.Empty(proxy.Requests);
    }

    [Fact]
    public async Task Cancelling_ends_the_negotiation()
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Socks5) { NeverAnswers = true };
        using NetSession session = SessionThrough(proxy.Rule("socks5"));
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<HandshakeResult> connecting = ConnectAsync(session, Request(new Uri("ws://server.test/")), giveUp.Token);
        await proxy.Asked.Task.WaitAsync(Guard, Token);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await proxy.ClientLeft.Task.WaitAsync(Guard, Token);
    }
}
