using System.Text;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Handshake;

/// <summary>The stream that the codec gets: nothing lost, nothing doubled, whatever the packets look like.</summary>
public sealed class HandOffTests
{
    private static readonly byte[] Frames = [.. ServerFrame.Text("first"), .. ServerFrame.Text("second")];

    public static TheoryData<bool> PlainAndTls => [false, true];

    private static ScriptedServer NewServer(bool tls) => new(tls ? TestCertificates.Shared.Localhost : null);

    [Theory]
    [MemberData(nameof(PlainAndTls))]
    public async Task Bytes_go_both_ways_after_the_handshake(bool tls)
    {
        await using ScriptedServer server = NewServer(tls);
        using NetSession session = NewTrustingSession();
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        HandshakeResult result = await ConnectAsync(session, server.UriFor("localhost"));
        await using Stream stream = result.Stream;
        using ScriptedPeer peer = await accepting.WaitAsync(Guard, Token);

        Assert.True(result.Received.IsEmpty);
        Assert.Equal(string.Empty, result.Protocol);
        Assert.Equal(string.Empty, result.Extensions);
        await peer.WriteAsync(Frames, Token);
        Assert.Equal(Frames, await ReadAsync(result, Frames.Length));
        await stream.WriteAsync(Frames, Token);
        byte[] read = new byte[Frames.Length];
        await peer.Stream.ReadExactlyAsync(read, Token);
        Assert.Equal(Frames, read);
        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [MemberData(nameof(PlainAndTls))]
    public async Task Frames_in_the_same_packet_as_the_response_are_handed_over(bool tls)
    {
        await using ScriptedServer server = NewServer(tls);
        using NetSession session = NewTrustingSession();
        Task<ScriptedPeer> accepting = server.AcceptAsync(Token);
        Task<HandshakeResult> connecting = ConnectAsync(session, server.UriFor("localhost"));
        using ScriptedPeer peer = await accepting.WaitAsync(Guard, Token);
        await peer.AcceptHandshakeAsync(sameWrite: Frames, cancellationToken: Token);
        HandshakeResult result = await connecting;
        await using Stream stream = result.Stream;

        Assert.Equal(Frames, await ReadAsync(result, Frames.Length));
        await peer.WriteAsync(Frames, Token);
        byte[] more = new byte[Frames.Length];
        await stream.ReadExactlyAsync(more, Token);
        Assert.Equal(Frames, more);
    }

    [Theory]
    [MemberData(nameof(PlainAndTls))]
    public async Task A_response_that_comes_byte_by_byte_is_understood(bool tls)
    {
        await using ScriptedServer server = NewServer(tls);
        using NetSession session = NewTrustingSession();
        Task<ScriptedPeer> accepting = server.AcceptAsync(Token);
        Task<HandshakeResult> connecting = ConnectAsync(session, server.UriFor("localhost"));
        using ScriptedPeer peer = await accepting.WaitAsync(Guard, Token);
        HandshakeHead request = await peer.ReadRequestAsync(Token);
        byte[] all = [.. Encoding.Latin1.GetBytes(Accepted(request)), .. Frames];
        await peer.WriteByteByByteAsync(all, Token);
        HandshakeResult result = await connecting;
        await using Stream stream = result.Stream;

        Assert.Equal(Frames, await ReadAsync(result, Frames.Length));
    }

    [Theory]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")]
    public async Task Informational_responses_before_the_101_are_passed_over(string before)
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<ScriptedPeer> answering = AnswerAsync(server, request => before + Accepted(request) + Encoding.Latin1.GetString(Frames));
        HandshakeResult result = await ConnectAsync(session, server.Uri);
        await using Stream stream = result.Stream;
        using ScriptedPeer peer = await answering;

        Assert.Equal(Frames, await ReadAsync(result, Frames.Length));
    }

    [Fact]
    public async Task Lines_that_end_with_a_bare_line_feed_are_understood()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<ScriptedPeer> answering = AnswerAsync(
            server, request => Accepted(request).Replace("\r\n", "\n", StringComparison.Ordinal) + Encoding.Latin1.GetString(Frames));
        HandshakeResult result = await ConnectAsync(session, server.Uri);
        await using Stream stream = result.Stream;
        using ScriptedPeer peer = await answering;

        Assert.Equal(Frames, await ReadAsync(result, Frames.Length));
    }

    [Fact]
    public async Task No_byte_is_lost_in_any_of_300_random_fragmentations()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        var random = new Random(20260101);
        for (int round = 0; round < 300; round++)
        {
            byte[] frames = new byte[random.Next(0, 200)];
            random.NextBytes(frames);
            // Frame bytes that look like the end of a header block.
            if (frames.Length > 10)
                "\r\n\r\n\n\n"u8.CopyTo(frames.AsSpan(random.Next(0, frames.Length - 6)));
            Task<HandshakeResult> connecting = ConnectAsync(session, server.Uri);
            using ScriptedPeer peer = await server.AcceptAsync(Token);
            HandshakeHead request = await peer.ReadRequestAsync(Token);
            string early = random.Next(3) == 0 ? "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" : string.Empty;
            byte[] all = [.. Encoding.Latin1.GetBytes(early + Accepted(request)), .. frames];
            for (int at = 0; at < all.Length;)
            {
                int length = Math.Min(random.Next(1, 60), all.Length - at);
                await peer.WriteAsync(all.AsMemory(at, length), Token);
                at += length;
            }

            HandshakeResult result = await connecting;
            await using Stream stream = result.Stream;
            Assert.Equal(frames, await ReadAsync(result, frames.Length));
        }

        Assert.Equal(300, server.ConnectionCount);
    }

    [Fact]
    public async Task Disposing_the_session_leaves_a_stream_that_was_handed_over_to_its_owner()
    {
        await using var server = new ScriptedServer();
        NetSession session = NewSession();
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        HandshakeResult result = await ConnectAsync(session, server.Uri);
        await using Stream stream = result.Stream;
        using ScriptedPeer peer = await accepting;
        session.Dispose();

        await peer.WriteAsync(Frames, Token);
        Assert.Equal(Frames, await ReadAsync(result, Frames.Length));
    }

    [Fact]
    public async Task Cancelling_the_token_after_the_handshake_does_not_touch_the_stream()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        using var cancelling = new CancellationTokenSource();
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        HandshakeResult result = await ConnectAsync(session, Request(server.Uri), cancelling.Token);
        await using Stream stream = result.Stream;
        using ScriptedPeer peer = await accepting;
        await cancelling.CancelAsync();

        await peer.WriteAsync(Frames, Token);
        Assert.Equal(Frames, await ReadAsync(result, Frames.Length));
    }
}
