using System.Net;
using System.Net.Sockets;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions.Hosts;

/// <summary>Several addresses of one host (RFC 8305), with real sockets.</summary>
public sealed class HappyEyeballsTests
{
    private static HostDialer Dialer(TimeProvider time, params string[] addresses) => new(
        new HostResolver { Callback = (_, _) => new([.. addresses.Select(IPAddress.Parse)]) }, time);

    private static Task<Socket> ConnectAsync(HostDialer dialer, int port, CancellationToken? token = null) =>
        dialer.ConnectAsync(new DnsEndPoint("feed.example", port), token ?? Token).AsTask().WaitAsync(Guard, Token);

    private static async Task<SocketError> FailAsync(HostDialer dialer, int port) =>
        (await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(dialer, port))).SocketErrorCode;

    private static TcpListener Listen(string address = "127.0.0.1", int port = 0)
    {
        var listener = new TcpListener(IPAddress.Parse(address), port);
        listener.Start();
        return listener;
    }

    private static int PortOf(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;

    [Fact]
    public async Task When_the_first_address_hangs_the_second_is_tried_after_250_ms_and_nothing_is_left_behind()
    {
        using TcpListener server = Listen();
        using HangingListener hanging = await HangingListener.StartAsync("127.0.0.2", PortOf(server));
        var time = new TimerSignal();
        Task<Socket> connecting = ConnectAsync(Dialer(time, "127.0.0.2", "127.0.0.1"), PortOf(server));
        await time.WaitForTimerAsync(Guard, Token);
        Assert.Equal(1, hanging.Waiting);
        time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.False(server.Pending());
        Assert.False(connecting.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        using Socket socket = await connecting;

        Assert.Equal("127.0.0.1", ((IPEndPoint)socket.RemoteEndPoint!).Address.ToString());
        Assert.True(socket.NoDelay);
        Assert.Equal(0, hanging.Waiting);
        Assert.Equal([TimeSpan.FromMilliseconds(250)], time.Timers);
    }

    [Fact]
    public async Task A_socket_opens_although_the_first_address_of_its_host_hangs()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        using HangingListener hanging = await HangingListener.StartAsync("127.0.0.2", server.Port);
        var time = new TimerSignal();
        using NetSession session = NewSession(options =>
        {
            options.TimeProvider = time;
            options.HostResolver = (_, _) => new([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]);
        });
        await using var socket = new NetWebSocket(server.Uri("/echo", "feed.example").ToString(), new NetWebSocketOptions { Session = session });
        while (!time.Timers.Contains(TimeSpan.FromMilliseconds(250)))
            await time.WaitForTimerAsync(Guard, Token);
        time.Advance(TimeSpan.FromMilliseconds(250));
        await socket.Opened.WaitAsync(Guard, Token);

        Assert.Equal(1, server.ConnectionCount);
        Assert.Equal(0, hanging.Waiting);
    }

    [Fact]
    public async Task When_several_hang_each_gets_its_250_ms()
    {
        using TcpListener server = Listen();
        using HangingListener first = await HangingListener.StartAsync("127.0.0.2", PortOf(server));
        using HangingListener second = await HangingListener.StartAsync("127.0.0.3", PortOf(server));
        var time = new TimerSignal();
        Task<Socket> connecting = ConnectAsync(Dialer(time, "127.0.0.2", "127.0.0.3", "127.0.0.1"), PortOf(server));
        for (int i = 0; i < 2; i++)
        {
            await time.WaitForTimerAsync(Guard, Token);
            Assert.Equal((1, i), (first.Waiting, second.Waiting));
            time.Advance(TimeSpan.FromMilliseconds(250));
        }

        using Socket socket = await connecting;
        Assert.Equal((0, 0), (first.Waiting, second.Waiting));
        Assert.Equal("127.0.0.1", ((IPEndPoint)socket.RemoteEndPoint!).Address.ToString());
    }

    [Fact]
    public async Task When_an_address_refuses_the_next_is_tried_at_once()
    {
        using TcpListener server = Listen();
        var time = new TimerSignal();
        // Time stands still: nothing but the refusal can have gone on.
        using Socket socket = await ConnectAsync(Dialer(time, "127.0.0.4", "127.0.0.1"), PortOf(server));

        Assert.Equal("127.0.0.1", ((IPEndPoint)socket.RemoteEndPoint!).Address.ToString());
    }

    [Fact]
    public async Task The_first_address_wins_when_it_answers_and_no_other_is_tried()
    {
        using TcpListener first = Listen();
        using TcpListener second = Listen("127.0.0.2", PortOf(first));
        using Socket socket = await ConnectAsync(Dialer(new TimerSignal(), "127.0.0.1", "127.0.0.2"), PortOf(first));

        Assert.Equal("127.0.0.1", ((IPEndPoint)socket.RemoteEndPoint!).Address.ToString());
        Assert.False(second.Pending());
    }

    [Fact]
    public async Task Both_kinds_of_addresses_take_turns()
    {
        SkipUnless.Require(Socket.OSSupportsIPv6, "The machine has no IPv6.");
        using TcpListener v6 = Listen("::1");
        // Three that refuse would come first if they did not.
        using Socket socket = await ConnectAsync(Dialer(new TimerSignal(), "127.0.0.2", "127.0.0.3", "127.0.0.4", "::1"), PortOf(v6));

        Assert.Equal(IPAddress.IPv6Loopback, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task One_address_needs_no_timer()
    {
        using TcpListener server = Listen();
        var time = new TimerSignal();
        using Socket socket = await ConnectAsync(Dialer(time, "127.0.0.1"), PortOf(server));

        Assert.True(socket.NoDelay);
        Assert.Empty(time.Timers);
    }

    [Theory]
    [InlineData("fe80::1", "127.0.0.1")]
    [InlineData("127.0.0.1", "fe80::1")]
    [InlineData("127.0.0.1", "127.0.0.2")]
    [InlineData("127.0.0.1")]
    public async Task When_all_fail_a_refusal_says_most(params string[] addresses) =>
        Assert.Equal(SocketError.ConnectionRefused, await FailAsync(Dialer(new TimerSignal(), addresses), FreePort()));

    [Fact]
    public async Task When_all_refuse_the_handshake_is_refused()
    {
        using NetSession session = NewSession(options => options.HostResolver = (_, _) => new([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback]));

        Assert.Equal(NetError.ConnectionRefused, (await Handshake.Connecting.FailAsync(session, new Uri($"ws://feed.example:{FreePort()}/"))).Error);
    }

    [Fact]
    public async Task Cancelling_ends_all_attempts()
    {
        using TcpListener server = Listen();
        using HangingListener first = await HangingListener.StartAsync("127.0.0.2", PortOf(server));
        using HangingListener second = await HangingListener.StartAsync("127.0.0.3", PortOf(server));
        var time = new TimerSignal();
        using var cancelling = new CancellationTokenSource();
        Task<Socket> connecting = ConnectAsync(Dialer(time, "127.0.0.2", "127.0.0.3", "127.0.0.1"), PortOf(server), cancelling.Token);
        await time.WaitForTimerAsync(Guard, Token);
        time.Advance(TimeSpan.FromMilliseconds(250));
        await time.WaitForTimerAsync(Guard, Token);
        Assert.Equal((1, 1), (first.Waiting, second.Waiting));
        await cancelling.CancelAsync();
        OperationCanceledException failure = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);

        Assert.Equal(cancelling.Token, failure.CancellationToken);
        Assert.Equal((0, 0), (first.Waiting, second.Waiting));
        Assert.False(server.Pending());
    }

    [Fact]
    public async Task Localhost_reaches_a_server_that_listens_on_one_kind_of_address_only()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        using NetSession session = NewSession();
        await using Stream stream = (await Handshake.Connecting.ConnectAsync(session, server.Uri("/echo", "localhost"))).Stream;

        Assert.Equal(1, server.ConnectionCount);
    }
}
