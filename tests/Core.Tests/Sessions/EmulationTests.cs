using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using NetWebSockets.Sessions;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Connections;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using HttpProtocols = Microsoft.AspNetCore.Server.Kestrel.Core.HttpProtocols;

namespace NetWebSockets.Tests.Sessions;

/// <summary>Network emulation as the users of sockets see it.</summary>
public sealed class EmulationTests
{
    private const string Offline = "net::ERR_INTERNET_DISCONNECTED";

    private readonly ObservedTime _time = new();

    private NetSession NewEmulatedSession(Action<NetSessionOptions>? configure = null) => NewSession(options =>
    {
        options.TimeProvider = _time;
        configure?.Invoke(options);
    });

    // Most tests leave an open socket behind, whose peer takes no part in a close.
    private static NetWebSocketOptions Through(NetSession session) => new() { Session = session, CloseTimeout = TimeSpan.FromMilliseconds(1) };

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static async Task<WebSocketMessage> NextAsync(IAsyncEnumerator<WebSocketMessage> messages)
    {
        Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(Guard, Token));
        return messages.Current;
    }

    private static async Task<CloseEvent> ClosedAsync(NetWebSocket socket) => await socket.Closed.WaitAsync(Guard, Token);

    [Fact]
    public async Task Offline_fails_a_new_handshake_at_once_without_a_connection()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        session.EnableNetworkEmulation(new NetworkEmulation { Offline = true, Latency = Seconds(10) });
        await using var socket = new NetWebSocket(server.Uri, Through(session));
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Guard, Token));

        Assert.Equal(NetError.InternetDisconnected, failure.Error);
        Assert.Contains("DisableNetworkEmulation", failure.Message, StringComparison.Ordinal);
        CloseEvent closed = await ClosedAsync(socket);
        Assert.Equal((1006, Offline, NetError.InternetDisconnected), (closed.Code, closed.Reason, closed.Error));
        Assert.Equal(0, server.ConnectionCount);
    }

    [Fact]
    public async Task Offline_fails_a_handshake_that_is_under_way()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        await using var socket = new NetWebSocket(server.Uri, Through(session));
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.ReadRequestAsync(Token);
        session.EnableNetworkEmulation(new NetworkEmulation { Offline = true });
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Guard, Token));

        Assert.Equal(NetError.InternetDisconnected, failure.Error);
        Assert.Equal(Offline, (await ClosedAsync(socket)).Reason);
        await peer.ReadToEndAsync(Token).WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task Offline_fails_a_bare_handshake_that_is_under_way()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        Task<HandshakeException> failing = FailAsync(session, server.Uri);
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.ReadRequestAsync(Token);
        session.EnableNetworkEmulation(new NetworkEmulation { Offline = true });

        Assert.Equal(NetError.InternetDisconnected, (await failing).Error);
    }

    [Fact]
    public async Task Offline_drops_open_sockets_over_both_versions_of_http_and_disabling_lets_new_ones_open()
    {
        await using var server = new ScriptedServer();
        await using KestrelServer http2 = await Http2Connecting.StartKestrelAsync(HttpProtocols.Http2, tls: false);
        using NetSession session = NewEmulatedSession();
        await using var first = new NetWebSocket(server.Uri, Through(session));
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);
        var version2 = new NetWebSocketOptions { Session = session, CloseTimeout = TimeSpan.FromMilliseconds(1), HttpVersion = HttpVersion.Version20, HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        await using var second = new NetWebSocket(http2.Uri("/which"), version2);
        await Task.WhenAll(first.Opened, second.Opened).WaitAsync(Guard, Token);
        bool raised = false;
        first.OnError = _ => raised = true;
        session.EnableNetworkEmulation(new NetworkEmulation { Offline = true });

        foreach (NetWebSocket socket in new[] { first, second })
        {
            CloseEvent closed = await ClosedAsync(socket);
            Assert.Equal((1006, Offline, NetError.InternetDisconnected, false), (closed.Code, closed.Reason, closed.Error, closed.WasClean));
        }

        // A connection that is lost only closes, as in Chromium.
        Assert.False(raised);
        await peer.ReadToEndAsync(Token).WaitAsync(Guard, Token);
        Assert.Equal(0, session.LiveCount);
        session.DisableNetworkEmulation();
        await using var third = new NetWebSocket(http2.Uri("/which"), version2);
        await third.Opened.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task Another_session_is_not_touched()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        using NetSession other = NewEmulatedSession();
        session.EnableNetworkEmulation(new NetworkEmulation { Offline = true });
        await using var socket = new NetWebSocket(server.Uri, Through(other));
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);

        await socket.Opened.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task Closing_all_connections_is_still_named_aborted_while_a_network_is_emulated()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        session.EnableNetworkEmulation(new NetworkEmulation());
        await using var socket = new NetWebSocket(server.Uri, Through(session));
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);
        await socket.Opened.WaitAsync(Guard, Token);
        await session.CloseAllConnectionsAsync();

        Assert.Equal("net::ERR_ABORTED", (await ClosedAsync(socket)).Reason);
    }

    [Fact]
    public async Task Latency_is_added_to_the_handshake_and_to_what_came_with_it()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        session.EnableNetworkEmulation(new NetworkEmulation { Latency = Seconds(5) });
        await using var socket = new NetWebSocket(server.Uri, Through(session));
        using ScriptedPeer peer = await server.AcceptAsync(Token);
        await peer.AcceptHandshakeAsync(sameWrite: ServerFrame.Text("hi"), cancellationToken: Token);
        await _time.WaitBegunAsync(Seconds(5));
        _time.Advance(Seconds(5) - TimeSpan.FromTicks(1));
        Assert.False(socket.Opened.IsCompleted);
        Assert.Equal(ReadyState.Connecting, socket.ReadyState);
        _time.Advance(TimeSpan.FromTicks(1));
        await socket.Opened.WaitAsync(Guard, Token);

        // It came together with the response, and is due with it.
        await using IAsyncEnumerator<WebSocketMessage> messages = socket.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        Assert.Equal("hi", (await NextAsync(messages)).Text);
    }

    [Fact]
    public async Task Latency_is_added_to_a_refusal()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        session.EnableNetworkEmulation(new NetworkEmulation { Latency = Seconds(5) });
        Task<HandshakeException> failing = FailAsync(session, server.Uri);
        using ScriptedPeer peer = await AnswerAsync(server, _ => "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
        // Apart from this the only wait is that for the body, which is over.
        await _time.WaitBegunAsync(Seconds(5));
        await _time.WaitBegunAsync(Seconds(5));
        Assert.False(failing.IsCompleted);
        _time.Advance(Seconds(5));

        Assert.Equal(HttpStatusCode.Forbidden, (await failing).StatusCode);
    }

    [Fact]
    public async Task A_handshake_that_latency_makes_too_long_times_out_and_its_connection_is_dropped()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        session.EnableNetworkEmulation(new NetworkEmulation { Latency = Seconds(60) });
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions { Session = session, TimeProvider = _time, HandshakeTimeout = Seconds(30) });
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);
        await _time.WaitBegunAsync(Seconds(60));
        _time.Advance(Seconds(30));

        Assert.Equal("net::ERR_TIMED_OUT", (await ClosedAsync(socket)).Reason);
        await peer.ReadToEndAsync(Token).WaitAsync(Guard, Token);
        Assert.Equal(0, session.LiveCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Latency_is_added_to_messages_of_a_socket_that_was_open_before_and_keeps_their_order(bool tls)
    {
        await using var server = new ScriptedServer(tls ? TestCertificates.Shared.Localhost : null);
        using NetSession session = NewEmulatedSession(options => options.CertificateAuthorities.Add(TestCertificates.Shared.Authority));
        await using var socket = new NetWebSocket(server.UriFor("localhost"), Through(session));
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);
        await using IAsyncEnumerator<WebSocketMessage> messages = socket.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        await peer.SendTextAsync("before", Token);
        Assert.Equal("before", (await NextAsync(messages)).Text);
        // It waits for the next message now, or will soon.
        session.EnableNetworkEmulation(new NetworkEmulation { Latency = Seconds(3) });
        await peer.SendTextAsync("one", Token);
        await peer.SendTextAsync("two", Token);
        Task<WebSocketMessage> next = NextAsync(messages);
        await _time.WaitBegunAsync(Seconds(3));
        Assert.False(next.IsCompleted);
        _time.Advance(Seconds(3));
        Assert.Equal("one", (await next).Text);
        session.DisableNetworkEmulation();
        Assert.Equal("two", (await NextAsync(messages)).Text);

        await peer.SendTextAsync("after", Token);
        Assert.Equal("after", (await NextAsync(messages)).Text);
    }

    [Fact]
    public async Task The_rest_of_a_message_that_was_half_there_when_emulation_began_is_held_back()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        await using var socket = new NetWebSocket(server.Uri, Through(session));
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);
        await socket.Opened.WaitAsync(Guard, Token);
        byte[] frame = ServerFrame.Text("whole");
        await peer.WriteAsync(frame.AsMemory(0, 3), Token);
        session.EnableNetworkEmulation(new NetworkEmulation { Latency = Seconds(3) });
        await peer.WriteAsync(frame.AsMemory(3), Token);
        await using IAsyncEnumerator<WebSocketMessage> messages = socket.ReadAllAsync(Token).GetAsyncEnumerator(Token);
        Task<WebSocketMessage> next = NextAsync(messages);
        await _time.WaitBegunAsync(Seconds(3));
        Assert.False(next.IsCompleted);
        while (!next.IsCompleted)
        {
            // The two parts came in one read, or in two.
            _time.Advance(Seconds(3));
            await Task.Yield();
        }

        Assert.Equal("whole", (await next).Text);
    }

    [Fact]
    public async Task A_message_is_sent_at_the_throughput()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        await using var socket = new NetWebSocket(server.Uri, Through(session));
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);
        await socket.Opened.WaitAsync(Guard, Token);
        session.EnableNetworkEmulation(new NetworkEmulation { UploadThroughput = 1000 });
        // With a header of 8 bytes: 3008.
        Task sending = socket.SendWrittenAsync(MessageKind.Binary, new byte[3000]).AsTask();
        await _time.WaitBegunAsync(Seconds(0.01));
        _time.Advance(Seconds(3.008) - TimeSpan.FromTicks(1));
        Assert.False(sending.IsCompleted);
        _time.Advance(TimeSpan.FromTicks(1));
        await sending.WaitAsync(Guard, Token);

        Assert.Equal(3000, (await peer.ReadFrameAsync(Token))!.Payload.Length);
    }

    [Fact]
    public async Task A_peer_that_sends_more_than_the_throughput_feels_it()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        await using var socket = new NetWebSocket(server.Uri, Through(session));
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);
        await socket.Opened.WaitAsync(Guard, Token);
        session.EnableNetworkEmulation(new NetworkEmulation { DownloadThroughput = 1000 });
        // More than the operating systems of both sides keep; it would pass at once.
        const int Length = 64 * 1024 * 1024 - 1024;
        Task writing = peer.SendBinaryAsync(new byte[Length], Token);
        await _time.WaitBegunAsync(Seconds(0.01));
        _time.Advance(Seconds(1));
        Assert.False(writing.IsCompleted);
        session.DisableNetworkEmulation();
        await using IAsyncEnumerator<WebSocketMessage> messages = socket.ReadAllAsync(Token).GetAsyncEnumerator(Token);

        Assert.Equal(Length, (await NextAsync(messages)).Data.Length);
        await writing.WaitAsync(Guard, Token);
    }

    [Fact]
    public async Task Offline_ends_a_socket_whose_messages_are_held_back_and_whose_sends_wait()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        await using var socket = new NetWebSocket(server.Uri, Through(session));
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);
        await socket.Opened.WaitAsync(Guard, Token);
        session.EnableNetworkEmulation(new NetworkEmulation { Latency = Seconds(60), UploadThroughput = 1 });
        await peer.SendTextAsync("late", Token);
        await _time.WaitBegunAsync(Seconds(60));
        Task sending = socket.SendWrittenAsync(MessageKind.Binary, new byte[100]).AsTask();
        session.EnableNetworkEmulation(new NetworkEmulation { Offline = true });

        Assert.Equal(Offline, (await ClosedAsync(socket)).Reason);
        await Assert.ThrowsAsync<SendException>(() => sending.WaitAsync(Guard, Token));
    }

    [Fact]
    public async Task The_closing_handshake_works_through_an_emulated_network()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewEmulatedSession();
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions { Session = session });
        using ScriptedPeer peer = await server.AcceptOpenAsync(cancellationToken: Token);
        await socket.Opened.WaitAsync(Guard, Token);
        session.EnableNetworkEmulation(new NetworkEmulation { Latency = Seconds(1) });
        Task<CloseEvent> closing = socket.CloseAsync(4000, "enough");
        Assert.Equal(4000, (await peer.ReadCloseAsync(Token))!.CloseCode);
        await peer.SendCloseAsync(4000, "enough", Token);
        peer.ShutdownSend();
        await _time.PassAsync(Seconds(1));
        while (!closing.IsCompleted)
        {
            // The end may have come a read later than the frame.
            _time.Advance(Seconds(1));
            await Task.Yield();
        }

        Assert.Equal((4000, true), ((await closing).Code, (await closing).WasClean));
    }

    [Fact]
    public async Task The_sessions_own_requests_fail_while_it_is_offline()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync(new KestrelServerOptions { Pages = { ["/page"] = "content" } });
        var emulator = new NetworkEmulator(_time);
        var resolver = new HostResolver();
        var network = new SessionNetwork(
            resolver, new HostDialer(resolver), new TrustPolicy(new TrustSettings(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance), _time, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)
        { Emulator = emulator };
        using HttpMessageInvoker invoker = network.CreateInvoker();
        emulator.Set(new NetworkEmulation { Offline = true });
        HttpRequestException failure = await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync());
        Assert.Equal(NetError.InternetDisconnected, NetWebSockets.Handshake.NetErrorClassifier.Classify(failure));
        emulator.Set(null);
        using HttpResponseMessage response = await GetAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        async Task<HttpResponseMessage> GetAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, server.HttpUri("/page"));
            return await invoker.SendAsync(request, Token);
        }
    }

    [Fact]
    public void Values_out_of_range_are_refused_and_named()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Latency", () => new NetworkEmulation { Latency = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>("Latency", () => new NetworkEmulation { Latency = TimeSpan.FromHours(1) + TimeSpan.FromTicks(1) });
        Assert.Throws<ArgumentOutOfRangeException>("DownloadThroughput", () => new NetworkEmulation { DownloadThroughput = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("UploadThroughput", () => new NetworkEmulation() with { UploadThroughput = -1 });
        using NetSession session = NewEmulatedSession();
        Assert.Throws<ArgumentNullException>("options", () => session.EnableNetworkEmulation(null!));
        // The largest of all work.
        session.EnableNetworkEmulation(new NetworkEmulation { Latency = TimeSpan.FromHours(1), DownloadThroughput = long.MaxValue, UploadThroughput = long.MaxValue });
    }

    [Fact]
    public void A_throughput_without_bound_loses_no_precision()
    {
        var fast = new ThrottledLine(long.MaxValue, 1_000_000_000);
        Assert.Equal(1, fast.Take(1, 0));
        Assert.Equal(int.MaxValue, fast.BytesWithin(long.MaxValue));
        var slow = new ThrottledLine(3, 1000);
        Assert.Equal([334, 667, 1000, 1334], Enumerable.Range(0, 4).Select(_ => slow.Take(1, 0)));
        Assert.Equal(5334, slow.Take(1, 5000));
    }

    [Fact]
    public void What_is_emulated_is_logged()
    {
        using var logs = new FakeLoggerProvider();
        using ILoggerFactory factory = LoggerFactory.Create(logging => logging.AddProvider(logs));
        using NetSession session = NewEmulatedSession(options => options.LoggerFactory = factory);
        session.DisableNetworkEmulation();
        session.EnableNetworkEmulation(new NetworkEmulation { Offline = true, DownloadThroughput = 1234 });
        session.DisableNetworkEmulation();
        session.DisableNetworkEmulation();

        Assert.Equal([170, 172, 171], logs.Collector.GetSnapshot().Select(record => record.Id.Id));
        Assert.Contains("1234", logs.Collector.GetSnapshot()[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_disposed_session_emulates_nothing()
    {
        NetSession session = NewEmulatedSession();
        session.Dispose();

        Assert.Throws<ObjectDisposedException>(() => session.EnableNetworkEmulation(new NetworkEmulation()));
        Assert.Throws<ObjectDisposedException>(session.DisableNetworkEmulation);
    }
}
