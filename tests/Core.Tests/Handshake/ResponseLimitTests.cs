using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;
using static NetWebSockets.Tests.Handshake.Http2Connecting;

namespace NetWebSockets.Tests.Handshake;

/// <summary>A hostile server gets neither memory nor time without end out of a handshake, whatever the version of HTTP.</summary>
public sealed class ResponseLimitTests
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(20);

    /// <summary>What the server sends first, and then for ever.</summary>
    public static TheoryData<string, string, NetError> Floods => new()
    {
        { "HTTP/1.1 101 Switching Protocols\r\n", "X-Endless: yes\r\n", NetError.ResponseHeadersTooBig },
        { "HTTP/1.1 101 Switching Protocols\r\nX-Endless: ", "yes", NetError.ResponseHeadersTooBig },
        { "HTTP/1.1 101 ", "Switching Protocols", NetError.ResponseHeadersTooBig },
        { "HTTP/1.1 101 Switching Protocols\r\nX-", "Endless", NetError.ResponseHeadersTooBig },
        { "", "Endless", NetError.ResponseHeadersTooBig },
        { "HTTP/1.1 403 Forbidden\r\n", "X-Endless: yes\r\n", NetError.ResponseHeadersTooBig },
    };

    [Theory]
    [MemberData(nameof(Floods))]
    public async Task Headers_without_end_are_refused(string first, string then, NetError error)
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, server.Uri);
        using ScriptedPeer peer = await AnswerAsync(server, _ => first);
        byte[] block = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(then, 1000)));
        Task flood = FloodAsync(() => peer.WriteAsync(block, Token));

        Assert.Equal(error, (await failing).Error);
        await flood.WaitAsync(Guard, Token);
    }

    [Theory]
    [InlineData("one field")]
    [InlineData("many fields")]
    [InlineData("many blocks")]
    public async Task Headers_without_end_are_refused_over_http2(string how)
    {
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, Http2Request(server.Uri));
        (Http2Peer http2, _) = await AcceptHttp2Async(server);
        int stream = await http2.ReadRequestAsync(Token);
        byte[] status = Http2Peer.Field(":status", how == "many blocks" ? "103" : "200");
        byte[] field = Http2Peer.Field("x-endless", new string('x', 10_000));
        byte[] block = how switch
        {
            // The length of the value says 2 GiB; then it comes.
            "one field" => [.. status, 0, 1, (byte)'x', 127, 0x80, 0xFF, 0xFF, 0xFF, 0x07],
            _ => [.. status, .. field],
        };
        int flags = how == "many blocks" ? Http2Frame.EndHeaders : 0;
        Task flood = FloodAsync(async () =>
        {
            await http2.WriteAsync(new Http2Frame(Http2FrameTypes.Headers, flags, stream, block), Token);
            while (how != "many blocks")
                await http2.WriteAsync(new Http2Frame(Http2FrameTypes.Continuation, 0, stream, field), Token);
        });

        HandshakeException failure = await failing;
        Assert.True(failure.Error == NetError.ResponseHeadersTooBig, failure.ToString());
        await session.CloseAllConnectionsAsync();
        await flood.WaitAsync(Guard, Token);
    }

    [Theory]
    [InlineData(HttpVersionPolicy.RequestVersionOrLower)]
    [InlineData(HttpVersionPolicy.RequestVersionExact)]
    public async Task Headers_that_drip_for_ever_end_with_the_time_limit(HttpVersionPolicy policy)
    {
        // Over ws, "or lower" is HTTP/1.1 and "exact" is HTTP/2.
        bool isHttp2 = policy == HttpVersionPolicy.RequestVersionExact;
        await using ScriptedServer server = NewScriptedServer();
        using NetSession session = NewSession();
        var time = new FakeTimeProvider();
        await using var socket = new NetWebSocket(server.Uri, new NetWebSocketOptions
        {
            Session = session,
            HttpVersion = HttpVersion.Version20,
            HttpVersionPolicy = policy,
            HandshakeTimeout = HandshakeTimeout,
            TimeProvider = time,
        });
        Task dripping;
        if (isHttp2)
        {
            (Http2Peer http2, _) = await AcceptHttp2Async(server);
            int stream = await http2.ReadRequestAsync(Token);
            await http2.WriteAsync(new Http2Frame(Http2FrameTypes.Headers, 0, stream, [.. Http2Peer.Field(":status", "200"), 0, 1, (byte)'x', 126]), Token);
            dripping = DripAsync(() => http2.WriteAsync(new Http2Frame(Http2FrameTypes.Continuation, 0, stream, [(byte)'x']), Token));
        }
        else
        {
            ScriptedPeer peer = await AnswerAsync(server, _ => "HTTP/1.1 101 Switching Protocols\r\nX-Drip: ");
            dripping = DripAsync(() => peer.WriteAsync("x", Token));
        }

        time.Advance(HandshakeTimeout - TimeSpan.FromSeconds(1));
        Assert.False(socket.Opened.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Guard, Token));
        Assert.Equal(NetError.TimedOut, failure.Error);
        Assert.Equal((1006, NetError.TimedOut), ((await socket.Closed.WaitAsync(Guard, Token)).Code, (await socket.Closed).Error));
        await session.CloseAllConnectionsAsync();
        await dripping.WaitAsync(Guard, Token);
    }

    // Slowly enough to stay far below the limit of size, for as long as the client is there.
    private static async Task DripAsync(Func<Task> write)
    {
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        await FloodAsync(async () =>
        {
            await pause.WaitForNextTickAsync(Token);
            await write();
        });
    }

    private static async Task FloodAsync(Func<Task> write)
    {
        try
        {
            while (true)
                await write();
        }
        catch (IOException)
        {
            // The client has left, as it must.
        }
    }
}
