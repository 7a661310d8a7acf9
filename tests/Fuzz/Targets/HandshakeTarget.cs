using System.Text;
using NetWebSockets.TestServers;

namespace NetWebSockets.Fuzz.Targets;

/// <summary>
/// What a server answers to the opening handshake, through a real socket on loopback: it opens or fails with a <see cref="HandshakeException"/>, and closes. In an input,
/// <c>@ACCEPT@</c> stands for the right Sec-WebSocket-Accept.
/// </summary>
internal sealed class HandshakeTarget : FuzzTarget
{
    private const string AcceptMark = "@ACCEPT@";

    private readonly RawServer _server;
    private volatile byte[] _input = [];

    public HandshakeTarget() => _server = new RawServer(ServeAsync);

    public override string Name => "handshake";

    public override int OptionBytes => 2;

    public override int MaxLength => 2000;

    public override IReadOnlyList<string> Dictionary { get; } =
    [
        "\r\n", "\n", "\r\n\r\n", ":", " ", "\t", ",", "\0", "\u00FF", "HTTP/1.1 101 Switching Protocols\r\n", "HTTP/1.0 ", "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\"\r\n", "HTTP/1.1 407 P\r\nProxy-Authenticate: Digest realm=\"a\", nonce=\"b\"\r\n", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n",
        "HTTP/1.1 204 \r\n", "HTTP/2 ", "Upgrade: websocket\r\n", "Connection: Upgrade\r\n", "Connection: close\r\n", $"Sec-WebSocket-Accept: {AcceptMark}\r\n", "Sec-WebSocket-Protocol: chat\r\n",
        "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10\r\n", "Content-Length: 5\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: chunked\r\n", "FFFFFFFFFFFFFFFF\r\n", "5;a=b\r\n", "0\r\n\r\n", "Set-Cookie: a=b; Path=/\r\n", "Retry-After: 120\r\n", "Retry-After: Wed, 21 Oct 2050 07:28:00 GMT\r\n",
        " folded\r\n", "X-A: ", "\r", "Set-Cookie: a=\"b\rc\"; Port=\"80\"", "Content-Encoding: gzip\r\n",
    ];

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        const string Good = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: @ACCEPT@\r\n";
        yield return ("good", Seed(0, Good + "\r\n"));
        yield return ("good-and-frames", [.. Seed(0, Good + "\r\n"), .. ServerFrame.Text("first"), .. ServerFrame.Close(1000)]);
        yield return ("protocol", Seed(1, Good + "Sec-WebSocket-Protocol: chat\r\n\r\n"));
        yield return ("deflate", Seed(2, Good + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=9\r\n\r\n"));
        yield return ("cookies", Seed(4, Good + "Set-Cookie: a=b; Path=/\r\nSet-Cookie: c=d; HttpOnly\r\n\r\n"));
        yield return ("other-accept", Seed(0, Good.Replace(AcceptMark, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", StringComparison.Ordinal) + "\r\n"));
        yield return ("continue", Seed(0, "HTTP/1.1 100 Continue\r\n\r\n" + Good + "\r\n"));
        yield return ("refused", Seed(0, "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nno!\n"));
        yield return ("chunked", Seed(0, "HTTP/1.1 503 Later\r\nRetry-After: 5\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbusy\r\n0\r\n\r\n"));
        yield return ("unauthorized", Seed(0, "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\"\r\nContent-Length: 0\r\n\r\n"));
        yield return ("found", Seed(0, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n\r\n"));
        yield return ("nothing", Seed(0, ""));
    }

    public override async ValueTask<string> RunAsync(byte[] input)
    {
        _input = input;
        await using NetSession session = new();
        NetWebSocketOptions options = new()
        {
            Session = session,
            UseSessionCookies = (input[0] & 4) != 0,
            PerMessageDeflate = (input[0] & 2) != 0 ? new PerMessageDeflateOptions() : null,
        };
        if ((input[0] & 1) != 0)
            options.Protocols.Add("chat");
        await using NetWebSocket socket = new(_server.Uri, options);
        string outcome;
        try
        {
            await socket.Opened;
            string text = Encoding.Latin1.GetString(input.AsSpan(OptionBytes));
            if (!text.Contains(AcceptMark, StringComparison.Ordinal) || !text.Contains(" 101", StringComparison.Ordinal))
                throw new FuzzFailure("The socket opened by a response without 101 and the right Sec-WebSocket-Accept.");
            outcome = $"opened {socket.Protocol} {socket.Extensions}";
        }
        catch (HandshakeException failure)
        {
            outcome = $"{failure.Error} {failure.StatusCode}";
        }

        CloseEvent closed = await socket.Closed;
        if (socket.ReadyState != ReadyState.Closed)
            throw new FuzzFailure($"The socket is {socket.ReadyState} after {closed}.");
        if (!outcome.StartsWith("opened", StringComparison.Ordinal) && closed.Code != 1006)
            throw new FuzzFailure($"A socket that never opened closed with {closed}.");
        string cookies = session.Cookies.HeaderFor(_server.Uri);
        if (cookies.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
            throw new FuzzFailure($"The Cookie header that follows is more than one line: {Convert.ToHexString(Encoding.Latin1.GetBytes(cookies))}");
        return $"{outcome} {closed.WasClean} {cookies.Length > 0}";
    }

    public override ValueTask DisposeAsync() => _server.DisposeAsync();

    private static byte[] Seed(byte flags, string response) => [flags, 0, .. Encoding.Latin1.GetBytes(response)];

    private async Task ServeAsync(RawConnection connection)
    {
        byte[] input = _input;
        string accept = await connection.ReadRequestAsync();
        string response = Encoding.Latin1.GetString(input.AsSpan(OptionBytes)).Replace(AcceptMark, accept, StringComparison.Ordinal);
        await connection.WriteAsync(Encoding.Latin1.GetBytes(response), ReadSizes.From(input[1]));
        connection.ShutdownSend();
        await connection.ReadToEndAsync();
    }
}
