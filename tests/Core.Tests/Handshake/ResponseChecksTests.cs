using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using NetWebSockets.Handshake;
using NetWebSockets.Protocol;
using NetWebSockets.TestServers;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Handshake;

/// <summary>What a response must be, rule by rule.</summary>
public sealed class ResponseChecksTests
{
    private const string SwitchingProtocols = "HTTP/1.1 101 Switching Protocols\r\n";

    [Theory]
    [InlineData("HTTP/1.0 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n", "HTTP/1.0")]
    [InlineData(SwitchingProtocols + "Connection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n", "'Upgrade' header is missing")]
    [InlineData(SwitchingProtocols + "Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n", "'Upgrade' header value is not 'WebSocket': h2c")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n", "'Upgrade' header must not appear more than once")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket\r\nSec-WebSocket-Accept: {0}\r\n\r\n", "'Connection' header is missing")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket\r\nConnection: keep-alive\r\nSec-WebSocket-Accept: {0}\r\n\r\n", "'Connection' header value must contain 'Upgrade'")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket\r\nConnection: xUpgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n", "'Connection' header value must contain 'Upgrade'")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "'Sec-WebSocket-Accept' header is missing")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}x\r\n\r\n", "Incorrect 'Sec-WebSocket-Accept'")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", "Incorrect 'Sec-WebSocket-Accept'")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\nSec-WebSocket-Accept: {0}\r\n\r\n", "'Sec-WebSocket-Accept' header must not appear more than once")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}, {0}\r\n\r\n", "'Sec-WebSocket-Accept' header must not appear more than once")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket, h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\n\r\n", "'Upgrade' header must not appear more than once")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\nSec-WebSocket-Protocol: chat\r\n\r\n", "Response must not include 'Sec-WebSocket-Protocol'")]
    [InlineData(SwitchingProtocols + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {0}\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n", "Found an unsupported extension 'permessage-deflate'")]
    public async Task A_response_that_does_not_open_a_websocket_is_refused(string response, string explanation)
    {
        HandshakeException failure = await FailByResponseAsync(
            request => response.Replace("{0}", request.Accept, StringComparison.Ordinal));

        Assert.Equal(NetError.InvalidResponse, failure.Error);
        Assert.Equal(HttpStatusCode.SwitchingProtocols, failure.StatusCode);
        Assert.Contains(explanation, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received")]
    [InlineData("Sec-WebSocket-Protocol: other", "'Sec-WebSocket-Protocol' header value 'other' in response does not match any of sent values")]
    [InlineData("Sec-WebSocket-Protocol: CHAT", "does not match any of sent values")]
    [InlineData("Sec-WebSocket-Protocol: chat, superchat", "must not appear more than once")]
    [InlineData("Sec-WebSocket-Protocol:", "header value '' in response does not match any of sent values")]
    [InlineData("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol: superchat", "must not appear more than once")]
    public async Task A_server_must_choose_one_of_the_offered_protocols(string? line, string explanation)
    {
        HandshakeException failure = await FailByResponseAsync(
            request => line is null ? Accepted(request) : Accepted(request, line),
            uri => Request(uri) with { Protocols = ["chat", "superchat"] });

        Assert.Equal(NetError.InvalidResponse, failure.Error);
        Assert.Contains(explanation, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_that_was_not_offered_is_refused_also_beside_one_that_was()
    {
        HandshakeException failure = await FailByResponseAsync(
            request => Accepted(request, "Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Extensions: b"),
            uri => Request(uri) with { Deflate = new() });

        Assert.Contains("Found an unsupported extension 'b'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_server_chose_is_handed_over()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<ScriptedPeer> answering = AnswerAsync(
            server,
            request => "HTTP/1.1 101 Yes\r\nupgrade: WebSocket\r\nCONNECTION: keep-alive, uPGRADE\r\nsec-websocket-accept: " + request.Accept
                + "\r\nSec-WebSocket-Protocol: superchat\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=12\r\nX-Twice: 1\r\nX-Twice: 2\r\n\r\n");
        HandshakeResult result = await ConnectAsync(session, Request(server.Uri) with { Protocols = ["chat", "superchat"], Deflate = new() });
        await using Stream stream = result.Stream;
        using ScriptedPeer peer = await answering;

        Assert.Equal("superchat", result.Protocol);
        Assert.Equal("permessage-deflate; client_max_window_bits=12", result.Extensions);
        Assert.Equal(new DeflateParameters(ServerContextTakeover: true, ClientContextTakeover: true, ServerWindowBits: 15, ClientWindowBits: 12), result.Deflate);
        Assert.Equal(["1", "2"], result.Headers.Where(header => header.Key == "X-Twice").Select(header => header.Value));
        Assert.Equal("chat, superchat", peer.Request!["Sec-WebSocket-Protocol"]);
        Assert.Equal("permessage-deflate; client_max_window_bits", peer.Request!["Sec-WebSocket-Extensions"]);
    }

    [Theory]
    [InlineData("200 OK")]
    [InlineData("302 Found")]
    [InlineData("401 Unauthorized")]
    [InlineData("403 Forbidden")]
    [InlineData("404 Not Found")]
    [InlineData("426 Upgrade Required")]
    [InlineData("500 Oops")]
    public async Task Another_status_is_a_refusal_that_keeps_status_headers_and_body(string status)
    {
        const string Body = "first\r\n\r\nafter a blank line\n\n\r\n\r\nlast";
        HandshakeException failure = await FailByResponseAsync(
            _ => $"HTTP/1.1 {status}\r\nLocation: ws://other.example/\r\nWWW-Authenticate: Basic realm=\"x\"\r\nX-Twice: 1\r\nX-Twice: 2\r\nContent-Type: text/plain\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");

        Assert.Equal(NetError.InvalidResponse, failure.Error);
        Assert.Equal(status.Split(' ')[0], ((int)failure.StatusCode!).ToString());
        Assert.Contains("Unexpected response code: " + status.Split(' ')[0], failure.Message, StringComparison.Ordinal);
        Assert.Equal(Body, Encoding.UTF8.GetString(failure.Body.Span));
        Assert.Equal(["1", "2"], failure.Headers.Where(header => header.Key == "X-Twice").Select(header => header.Value));
        Assert.Contains(new("Content-Type", "text/plain"), failure.Headers);
        Assert.Null(failure.RetryAfter);
    }

    [Fact]
    public async Task A_body_larger_than_64_KiB_is_cut()
    {
        byte[] body = new byte[200_000];
        Array.Fill(body, (byte)'x');
        HandshakeException failure = await FailByResponseAsync(
            _ => $"HTTP/1.1 503 Busy\r\nContent-Length: {body.Length}\r\n\r\n{Encoding.ASCII.GetString(body)}");

        Assert.Equal(64 * 1024, failure.Body.Length);
        Assert.True(failure.Body.Span.IndexOfAnyExcept((byte)'x') < 0);
    }

    [Fact]
    public async Task A_body_that_ends_too_early_is_kept_as_far_as_it_came()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, server.Uri);
        using (ScriptedPeer peer = await AnswerAsync(server, _ => "HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhalf"))
            peer.ShutdownSend();

        HandshakeException failure = await failing;
        Assert.Equal(HttpStatusCode.InternalServerError, failure.StatusCode);
        Assert.Equal("half", Encoding.UTF8.GetString(failure.Body.Span));
    }

    [Fact]
    public async Task A_body_that_never_ends_holds_the_refusal_back_for_five_seconds_and_no_longer()
    {
        var time = new SignallingTimeProvider();
        await using var server = new ScriptedServer();
        using NetSession session = NewSession(options => options.TimeProvider = time);
        Task<HandshakeException> failing = FailAsync(session, server.Uri);
        using ScriptedPeer peer = await AnswerAsync(server, _ => "HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\nhalf");
        await time.TimerCreated.Task.WaitAsync(Guard, Token);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(HttpStatusCode.InternalServerError, (await failing).StatusCode);
    }

    [Theory]
    [InlineData("120", 120)]
    [InlineData("0", 0)]
    [InlineData("Thu, 01 Jan 2026 00:00:30 GMT", 30)]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT", 0)]
    [InlineData("soon", null)]
    public async Task Retry_after_is_read_in_both_its_forms(string value, int? seconds)
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession(options => options.TimeProvider = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Task<ScriptedPeer> answering = AnswerAsync(server, _ => $"HTTP/1.1 503 Busy\r\nRetry-After: {value}\r\nContent-Length: 0\r\n\r\n");
        HandshakeException failure = await FailAsync(session, server.Uri);
        using ScriptedPeer peer = await answering;

        Assert.Equal(seconds is null ? null : TimeSpan.FromSeconds(seconds.Value), failure.RetryAfter);
    }

    [Fact]
    public async Task A_kept_alive_connection_of_a_refusal_serves_the_next_handshake()
    {
        await using var server = new ScriptedServer();
        using NetSession session = NewSession();
        Task<HandshakeException> failing = FailAsync(session, server.Uri);
        using ScriptedPeer peer = await AnswerAsync(server, _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n");
        await failing;
        Task<HandshakeResult> connecting = ConnectAsync(session, server.Uri);
        HandshakeHead second = await peer.ReadRequestAsync(Token);
        await peer.WriteAsync(Accepted(second) + "frames", Token);
        HandshakeResult result = await connecting;
        await using Stream stream = result.Stream;

        Assert.Equal("frames"u8.ToArray(), await ReadAsync(result, 6));
        Assert.Equal(1, server.ConnectionCount);
    }

    private sealed class SignallingTimeProvider : FakeTimeProvider
    {
        public TaskCompletionSource TimerCreated { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            TimerCreated.TrySetResult();
            return timer;
        }
    }
}
