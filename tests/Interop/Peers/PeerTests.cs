using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using NetWebSockets.TestServers;
using Xunit;

namespace NetWebSockets.InteropTests.Peers;

/// <summary>What must hold with every real server. Each server's tests derive from this.</summary>
public abstract class PeerTests : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _servers = [];

    /// <summary>What the client sees when the server has answered a close frame without a code.</summary>
    protected virtual int AnswerToCloseWithoutCode => 1005;

    /// <summary>What every socket offers of permessage-deflate; the server agrees to it.</summary>
    protected virtual PerMessageDeflateOptions? Deflate => null;

    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable server in _servers)
            await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("grüezi 👋 \u0000 €")]
    public async Task Text_comes_back_as_it_was_sent(string text)
    {
        await using NetWebSocket socket = await OpenAsync("/echo");
        Messages messages = new(socket);
        socket.Send(text);
        Assert.Equal(text, await messages.TextAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(2 * 1024 * 1024)]
    public async Task Binary_of_every_length_form_comes_back_as_it_was_sent(int length)
    {
        await using NetWebSocket socket = await OpenAsync("/echo");
        Messages messages = new(socket);
        byte[] payload = RandomNumberGenerator.GetBytes(length);
        socket.Send(payload);
        byte[] echo = Assert.IsType<byte[]>(await messages.NextAsync());
        Assert.True(payload.AsSpan().SequenceEqual(echo));
    }

    [Fact]
    public async Task Two_MiB_of_text_come_back_as_they_were_sent()
    {
        await using NetWebSocket socket = await OpenAsync("/echo");
        Messages messages = new(socket);
        string text = string.Concat(Enumerable.Repeat("0123456789abcdé€", 2 * 1024 * 1024 / 19));
        socket.Send(text);
        Assert.Equal(text, await messages.TextAsync());
    }

    [Fact]
    public async Task Two_MiB_come_back_as_a_stream_that_starts_before_the_message_has_ended()
    {
        await using NetWebSocket socket = await OpenAsync("/echo");
        socket.BinaryType = BinaryType.Stream;
        byte[] payload = RandomNumberGenerator.GetBytes(2 * 1024 * 1024);
        using MemoryStream source = new(payload);
        socket.Send(source);
        await foreach (WebSocketMessage message in socket.ReadAllAsync(Token))
        {
            using MemoryStream echo = new();
            await message.Stream!.CopyToAsync(echo, Token);
            Assert.True(payload.AsSpan().SequenceEqual(echo.ToArray()));
            break;
        }
    }

    [Fact]
    public async Task Many_messages_keep_their_order_across_text_bytes_and_streams()
    {
        await using NetWebSocket socket = await OpenAsync("/echo");
        Messages messages = new(socket);
        for (int i = 0; i < 300; i += 3)
        {
            socket.Send($"{i}");
            socket.Send(BitConverter.GetBytes(i + 1));
            socket.Send(new MemoryStream(BitConverter.GetBytes(i + 2)));
        }

        for (int i = 0; i < 300; i++)
        {
            object data = await messages.NextAsync();
            Assert.Equal(i, i % 3 == 0 ? int.Parse(Assert.IsType<string>(data), null) : BitConverter.ToInt32(Assert.IsType<byte[]>(data)));
        }
    }

    [Fact]
    public async Task Fragmented_messages_come_whole()
    {
        await using NetWebSocket socket = await OpenAsync("/fragments");
        Messages messages = new(socket);
        socket.Send("a message in fragments, some inside of ö and 👋 and €€€€€€€€");
        Assert.Equal("a message in fragments, some inside of ö and 👋 and €€€€€€€€", await messages.TextAsync());
        socket.Send("");
        Assert.Equal("", await messages.TextAsync());
        socket.Send(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 });
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], Assert.IsType<byte[]>(await messages.NextAsync()));
    }

    [Fact]
    public async Task The_server_chooses_one_of_the_protocols_offered()
    {
        await using NetWebSocket socket = await OpenAsync("/protocol", new() { Protocols = ["v1", "v2"] });
        Assert.Equal("v2", socket.Protocol);
        Assert.Equal("v1, v2", await new Messages(socket).TextAsync());
    }

    [Fact]
    public async Task A_protocol_that_was_not_offered_fails_the_handshake()
    {
        await using NetWebSocket socket = new((await UriAsync("/protocol?choose=v9")).AbsoluteUri, Configured(new NetWebSocketOptions { Protocols = ["v2"] }));
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Limit, Token));
        Assert.Contains("v9", failure.Message, StringComparison.Ordinal);
        CloseEvent close = await socket.Closed.WaitAsync(Limit, Token);
        Assert.Equal((1006, false), (close.Code, close.WasClean));
    }

    [Fact]
    public async Task Headers_and_the_origin_reach_the_server()
    {
        Uri uri = await UriAsync("/headers");
        await using NetWebSocket socket = await OpenAsync(uri, new() { Headers = { ["X-Api-Key"] = "k 1", ["Authorization"] = "Bearer t" } });
        string[][] headers = JsonSerializer.Deserialize<string[][]>(await new Messages(socket).TextAsync())!;
        Assert.Equal("k 1", Value(headers, "X-Api-Key"));
        Assert.Equal("Bearer t", Value(headers, "Authorization"));
        Assert.Equal(uri.GetLeftPart(UriPartial.Authority).Replace("ws", "http", StringComparison.Ordinal), Value(headers, "Origin"));
        Assert.Equal("13", Value(headers, "Sec-WebSocket-Version"));
        Assert.Equal(uri.Authority, Value(headers, "Host"));
    }

    [Fact]
    public async Task An_origin_of_the_callers_reaches_the_server()
    {
        await using NetWebSocket socket = await OpenAsync("/headers", new() { Origin = "https://app.example" });
        string[][] headers = JsonSerializer.Deserialize<string[][]>(await new Messages(socket).TextAsync())!;
        Assert.Equal("https://app.example", Value(headers, "Origin"));
    }

    [Fact]
    public async Task Cookies_are_stored_and_sent_when_asked_for_and_only_then()
    {
        using NetSession session = new();
        await using (NetWebSocket first = await OpenAsync("/cookies?set=visit%3Done%3B%20Path%3D%2F", new() { Session = session, UseSessionCookies = true }))
            Assert.Equal("", await new Messages(first).TextAsync());
        await using (NetWebSocket second = await OpenAsync("/cookies", new() { Session = session, UseSessionCookies = true }))
            Assert.Equal("visit=one", await new Messages(second).TextAsync());
        await using (NetWebSocket third = await OpenAsync("/cookies", new() { Session = session }))
            Assert.Equal("", await new Messages(third).TextAsync());
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData(1000, "")]
    [InlineData(1000, "done")]
    [InlineData(3000, "three thousand")]
    [InlineData(4999, "grüezi 👋")]
    public async Task A_close_of_the_clients_reaches_the_server_and_comes_back(int? code, string reason)
    {
        await using NetWebSocket socket = await OpenAsync("/echo");
        socket.Close(code, code is null ? null : reason);
        CloseEvent close = await socket.Closed.WaitAsync(Limit, Token);
        Assert.Equal((code ?? AnswerToCloseWithoutCode, reason, true), (close.Code, close.Reason, close.WasClean));
        Assert.Equal(ReadyState.Closed, socket.ReadyState);
    }

    [Theory]
    [InlineData(1000, "fine")]
    [InlineData(1001, "going away")]
    [InlineData(1008, "policy")]
    [InlineData(1011, "sorry")]
    [InlineData(4000, "")]
    [InlineData(4999, "grüezi 👋")]
    public async Task A_close_of_the_servers_reaches_the_client(int code, string reason)
    {
        await using NetWebSocket socket = await OpenAsync($"/close-on-message/{code}?reason={Uri.EscapeDataString(reason)}");
        List<string> events = [];
        socket.AddEventListener("error", _ => events.Add("error"));
        socket.AddEventListener("close", _ => events.Add("close"));
        socket.Send("close, please");
        CloseEvent close = await socket.Closed.WaitAsync(Limit, Token);
        Assert.Equal((code, reason, true), (close.Code, close.Reason, close.WasClean));
    }

    [Fact]
    public async Task A_server_that_is_gone_shows_as_1006()
    {
        await using NetWebSocket socket = await OpenAsync("/drop");
        socket.Send("go");
        CloseEvent close = await socket.Closed.WaitAsync(Limit, Token);
        Assert.Equal((1006, false), (close.Code, close.WasClean));
    }

    [Fact]
    public async Task Messages_before_a_close_all_come()
    {
        await using NetWebSocket socket = await OpenAsync("/push/500/1000");
        int count = 0;
        await foreach (WebSocketMessage message in socket.ReadAllAsync(Token))
        {
            Assert.Equal(1000, message.Data.Length);
            count++;
        }

        Assert.Equal(500, count);
        Assert.Equal(1000, (await socket.Closed.WaitAsync(Limit, Token)).Code);
    }

    [Fact]
    public async Task A_refused_handshake_tells_status_body_and_when_to_come_back()
    {
        await using NetWebSocket socket = new((await UriAsync("/refuse/503?retryAfter=7")).AbsoluteUri, Configured(new NetWebSocketOptions()));
        HandshakeException failure = await Assert.ThrowsAsync<HandshakeException>(() => socket.Opened.WaitAsync(Limit, Token));
        Assert.Equal(503, (int)failure.StatusCode!);
        Assert.Equal(TimeSpan.FromSeconds(7), failure.RetryAfter);
        Assert.Equal("refused by the test", System.Text.Encoding.UTF8.GetString(failure.Body.Span));
        Assert.Equal(1006, (await socket.Closed.WaitAsync(Limit, Token)).Code);
    }

    [Fact]
    public async Task TLS_works_with_a_private_authority_once_the_session_trusts_it()
    {
        Uri uri = await TlsUriAsync("/echo");
        await using NetWebSocket untrusting = new(uri.AbsoluteUri, Configured(new NetWebSocketOptions { Session = new NetSession() }));
        HandshakeException refusal = await Assert.ThrowsAsync<HandshakeException>(() => untrusting.Opened.WaitAsync(Limit, Token));
        Assert.Equal("net::ERR_CERT_AUTHORITY_INVALID", refusal.Error.ToChromiumName());

        using NetSession session = new();
        session.AddCertificateAuthority(TestCertificates.Shared.Authority);
        await using NetWebSocket socket = await OpenAsync(uri, new() { Session = session });
        Messages messages = new(socket);
        byte[] payload = RandomNumberGenerator.GetBytes(2 * 1024 * 1024);
        socket.Send("over TLS");
        socket.Send(payload);
        Assert.Equal("over TLS", await messages.TextAsync());
        Assert.Equal(payload, Assert.IsType<byte[]>(await messages.NextAsync()));
        socket.Close(4321, "bye");
        CloseEvent close = await socket.Closed.WaitAsync(Limit, Token);
        Assert.Equal((4321, "bye", true), (close.Code, close.Reason, close.WasClean));
    }

    /// <summary>Sets in a socket's options what these tests are about.</summary>
    protected virtual NetWebSocketOptions Configured(NetWebSocketOptions options) => options;

    protected abstract Task<(IAsyncDisposable Server, Func<string, Uri> Uri)> StartAsync(X509Certificate2? certificate);

    protected async Task<Uri> UriAsync(string path)
    {
        (IAsyncDisposable server, Func<string, Uri> uri) = await StartAsync(null);
        _servers.Add(server);
        return uri(path);
    }

    protected async Task<NetWebSocket> OpenAsync(string path, NetWebSocketOptions? options = null) => await OpenAsync(await UriAsync(path), options);

    private async Task<NetWebSocket> OpenAsync(Uri uri, NetWebSocketOptions? options = null)
    {
        options = Configured(options ?? new NetWebSocketOptions());
        options.PerMessageDeflate ??= Deflate;
        NetWebSocket socket = new(uri, options);
        await socket.Opened.WaitAsync(Limit, Token);
        Assert.Equal(options.PerMessageDeflate is not null, socket.Extensions.StartsWith("permessage-deflate", StringComparison.Ordinal));
        return socket;
    }

    private static string Value(string[][] headers, string name) =>
        headers.Single(h => h[0].Equals(name, StringComparison.OrdinalIgnoreCase))[1];

    private async Task<Uri> TlsUriAsync(string path)
    {
        (IAsyncDisposable server, Func<string, Uri> uri) = await StartAsync(TestCertificates.Shared.Localhost);
        _servers.Add(server);
        return uri(path);
    }
}
