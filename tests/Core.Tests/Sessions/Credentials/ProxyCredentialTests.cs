using System.Net;
using System.Text;
using NetWebSockets.Handshake;
using NetWebSockets.TestServers;
using NetWebSockets.Tests.Handshake;
using Xunit;
using static NetWebSockets.Tests.Handshake.Connecting;

namespace NetWebSockets.Tests.Sessions;

/// <summary>A proxy's 407: the handler's CONNECT carries what the session knows, and its challenge is read.</summary>
public sealed class ProxyCredentialTests
{
    private static NetSession SessionThrough(string rules, NetworkCredential? credentials = null, Action<NetSessionOptions>? configure = null) =>
        NewSession(options =>
        {
            options.CertificateAuthorities.Add(TestCertificates.Shared.Authority);
            options.Proxy = new ProxyConfig { ProxyRules = rules, ProxyBypassRules = "<-loopback>", Credentials = credentials };
            configure?.Invoke(options);
        });

    private static async Task OpenAsync(NetSession session, ScriptedServer server)
    {
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        await (await ConnectAsync(session, server.UriFor("server.test"))).Stream.DisposeAsync();
        HandshakeHead request = (await accepting.WaitAsync(Guard, Token)).Request!;
        Assert.DoesNotContain("Authorization", request.Raw, StringComparison.OrdinalIgnoreCase);
    }

    private static string Asks(params string[] challenges) =>
        "HTTP/1.1 407 Who are you\r\n" + string.Concat(challenges.Select(challenge => $"Proxy-Authenticate: {challenge}\r\n")) + "Content-Length: 4\r\n\r\nno!\n";

    private static string? Sent(string head) => Header(head) is { } value && value.StartsWith("Basic ", StringComparison.Ordinal)
        ? Encoding.UTF8.GetString(Convert.FromBase64String(value["Basic ".Length..]))
        : null;

    private static string? Header(string head) =>
        head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Proxy-Authorization: ", StringComparison.Ordinal))?["Proxy-Authorization: ".Length..];

    [Theory]
    [InlineData("http", false)]
    [InlineData("http", true)]
    [InlineData("https", false)]
    [InlineData("https", true)]
    public async Task The_login_handler_is_asked_once_and_the_answer_goes_out_from_the_start(string scheme, bool tls)
    {
        await using var server = new ScriptedServer(tls ? TestCertificates.Shared.LeafFor("server.test") : null);
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Credentials = "me:s3cret", Certificate = scheme == "https" ? TestCertificates.Shared.Localhost : null };
        var asked = new List<LoginRequest>();
        using NetSession session = SessionThrough($"{scheme}://localhost:{proxy.Port}", configure: options => options.LoginHandler = (request, _) =>
        {
            asked.Add(request);
            return ValueTask.FromResult<NetworkCredential?>(new("me", "s3cret"));
        });
        await OpenAsync(session, server);
        await OpenAsync(session, server);

        LoginRequest request = Assert.Single(asked);
        Assert.Equal((true, "localhost", proxy.Port, "basic", "test", 0), (request.IsProxy, request.Host, request.Port, request.Scheme, request.Realm, request.PreviousFailures));
        Assert.Equal(server.UriFor("server.test"), request.Uri);
        Assert.Equal([null, "me:s3cret", "me:s3cret"], proxy.Heads.Select(Sent));
    }

    [Fact]
    public async Task Wrong_answers_are_asked_again_and_fail_in_the_end()
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Credentials = "me:s3cret" };
        int asked = 0;
        using NetSession session = SessionThrough(proxy.Rule("http"), new NetworkCredential("me", "f1rst"), options => options.LoginHandler = (_, _) =>
            ValueTask.FromResult<NetworkCredential?>(new("me", $"wr0ng{asked++}")));
        HandshakeException failure = await FailAsync(session, new Uri("ws://server.test/"));

        Assert.Equal((NetError.ProxyAuthRequested, HttpStatusCode.ProxyAuthenticationRequired, 3), (failure.Error, failure.StatusCode, asked));
        Assert.Contains(failure.Headers, header => header is { Key: "Proxy-Authenticate", Value: "Basic realm=\"test\"" });
        Assert.DoesNotContain("wr0ng", failure.ToString(), StringComparison.Ordinal);
        Assert.Equal([null, "me:f1rst", "me:wr0ng0", "me:wr0ng1", "me:wr0ng2"], proxy.Heads.Select(Sent));
    }

    [Fact]
    public async Task Null_fails_with_the_407()
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Credentials = "me:s3cret" };
        using NetSession session = SessionThrough(proxy.Rule("http"), configure: options => options.LoginHandler = static (_, _) => default);
        HandshakeException failure = await FailAsync(session, new Uri("ws://server.test/"));

        Assert.Equal((NetError.ProxyAuthRequested, HttpStatusCode.ProxyAuthenticationRequired), (failure.Error, failure.StatusCode));
        Assert.Single(proxy.Heads);
    }

    [Fact]
    public async Task Digest_covers_the_CONNECT()
    {
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http)
        {
            Refusal = head => DigestCheck.IsRight(Header(head), "CONNECT", head.Split(' ')[1], "me", "s3cret")
                ? null
                : Asks("Basic realm=\"b\"", "Digest realm=\"d\", qop=\"auth\", algorithm=SHA-256, nonce=\"n\""),
        };
        using NetSession session = SessionThrough(proxy.Rule("http"), new NetworkCredential("me", "s3cret"));
        await OpenAsync(session, server);
        await OpenAsync(session, server);

        Assert.Equal([null, 1, 2], proxy.Heads.Select(head => Header(head) is { } sent ? DigestCheck.Count(sent) : (int?)null));
    }

    [Theory]
    [InlineData("Foo realm=\"x\"")]
    [InlineData("Digest realm=\"x\", nonce=\"n\", algorithm=SHA-512-256")]
    public async Task A_scheme_that_is_not_supported_is_named(string challenge)
    {
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Refusal = _ => Asks(challenge) };
        using NetSession session = SessionThrough(proxy.Rule("http"), new NetworkCredential("me", "s3cret"));
        HandshakeException failure = await FailAsync(session, new Uri("ws://server.test/"));

        Assert.Equal((NetError.ProxyAuthUnsupported, HttpStatusCode.ProxyAuthenticationRequired), (failure.Error, failure.StatusCode));
    }

    [Fact]
    public async Task Server_and_proxy_may_both_ask_and_neither_sees_the_others()
    {
        await using var server = new AskingServer(request => request.Basic == "me:s3rver" ? null : AskingServer.Asks("Basic realm=\"test\""));
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Credentials = "me:pr0xy" };
        using NetSession session = SessionThrough(proxy.Rule("http"), configure: options => options.LoginHandler = (request, _) =>
            ValueTask.FromResult<NetworkCredential?>(new("me", request.IsProxy ? "pr0xy" : "s3rver")));
        await (await ConnectAsync(session, server.UriFor("server.test", "/"))).Stream.DisposeAsync();

        Assert.All(server.Requests, request => Assert.Null(request.Head["Proxy-Authorization"]));
        Assert.Equal("me:s3rver", server.Requests.Last().Basic);
        Assert.All(proxy.Heads, head => Assert.DoesNotContain("\r\nAuthorization", head, StringComparison.OrdinalIgnoreCase));
        Assert.Equal("me:pr0xy", Sent(proxy.Heads.Last()));
    }

    [Fact]
    public async Task A_socket_with_an_Authorization_header_still_logs_in_to_the_proxy()
    {
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Credentials = "me:s3cret" };
        using NetSession session = SessionThrough(proxy.Rule("http"), new NetworkCredential("me", "s3cret"));
        Task<ScriptedPeer> accepting = server.AcceptOpenAsync(cancellationToken: Token);
        await (await ConnectAsync(session, Request(server.UriFor("server.test")) with { Headers = [new("Authorization", "Bearer t")] })).Stream.DisposeAsync();

        Assert.Equal("Bearer t", (await accepting).Request!["Authorization"]);
    }

    [Fact]
    public async Task Answers_outlive_a_change_of_the_proxy_settings_and_not_a_clearing()
    {
        await using var server = new ScriptedServer();
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http) { Credentials = "me:s3cret" };
        int asked = 0;
        using NetSession session = SessionThrough(proxy.Rule("http"), configure: options => options.LoginHandler = (_, _) =>
        {
            asked++;
            return ValueTask.FromResult<NetworkCredential?>(new("me", "s3cret"));
        });
        await OpenAsync(session, server);
        await session.SetProxyAsync(new ProxyConfig { ProxyRules = proxy.Rule("http"), ProxyBypassRules = "<-loopback>" });
        await OpenAsync(session, server);
        Assert.Equal(1, asked);
        await session.ClearAuthCacheAsync();
        await OpenAsync(session, server);

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Twenty_tunnels_ask_once()
    {
        await using KestrelServer server = await KestrelServer.StartNewAsync();
        var allRefused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int refused = 0;
        await using var proxy = new LoopbackProxy(LoopbackProxyKind.Http)
        {
            Refusal = head =>
            {
                if (Sent(head) == "me:s3cret")
                    return null;
                if (Interlocked.Increment(ref refused) == 20)
                    allRefused.SetResult();
                return Asks("Basic realm=\"test\"");
            },
        };
        int asked = 0;
        using NetSession session = SessionThrough(proxy.Rule("http"), configure: options => options.LoginHandler = async (_, token) =>
        {
            Interlocked.Increment(ref asked);
            await allRefused.Task.WaitAsync(token);
            return new("me", "s3cret");
        });
        HandshakeResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ConnectAsync(session, server.Uri())));
        foreach (HandshakeResult result in results)
            await result.Stream.DisposeAsync();

        Assert.Equal((1, 20), (asked, server.ConnectionCount));
    }
}
